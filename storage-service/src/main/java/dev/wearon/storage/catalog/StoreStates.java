package dev.wearon.storage.catalog;

import static dev.wearon.sql.Statements.utc;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;

/** What was last heard of each store; what it had until its status last changed is closed. */
@ApplicationScoped
class StoreStates {

    /** Unless this change or a newer one was heard of before. */
    private static final String APPLY = """
            INSERT INTO storage.store_states AS known
                (store_id, status, closed_until, image_retention_seconds, changed_at, event_id)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (store_id) DO UPDATE
            SET status = excluded.status,
                closed_until = GREATEST(known.closed_until, excluded.closed_until),
                image_retention_seconds = excluded.image_retention_seconds,
                changed_at = excluded.changed_at,
                event_id = excluded.event_id
            WHERE known.changed_at < excluded.changed_at
            """;

    private final Statements statements;

    StoreStates(Statements statements) {
        this.statements = statements;
    }

    /**
     * What a store is since a change of it.
     *
     * @param statusChangedAt null when nothing is known of a change; what was heard before stays
     * @param imageRetentionSeconds null when the store has none of its own
     * @param changedAt no two changes of a store have the same moment, and a later change has a later one
     */
    record State(
            UUID eventId, String status, Instant statusChangedAt, Integer imageRetentionSeconds, Instant changedAt) {}

    /**
     * From this statement on nothing that the store had when its status changed is readable, and its bytes are the
     * janitor's to remove. Its retention holds for what is written from here on.
     *
     * @return whether it was news; a repeat, or news older than what is known, changes nothing
     */
    Uni<Boolean> apply(UUID storeId, State state) {
        return statements
                .count(
                        APPLY,
                        Tuple.of(
                                storeId,
                                state.status(),
                                state.statusChangedAt() == null ? null : utc(state.statusChangedAt()),
                                state.imageRetentionSeconds(),
                                utc(state.changedAt()),
                                state.eventId()))
                .map(rows -> rows == 1);
    }
}
