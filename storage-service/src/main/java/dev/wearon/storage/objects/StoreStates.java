package dev.wearon.storage.objects;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;

/** What was last heard of each store; what it had until then is closed. */
@ApplicationScoped
class StoreStates {

    /** Unless this change or a newer one was heard of before. */
    private static final String HEAR = """
            INSERT INTO storage.store_states AS known (store_id, status, changed_at, event_id)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (store_id) DO UPDATE
            SET status = excluded.status, changed_at = excluded.changed_at, event_id = excluded.event_id
            WHERE known.changed_at < excluded.changed_at
            """;

    /** Objects whose life is ended by one statement: so few that it is done in time, however many a store has. */
    private static final int BATCH = 1_000;

    private final Pool pool;
    private final Objects objects;
    private final ObjectsConfig config;
    private final Clock clock;

    StoreStates(Pool pool, Objects objects, ObjectsConfig config, Clock clock) {
        this.pool = pool;
        this.objects = objects;
        this.config = config;
        this.clock = clock;
    }

    /** @param changedAt no two changes of a store have the same moment, and a later change has a later one */
    record Change(UUID eventId, String status, Instant changedAt) {}

    /**
     * From the first statement on nothing that the store had is readable. The others bring the objects' own ends forward,
     * for whoever removes bytes; if they fail, a repeat goes on.
     *
     * @return whether it was news; a repeat, or news older than what is known, changes nothing
     */
    Uni<Boolean> hear(UUID storeId, Change change) {
        return pool.preparedQuery(HEAR)
                .execute(Tuple.of(
                        storeId, change.status(), change.changedAt().atOffset(ZoneOffset.UTC), change.eventId()))
                .ifNoItem()
                .after(config.tableTimeout())
                .fail()
                .onFailure()
                .transform(TableFault::new)
                .map(rows -> rows.rowCount() == 1)
                .call(() -> endClosed(storeId, change.changedAt()));
    }

    private Uni<Void> endClosed(UUID storeId, Instant closedAt) {
        return Multi.createBy()
                .repeating()
                .uni(() -> objects.endClosed(storeId, closedAt, clock.instant(), BATCH))
                .whilst(ended -> ended == BATCH)
                .onItem()
                .ignoreAsUni();
    }
}
