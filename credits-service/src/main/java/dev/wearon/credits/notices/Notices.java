package dev.wearon.credits.notices;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The table {@code credits.notices}, of all stores. */
@ApplicationScoped
class Notices {

    /** Limits one pull, and one deletion. */
    static final int AT_ONCE = 500;

    private static final String OLDEST = """
            SELECT id, store_id, type, occurred_at, data || jsonb_build_object('version', version) AS data
              FROM credits.notices
             ORDER BY version
             LIMIT $1
            """;

    private static final String ACKNOWLEDGE = """
            DELETE FROM credits.notices
             WHERE id = ANY($1)
            """;

    private static final String DELETE_OLD = """
            DELETE FROM credits.notices
             WHERE id = ANY(ARRAY(SELECT id FROM credits.notices ORDER BY version LIMIT $1))
               AND occurred_at < now() - make_interval(secs => $2)
            """;

    private final Statements statements;

    Notices(Statements statements) {
        this.statements = statements;
    }

    /**
     * A fact that its store learns.
     *
     * @param id the same each time that the notice is pulled
     * @param type {@code credits.low} or {@code credits.purchased}
     * @param data has a {@code version} that rises with each notice of the store
     */
    record Notice(UUID id, UUID storeId, String type, Instant occurredAt, Map<String, Object> data) {}

    Uni<List<Notice>> oldest() {
        return statements.list(OLDEST, Tuple.of(AT_ONCE), Notices::notice);
    }

    /** @return how many were deleted; those that another gateway has acknowledged are not counted */
    Uni<Integer> acknowledge(List<UUID> ids) {
        return statements.count(ACKNOWLEDGE, Tuple.of(ids.toArray(UUID[]::new)));
    }

    /** @return how many were deleted, at most {@link #AT_ONCE} */
    Uni<Integer> deleteOlderThan(Duration age) {
        return statements.count(DELETE_OLD, Tuple.of(AT_ONCE, Statements.seconds(age)));
    }

    private static Notice notice(Row row) {
        return new Notice(
                row.getUUID("id"),
                row.getUUID("store_id"),
                row.getString("type"),
                row.getOffsetDateTime("occurred_at").toInstant(),
                row.get(JsonObject.class, "data").getMap());
    }
}
