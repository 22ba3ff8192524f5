package dev.wearon.generation.sessions;

import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Ends an unfinished session because its client does not want the picture any more, and gives its credit back at once. A result
 * that comes later is refused, because the session has ended. A session that has ended before stays as it is.
 */
@ApplicationScoped
public class Cancels {

    private static final Logger LOG = Logger.getLogger(Cancels.class);

    private static final String CANCEL = """
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE id = $1 AND {owner} = $2 AND status IN ('queued', 'processing')
            """;

    /** The cancels of an owner follow each other, so that no two of them count the same number. */
    private static final String ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('cancels of ' || $1, 0))";

    /**
     * Whether the session is unfinished and work on it has begun, the owner's cancels of the last hour of sessions on which it had, and when the oldest
     * of these will be an hour old. Those of older sessions are not read: a session lives for a day at most.
     */
    private static final String PAID_CANCELS = """
            SELECT (SELECT started_at IS NOT NULL AND status IN ('queued', 'processing')
                      FROM {sessions} WHERE id = $4 AND {owner} = $1) AS begun,
                   count(*)::integer AS cancels,
                   COALESCE(extract(epoch FROM min(completed_at) + interval '1 hour' - now()), 0)::float8 AS wait
              FROM (SELECT completed_at
                      FROM {sessions}
                     WHERE {owner} = $1 AND error_code = $2 AND created_at > now() - interval '25 hours'
                       AND started_at IS NOT NULL AND completed_at > now() - interval '1 hour'
                     LIMIT $3) AS recent
            """;

    public sealed interface Outcome {

        /** The session was unfinished and has ended now. */
        record Cancelled() implements Outcome {}

        /** The session had ended before. */
        record Unchanged() implements Outcome {}

        /** The owner has cancelled too many sessions whose pictures cost money. Nothing was changed. */
        record TooMany(Duration retryAfter) implements Outcome {}
    }

    private final Statements statements;
    private final Refunds refunds;
    private final SessionEnds ends;
    private final Changes changes;
    private final ImageModel model;
    private final SessionsConfig config;

    Cancels(
            Statements statements,
            Refunds refunds,
            SessionEnds ends,
            Changes changes,
            ImageModel model,
            SessionsConfig config) {
        this.statements = statements;
        this.refunds = refunds;
        this.ends = ends;
        this.changes = changes;
        this.model = model;
        this.config = config;
    }

    /** @param requestId of the create */
    public Uni<Outcome> cancel(UUID id, Owner owner, String requestId) {
        Uni<Outcome> cancel = model.capabilities().paid()
                ? statements.transaction(connection -> cancelIfAllowed(connection, id, owner))
                : statements
                        .changed(owner.channel().sql(CANCEL), cancelled(id, owner))
                        .map(Cancels::outcome);
        return cancel.call(outcome -> outcome instanceof Outcome.Cancelled
                ? giveBack(id, owner, requestId)
                : Uni.createFrom().voidItem());
    }

    private Uni<Outcome> cancelIfAllowed(SqlConnection connection, UUID id, Owner owner) {
        int limit = config.paidCancelsPerHour();
        return run(connection, ONE_BY_ONE, Tuple.of(owner.id().toString()))
                .chain(() -> run(
                        connection,
                        owner.channel().sql(PAID_CANCELS),
                        Tuple.of(owner.id(), FailureCode.CANCELLED.name(), limit, id)))
                .map(rows -> rows.iterator().next())
                .chain(recent -> Boolean.TRUE.equals(recent.getBoolean("begun"))
                                && recent.getInteger("cancels") >= limit
                        ? Uni.createFrom().item(new Outcome.TooMany(Statements.duration(recent.getDouble("wait"))))
                        : run(connection, owner.channel().sql(CANCEL), cancelled(id, owner))
                                .map(changed -> outcome(changed.rowCount() > 0)));
    }

    private static Uni<RowSet<Row>> run(SqlConnection connection, String statement, Tuple values) {
        return connection.preparedQuery(statement).execute(values);
    }

    private static Tuple cancelled(UUID id, Owner owner) {
        return Tuple.of(id, owner.id(), FailureCode.CANCELLED.name(), FailureCode.CANCELLED.message());
    }

    private static Outcome outcome(boolean changed) {
        return changed ? new Outcome.Cancelled() : new Outcome.Unchanged();
    }

    /** Tries within a short time, because a client waits. After that the refunder gives the credit back. */
    private Uni<Void> giveBack(UUID id, Owner owner, String requestId) {
        ends.failed(FailureCode.CANCELLED, 1);
        changes.of(owner, id);
        return refunds.release(id, owner, requestId)
                .ifNoItem()
                .after(config.refundTimeout())
                .fail()
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.warnf("The credit of session %s is not given back yet: %s", id, fault);
                    return false;
                })
                .replaceWithVoid();
    }
}
