package dev.wearon.gateway.outbox;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/** The table {@code gateway.outbox}. Only the relay reads it, for all stores. */
@ApplicationScoped
class Outbox {

    /**
     * Leases the due events, at most the first of each store. The same statement moves their due time, so a concurrent relay
     * skips the locked row or finds that it is not due. The subquery is MATERIALIZED, because a plan may otherwise run it
     * once per row and ignore the limit.
     */
    private static final String TAKE = """
            WITH chosen AS MATERIALIZED (
                SELECT due.event_id
                  FROM gateway.outbox AS due
                 WHERE due.due_at <= now()
                   AND NOT EXISTS (SELECT
                                     FROM gateway.outbox AS earlier
                                    WHERE earlier.store_id = due.store_id AND earlier.changed_at < due.changed_at)
                 ORDER BY due.due_at
                 LIMIT $1
                   FOR UPDATE SKIP LOCKED)
            UPDATE gateway.outbox AS event
               SET attempts = event.attempts + 1,
                   due_at = now() + make_interval(secs => LEAST($2 * power(2, LEAST(event.attempts, 20)), $3))
              FROM chosen
             WHERE event.event_id = chosen.event_id
            RETURNING event.event_id, event.store_id, event.status, event.status_changed_at, event.image_retention_seconds,
                      event.changed_at, event.attempts
            """;

    private static final String ACKNOWLEDGE = """
            DELETE FROM gateway.outbox
             WHERE event_id = $1 AND store_id = $2
            """;

    private static final String BACKLOG = """
            SELECT count(*) AS waiting,
                   COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(changed_at)), 0)::float8 AS oldest_seconds
              FROM gateway.outbox
            """;

    private final Statements statements;

    Outbox(Statements statements) {
        this.statements = statements;
    }

    /** @param oldestSeconds the age of the oldest event; 0 if there is none */
    record Backlog(long waiting, double oldestSeconds) {}

    /** Leases events for {@code lease}, which doubles with each attempt up to {@code maxLease}. */
    Uni<List<OutboxEvent>> take(int limit, Duration lease, Duration maxLease) {
        Tuple values = Tuple.of(limit, Statements.seconds(lease), Statements.seconds(maxLease));
        return statements.list(TAKE, values, Outbox::event);
    }

    Uni<Void> acknowledge(UUID eventId, UUID storeId) {
        return statements.run(ACKNOWLEDGE, Tuple.of(eventId, storeId)).replaceWithVoid();
    }

    Uni<Backlog> backlog() {
        return statements.run(BACKLOG, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            return new Backlog(row.getLong("waiting"), row.getDouble("oldest_seconds"));
        });
    }

    private static OutboxEvent event(Row row) {
        OffsetDateTime statusChangedAt = row.getOffsetDateTime("status_changed_at");
        var state = new StorageClient.State(
                row.getUUID("event_id"),
                row.getString("status"),
                statusChangedAt == null ? null : statusChangedAt.toInstant(),
                row.getInteger("image_retention_seconds"),
                row.getOffsetDateTime("changed_at").toInstant());
        return new OutboxEvent(row.getUUID("store_id"), state, row.getInteger("attempts"));
    }
}
