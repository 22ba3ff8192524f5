package dev.wearon.generation.sessions;

import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gives back the credit of a failed session. The ledger gives it back only once, so calls may be repeated and run in parallel.
 */
@ApplicationScoped
public class Refunds {

    private static final String DUE = """
            SELECT id, {owner} AS owner_id, request_id, completed_at,
                   extract(epoch FROM now() - completed_at)::float8 AS waited
              FROM {sessions}
             WHERE status = 'failed' AND released_at IS NULL
               AND completed_at <= now() - make_interval(secs => $1) AND (completed_at, id) > ($2, $3)
             ORDER BY completed_at, id
             LIMIT $4
            """;

    /** The rows are found by an array of ids: for a join alone, PostgreSQL may read the whole table. */
    private static final String MARK_RELEASED = """
            UPDATE {sessions} AS session
               SET released_at = now(), credits_refunded = CASE WHEN released.credit_came_back THEN credits_used ELSE 0 END
              FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS released (id, owner_id, credit_came_back)
             WHERE session.id = ANY ($1) AND session.id = released.id AND session.{owner} = released.owner_id
               AND session.status = 'failed' AND session.released_at IS NULL
            RETURNING session.id
            """;

    private record Released(UUID sessionId, Owner owner, boolean creditCameBack) {}

    /** A failed session whose release the ledger has not confirmed. */
    public record Due(UUID sessionId, Owner owner, String requestId, Instant failedAt, Duration waited) {

        /** The start of the first page, before every session of the channel. */
        public static Due start(Channel channel) {
            return new Due(new UUID(0, 0), new Owner(channel, new UUID(0, 0)), "", Instant.EPOCH, Duration.ZERO);
        }
    }

    private final Statements statements;
    private final RowBatches<Released, Boolean> marks;
    private final Changes changes;
    private final CrashPoints crashPoints;

    Refunds(
            Statements statements,
            BatchesConfig batches,
            Changes changes,
            CrashPoints crashPoints,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout) {
        this.statements = statements;
        this.marks = new RowBatches<>(statements, batches.ofBoundedWork(timeout), Refunds::markAll);
        this.changes = changes;
        this.crashPoints = crashPoints;
    }

    /**
     * Returns a channel's failed sessions, of all owners, whose release the ledger has not confirmed; oldest first.
     *
     * @param age minimum time since the failure; before that, the code that failed the session releases it
     * @param after the last one of the page before, or {@link Due#start}
     */
    public Uni<List<Due>> due(Duration age, Due after, int limit) {
        Channel channel = after.owner().channel();
        return statements.list(
                channel.sql(DUE),
                Tuple.of(Statements.seconds(age), after.failedAt().atOffset(ZoneOffset.UTC), after.sessionId(), limit),
                row -> new Due(
                        row.getUUID("id"),
                        new Owner(channel, row.getUUID("owner_id")),
                        row.getString("request_id"),
                        row.getOffsetDateTime("completed_at").toInstant(),
                        Duration.ofMillis((long) (row.getDouble("waited") * 1000))));
    }

    /**
     * Releases the charge of a failed session and marks the row.
     *
     * @return whether this call marked the row; fails when the ledger or PostgreSQL does not answer
     */
    public Uni<Boolean> release(UUID sessionId, Owner owner, String requestId) {
        return owner.channel()
                .release(owner.id(), sessionId, requestId)
                .invoke(() -> crashPoints.passed(CrashPoint.RELEASE, owner.id()))
                .chain(creditCameBack -> markReleased(sessionId, owner, creditCameBack));
    }

    /** @param creditCameBack false when nothing had been charged */
    Uni<Boolean> markReleased(UUID id, Owner owner, boolean creditCameBack) {
        return marks.write(owner.channel(), new Released(id, owner, creditCameBack))
                .invoke(marked -> changes.of(owner, id));
    }

    private static Uni<List<Boolean>> markAll(Statements statements, Channel channel, List<Released> released) {
        Tuple values = Tuple.of(
                released.stream().map(Released::sessionId).toArray(UUID[]::new),
                released.stream().map(one -> one.owner().id()).toArray(UUID[]::new),
                released.stream().map(Released::creditCameBack).toArray(Boolean[]::new));
        return statements
                .list(channel.sql(MARK_RELEASED), values, row -> row.getUUID("id"))
                .map(Set::copyOf)
                .map(marked -> released.stream()
                        .map(one -> marked.contains(one.sessionId()))
                        .toList());
    }
}
