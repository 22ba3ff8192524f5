package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.NestedLoops;
import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Stores;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The statements on unfinished sessions, on the real table. */
@QuarkusTest
@WithNeighbours
class BacklogTest {

    private static final String CODE = "SELECT error_code FROM generation.store_generation_sessions WHERE id = ?";

    @Inject
    Backlog backlog;

    @Inject
    Changes changes;

    @Inject
    Vertx vertx;

    @Test
    void failsSessionsWithoutAttemptsLeft() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 3, "-1 second");
        await(backlog.failLost(Stores.B2B, 3, 100));
        assertThat(Rows.value(CODE, session)).isEqualTo("WORKER_LOST");
    }

    @Test
    void skipsALastAttemptWithARunningLease() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 3, "1 minute");
        await(backlog.failLost(Stores.B2B, 3, 100));
        assertThat(Rows.value(CODE, session)).isNull();
    }

    @Test
    void failsSessionsPastTheDeadline() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 1, "1 minute");
        Rows.update(
                "UPDATE generation.store_generation_sessions SET created_at = now() - interval '11 minutes' WHERE id = ?",
                session);
        await(backlog.failOverdue(Stores.B2B, Duration.ofMinutes(10), 100));
        assertThat(Rows.value(CODE, session)).isEqualTo("DEADLINE");
    }

    /** The limit holds under any plan. The sweeper of the running service does not touch these sessions. */
    @Test
    void failsNoMoreThanTheLimit() {
        UUID store = UUID.randomUUID();
        for (int i = 0; i < 5; i++) {
            Rows.session(store, "processing", 1, "-1 second");
            UUID old = Rows.session(store, "processing", 1, "1 minute");
            Rows.update(
                    "UPDATE generation.store_generation_sessions SET created_at = now() - interval '5 minutes'"
                            + " WHERE id = ?",
                    old);
        }
        try (NestedLoops loops = new NestedLoops(vertx)) {
            Backlog replanned = new Backlog(loops.statements(), changes);
            assertThat(await(replanned.failLost(Stores.B2B, 1, 2))).isEqualTo(2);
            assertThat(await(replanned.failOverdue(Stores.B2B, Duration.ofMinutes(4), 2)))
                    .hasSize(2);
        }
        Rows.update(
                "UPDATE generation.store_generation_sessions SET attempts = 3, lease_until = now() WHERE store_id = ?"
                        + " AND status = 'processing'",
                store);
    }

    @Test
    void countsUnfinishedSessionsByStateUpToTheLimit() {
        String unfinished = "DELETE FROM generation.store_generation_sessions WHERE status IN ('queued', 'processing')";
        Rows.update(unfinished);
        UUID store = UUID.randomUUID();
        UUID oldest = Rows.session(store, "queued", 0, "0");
        owned(Rows.session(store, "processing", 1, "1 minute"));
        owned(Rows.session(store, "processing", 1, "-1 second"));
        Rows.session(store, "processing", 1, "1 minute");
        Rows.update(
                "UPDATE generation.store_generation_sessions SET created_at = now() - interval '1 minute' WHERE id = ?",
                oldest);

        Backlog.Unfinished counted = await(backlog.countUnfinished(Stores.B2B, 100));
        assertThat(counted.oldestWaiting()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
        assertThat(counted).isEqualTo(new Backlog.Unfinished(1, 1, 1, 1, counted.oldestWaiting()));
        assertThat(await(backlog.countUnfinished(Stores.B2B, 1)).processing()).isZero();
        Rows.update(unfinished);
        assertThat(await(backlog.countUnfinished(Stores.B2B, 100))).isEqualTo(Backlog.Unfinished.NONE);
    }

    private static void owned(UUID session) {
        Rows.update("UPDATE generation.store_generation_sessions SET lease_owner = 'worker' WHERE id = ?", session);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
