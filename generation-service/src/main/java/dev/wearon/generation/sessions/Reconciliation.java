package dev.wearon.generation.sessions;

import dev.wearon.generation.charging.Charges;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** What the reconciler keeps and writes: its mark, and the failed row of a charge that has no session. */
@ApplicationScoped
class Reconciliation {

    /**
     * Of every store. What the client had asked for is not known here, so those columns are empty; the row exists to
     * say that this id has failed, which is what allows the release and stops a session that comes late.
     */
    private static final String CLOSE_UNKNOWN = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, model_image_url, prompt_system, image_urls, image_paths, request_id,
                status, error_code, error_message, completed_at)
            SELECT charge.id, charge.store_id, '', '', ARRAY[''], ARRAY[''], 'reconciler', 'failed', $3, $4, now()
              FROM unnest($1::uuid[], $2::uuid[]) AS charge (id, store_id)
             WHERE NOT EXISTS (
                   SELECT FROM generation.store_generation_sessions AS session WHERE session.id = charge.id)
            ON CONFLICT (id) DO NOTHING
            """;

    private static final String MARK = "SELECT charges_before FROM generation.reconciler_mark";

    private static final String ADVANCE =
            "UPDATE generation.reconciler_mark SET charges_before = greatest(charges_before, $1)";

    private final Pool db;
    private final SessionsConfig config;

    Reconciliation(Pool db, SessionsConfig config) {
        this.db = db;
        this.config = config;
    }

    /** Writes the failed row of each charge that has no session. Answers how many there were. */
    Uni<Integer> closeUnknown(List<Charges.Standing> charges) {
        return run(
                        CLOSE_UNKNOWN,
                        Tuple.of(
                                charges.stream().map(Charges.Standing::id).toArray(UUID[]::new),
                                charges.stream().map(Charges.Standing::storeId).toArray(UUID[]::new),
                                FailureCode.ABANDONED.name(),
                                FailureCode.ABANDONED.message()))
                .map(RowSet::rowCount);
    }

    /** Up to when every charge has been seen. */
    Uni<Instant> mark() {
        return run(MARK, Tuple.tuple()).map(rows -> rows.iterator()
                .next()
                .getOffsetDateTime("charges_before")
                .toInstant());
    }

    Uni<Void> advance(Instant seenBefore) {
        return run(ADVANCE, Tuple.of(seenBefore.atOffset(ZoneOffset.UTC))).replaceWithVoid();
    }

    private Uni<RowSet<Row>> run(String statement, Tuple values) {
        return db.preparedQuery(statement)
                .execute(values)
                .ifNoItem()
                .after(config.tableTimeout())
                .fail();
    }
}
