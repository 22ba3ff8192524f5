package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What nobody finished, on the real table. */
@QuarkusTest
@WithNeighbours
class BacklogTest {

    private static final String CODE = "SELECT error_code FROM generation.store_generation_sessions WHERE id = ?";

    @Inject
    Backlog backlog;

    @Test
    void failsWhatWasTriedAsOftenAsIsAllowed() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 3, "-1 second");
        await(backlog.failLost(3, 100));
        assertThat(Rows.ask(CODE, session)).isEqualTo("WORKER_LOST");
    }

    @Test
    void leavesTheLastAttemptAloneWhileItsLeaseRuns() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 3, "1 minute");
        await(backlog.failLost(3, 100));
        assertThat(Rows.ask(CODE, session)).isNull();
    }

    @Test
    void failsWhatIsOlderThanTheDeadline() {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 1, "1 minute");
        Rows.change(
                "UPDATE generation.store_generation_sessions SET created_at = now() - interval '11 minutes' WHERE id = ?",
                session);
        await(backlog.failOverdue(Duration.ofMinutes(10), 100));
        assertThat(Rows.ask(CODE, session)).isEqualTo("DEADLINE");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(5));
    }
}
