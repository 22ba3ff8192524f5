package dev.wearon.generation.audit;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sessions as an audit sees them. Of every store: who asks is the operator. */
@ApplicationScoped
class ComparedSessions {

    /** A picture that expires within the next minute is not asked for: it may be gone by the time storage looks. */
    private static final String PAGE = """
            SELECT id, store_id, created_at,
                   status = 'completed' AS completed,
                   status = 'failed' AND completed_at <= now() - make_interval(secs => $5) AS refund_due,
                   CASE WHEN status = 'completed' AND images_expire_at > now() + interval '1 minute'
                        THEN generated_image_url END AS readable_path
              FROM generation.store_generation_sessions
             WHERE (created_at, id) > ($1, $2) AND created_at < $3
             ORDER BY created_at, id
             LIMIT $4
            """;

    private static final String AGO = """
            SELECT now() - make_interval(secs => $1) AS settled
            """;

    private static final String KNOWN = """
            SELECT id, store_id, status = 'failed' AS failed
              FROM generation.store_generation_sessions
             WHERE id = ANY ($1)
            """;

    /** The row had been noted as released before the credit was back. */
    private static final String CORRECT_REFUND = """
            UPDATE generation.store_generation_sessions
               SET credits_refunded = credits_used
             WHERE id = $1 AND store_id = $2 AND status = 'failed' AND credits_refunded = 0
            """;

    /** Smaller than every id. */
    private static final UUID NO_ID = new UUID(0, 0);

    private final Statements statements;

    ComparedSessions(Statements statements) {
        this.statements = statements;
    }

    /**
     * @param refundDue it failed, and so long ago that its credit must be back
     * @param readablePath where its picture must lie now; empty when there is none, or when it may be gone
     */
    record Compared(
            UUID id,
            UUID storeId,
            Instant createdAt,
            boolean completed,
            boolean refundDue,
            Optional<String> readablePath) {}

    /** A session whose id somebody asked for. */
    record Known(UUID id, UUID storeId, boolean failed) {}

    /**
     * By pages, oldest first.
     *
     * @param from the first moment; of a further page that of the last session seen
     * @param after of a further page the id of the last session seen
     */
    Uni<List<Compared>> page(Instant from, Optional<UUID> after, Instant before, int limit, Duration refundWithin) {
        return statements.list(
                PAGE,
                Tuple.of(
                        from.atOffset(ZoneOffset.UTC),
                        after.orElse(NO_ID),
                        before.atOffset(ZoneOffset.UTC),
                        limit,
                        seconds(refundWithin)),
                ComparedSessions::compared);
    }

    /** The moment so long ago, by the clock that wrote the times of sessions and charges. */
    Uni<Instant> ago(Duration age) {
        return statements
                .first(AGO, Tuple.of(seconds(age)), row -> row.getOffsetDateTime("settled")
                        .toInstant())
                .map(Optional::orElseThrow);
    }

    Uni<List<Known>> known(List<UUID> ids) {
        return statements.list(
                KNOWN,
                Tuple.of(ids.toArray(UUID[]::new)),
                row -> new Known(row.getUUID("id"), row.getUUID("store_id"), row.getBoolean("failed")));
    }

    Uni<Void> correctRefund(UUID id, UUID storeId) {
        return statements.run(CORRECT_REFUND, Tuple.of(id, storeId)).replaceWithVoid();
    }

    private static Compared compared(Row row) {
        return new Compared(
                row.getUUID("id"),
                row.getUUID("store_id"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getBoolean("completed"),
                row.getBoolean("refund_due"),
                Optional.ofNullable(row.getString("readable_path")));
    }
}
