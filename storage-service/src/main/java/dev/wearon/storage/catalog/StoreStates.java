package dev.wearon.storage.catalog;

import static dev.wearon.sql.Statements.utc;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;

/** Keeps the last known state of each store. Objects from before the last change of status are closed. */
@ApplicationScoped
class StoreStates {

    /** Changes nothing if this change or a newer one was applied before. */
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
    private final RememberedObjects remembered;

    StoreStates(Statements statements, RememberedObjects remembered) {
        this.statements = statements;
        this.remembered = remembered;
    }

    /**
     * The state of a store after a change.
     *
     * @param statusChangedAt null if the status has never changed; then the known time stays
     * @param imageRetentionSeconds null if the store has no retention of its own
     * @param changedAt unique for a store; a later change has a later time
     */
    record State(
            UUID eventId, String status, Instant statusChangedAt, Integer imageRetentionSeconds, Instant changedAt) {}

    /**
     * Applies a change. Then no object from before the last change of status is readable, and the janitor removes its
     * bytes. The retention applies to objects that are written from now on.
     *
     * @return false if nothing changed, because the change is a repeat or older than the known state
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
                .map(rows -> rows == 1)
                // Also after a failure: the change may have been committed.
                .eventually(remembered::forgetAll);
    }
}
