package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.sessions.FailureCode;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Attempts at a session, on the real table. */
@QuarkusTest
@WithNeighbours
class LeasesTest {

    private static final Instant LATER = Instant.now().plusSeconds(60);

    @Inject
    Leases leases;

    @Test
    void refusesTheWriteOfAnAttemptThatWasTakenOver() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 1, "1 minute");
        Claim first = claim(session, 1);
        Rows.change("UPDATE generation.store_generation_sessions SET attempts = 2 WHERE id = ?", session);
        Claim second = claim(session, 2);

        assertThat(await(leases.complete(first, "p", LATER, Duration.ZERO))).isFalse();
        assertThat(await(leases.fail(first, FailureCode.INTERNAL))).isFalse();
        assertThat(await(leases.handBack(first, Duration.ZERO))).isFalse();
        assertThat(await(leases.complete(second, "p", LATER, Duration.ZERO))).isTrue();
        assertThat(await(leases.fail(second, FailureCode.INTERNAL))).isFalse();
    }

    private static Claim claim(UUID session, int attempt) {
        UUID store = UUID.fromString(
                Rows.ask("SELECT store_id FROM generation.store_generation_sessions WHERE id = ?", session));
        return new Claim(session, store, attempt, List.of("p"), "prompt", "r");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(5));
    }
}
