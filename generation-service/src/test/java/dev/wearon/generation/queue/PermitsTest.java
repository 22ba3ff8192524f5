package dev.wearon.generation.queue;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loops of the running service pop invalid entries, drop them and continue. */
@QuarkusTest
@WithNeighbours
class PermitsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String KEY = "wearon:tasks:generation";
    private static final String TASK = """
            {"task_id": "%1$s", "channel": "%2$s", "%3$s": "%1$s", "session_id": "%1$s", "image_urls": ["u"],
             "prompt": "p", "request_id": "r", "version": %4$s, "created_at": "2026-01-02T03:04:05Z"}
            """;

    @Inject
    RedisDataSource redis;

    @Inject
    MeterRegistry metrics;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not_a_task | }not JSON{",
                "not_a_task | null",
                "not_a_task | [[[[]]]]",
                "not_a_task | {\"version\": 1, \"channel\": \"b2b\"}",
                "not_a_task | {\"version\": 1, \"channel\": \"b2b\", \"session_id\": \"nonsense\"}",
                "version    | {}"
            })
    void countsAndDropsInvalidTasks(String reason, String entry) {
        assertDroppedAndAlive(reason, entry);
    }

    @Test
    void countsAndDropsATaskOfAnotherVersion() {
        assertDroppedAndAlive("version", TASK.formatted(UUID.randomUUID(), "b2b", "store_id", 2));
    }

    @Test
    void countsAndDropsATaskOfAnUnknownChannel() {
        assertDroppedAndAlive("channel", TASK.formatted(UUID.randomUUID(), "b2c", "user_id", 1));
    }

    @Test
    void countsAndDropsATaskWithoutSession() {
        assertDroppedAndAlive("no_such_session", TASK.formatted(UUID.randomUUID(), "b2b", "store_id", 1));
    }

    /** Pushes more entries than there are loops. Then a session without images ends, so the loops still run. */
    private void assertDroppedAndAlive(String reason, String entry) {
        double before = dropped(reason);
        for (int i = 0; i < 3; i++) {
            redis.list(String.class).lpush(KEY, entry);
        }
        Await.until(TIMEOUT, () -> dropped(reason), count -> count >= before + 3);

        UUID session = Rows.session(UUID.randomUUID(), "queued", 0, "0 s");
        redis.list(String.class).lpush(KEY, TASK.formatted(session, "b2b", "store_id", 1));
        Await.until(
                TIMEOUT,
                () -> Rows.value("SELECT status FROM generation.store_generation_sessions WHERE id = ?", session),
                "failed"::equals);
    }

    private double dropped(String reason) {
        Counter counter =
                metrics.find("wearon.queue.tasks.dropped").tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }
}
