package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.NestedLoops;
import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.channels.Stores;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The state transitions of a session on the real table. No permit is pushed, so no worker claims the sessions. */
@QuarkusTest
@WithNeighbours
class SessionsTest {

    @Inject
    Sessions sessions;

    @Inject
    Refunds refunds;

    @Inject
    BatchesConfig batches;

    @Inject
    Vertx vertx;

    @Test
    void insertReturnsTheExistingRow() {
        NewSession session = session();
        await(sessions.insertQueuedUnlessPresent(session));
        assertThat(await(sessions.insertFailedUnlessPresent(session, FailureCode.ABANDONED))
                        .status())
                .isEqualTo(Status.QUEUED);
        NewSession never = session();
        assertThat(await(sessions.insertFailedUnlessPresent(never, FailureCode.ABANDONED))
                        .status())
                .isEqualTo(Status.FAILED);
        assertThat(await(sessions.insertQueuedUnlessPresent(never)).status()).isEqualTo(Status.FAILED);
        await(sessions.failIfQueued(session.id(), session.owner(), FailureCode.CANCELLED));
    }

    @Test
    void aRehearsedInsertLeavesNoTrace() {
        NewSession session = session();
        await(sessions.rehearseInsert(session));
        assertThat(await(sessions.find(session.id(), session.owner()))).isEmpty();
        assertThat(Rows.value(
                        "SELECT count(*)::text FROM generation.store_analytics_events WHERE store_id = ?",
                        session.owner().id()))
                .isEqualTo("0");
    }

    /** The limit holds under any plan. The keys are too young for the sweeper of the running service. */
    @Test
    void deletesNoMoreKeysThanTheLimit() {
        Rows.update("""
                INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id, begun_at)
                SELECT gen_random_uuid(), 'old', sha256(''), gen_random_uuid(), now() - interval '1 hour'
                  FROM generate_series(1, 5)
                """);
        SessionsConfig ttl30Minutes = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(SessionsConfig.class)
                .withDefaultValue("wearon.sessions.idempotency-key-ttl", "30m")
                .build()
                .getConfigMapping(SessionsConfig.class);
        try (NestedLoops loops = new NestedLoops(vertx)) {
            assertThat(await(new IdempotencyKeys(loops.statements(), ttl30Minutes, batches, Duration.ofSeconds(15))
                            .deleteExpired(Stores.B2B, 2)))
                    .isEqualTo(2);
        }
    }

    @Test
    void doesNotCloseAClaimedSession() {
        NewSession session = processing(1, "1 minute");
        assertThat(await(sessions.failIfQueued(session.id(), session.owner(), FailureCode.QUEUE_UNAVAILABLE)))
                .isFalse();
        fail(session);
    }

    @Test
    void neverMovesBackward() {
        NewSession session = processing(1, "1 minute");
        String statement = "UPDATE generation.store_generation_sessions SET status = 'queued' WHERE id = ?";
        assertThatThrownBy(() -> Rows.update(statement, session.id())).hasMessageContaining("cannot go from");
        fail(session);
        assertThatThrownBy(() -> Rows.update(statement, session.id())).hasMessageContaining("cannot go from");
    }

    @Test
    void marksARefundOnce() {
        NewSession session = processing(1, "1 minute");
        fail(session);
        boolean here = await(refunds.markReleased(session.id(), session.owner(), true));
        boolean again = await(refunds.markReleased(session.id(), session.owner(), true));
        assertThat(again).isFalse();
        // The refunder of the running service may have marked the row first, as never charged.
        assertThat(await(sessions.find(session.id(), session.owner()))
                        .orElseThrow()
                        .creditsRefunded())
                .isEqualTo(here ? 1 : 0);
    }

    private NewSession processing(int attempts, String leaseFromNow) {
        NewSession session = session();
        await(sessions.insertQueuedUnlessPresent(session));
        Rows.update(
                "UPDATE generation.store_generation_sessions SET status = 'processing', attempts = ?,"
                        + " lease_until = now() + ?::interval WHERE id = ?",
                attempts,
                leaseFromNow,
                session.id());
        return session;
    }

    private static void fail(NewSession session) {
        Rows.update(
                "UPDATE generation.store_generation_sessions SET status = 'failed', error_code = 'CANCELLED',"
                        + " error_message = 'm', completed_at = now() WHERE id = ?",
                session.id());
    }

    private static NewSession session() {
        return new NewSession(
                UuidCreator.getTimeOrderedEpoch(),
                Stores.any(),
                List.of("u"),
                List.of("p"),
                "prompt",
                Optional.empty(),
                1,
                Duration.ofMinutes(10),
                "r",
                Map.of());
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
