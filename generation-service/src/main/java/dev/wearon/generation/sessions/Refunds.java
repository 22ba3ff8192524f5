package dev.wearon.generation.sessions;

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
import java.util.UUID;

/**
 * Gives back the credit of a session whose row says failed. The ledger decides that it is once, so any number of callers
 * may ask, and ask again.
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

    private static final String MARK_RELEASED = """
            UPDATE {sessions}
               SET released_at = now(), credits_refunded = CASE WHEN $3 THEN credits_used ELSE 0 END
             WHERE id = $1 AND {owner} = $2 AND status = 'failed' AND released_at IS NULL
            """;

    /** A failed session whose credit may still be out. */
    public record Due(UUID sessionId, Owner owner, String requestId, Instant failedAt, Duration waited) {

        /** Before every other one of the channel. */
        public static Due start(Channel channel) {
            return new Due(new UUID(0, 0), new Owner(channel, new UUID(0, 0)), "", Instant.EPOCH, Duration.ZERO);
        }
    }

    private final Statements statements;
    private final CrashPoints crashPoints;

    Refunds(Statements statements, CrashPoints crashPoints) {
        this.statements = statements;
        this.crashPoints = crashPoints;
    }

    /**
     * Of every owner in a channel: failed sessions of which the ledger has not yet confirmed that nothing is charged, oldest first.
     *
     * @param age how long ago they failed at least: until then whoever failed one is releasing it
     * @param after the last one of the page before this one, or {@link Due#start}
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
     * Makes sure that nothing is charged for a session whose row says failed, and notes it there.
     *
     * @return whether this call noted it (else somebody else had); fails when the ledger or PostgreSQL gave no answer
     */
    public Uni<Boolean> release(UUID sessionId, Owner owner, String requestId) {
        return owner.channel()
                .release(owner.id(), sessionId, requestId)
                .invoke(() -> crashPoints.passed(CrashPoint.RELEASE, owner.id()))
                .chain(creditCameBack -> markReleased(sessionId, owner, creditCameBack));
    }

    /** @param creditCameBack false when nothing had been charged */
    Uni<Boolean> markReleased(UUID id, Owner owner, boolean creditCameBack) {
        return statements.changed(owner.channel().sql(MARK_RELEASED), Tuple.of(id, owner.id(), creditCameBack));
    }
}
