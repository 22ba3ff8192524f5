package dev.wearon.storage.objects;

import static dev.wearon.storage.database.Statements.utc;

import dev.wearon.storage.database.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
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

    private final Statements statements;

    StoreStates(Statements statements) {
        this.statements = statements;
    }

    /** @param changedAt no two changes of a store have the same moment, and a later change has a later one */
    record Change(UUID eventId, String status, Instant changedAt) {}

    /**
     * From this statement on nothing that the store had is readable, and its bytes are the janitor's to remove.
     *
     * @return whether it was news; a repeat, or news older than what is known, changes nothing
     */
    Uni<Boolean> hear(UUID storeId, Change change) {
        return statements
                .count(HEAR, Tuple.of(storeId, change.status(), utc(change.changedAt()), change.eventId()))
                .map(rows -> rows == 1);
    }
}
