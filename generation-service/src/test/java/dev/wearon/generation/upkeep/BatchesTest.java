package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.sessions.SessionsConfig;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One run of each job handles any number of sessions, in batches. */
@QuarkusTest
@WithNeighbours
class BatchesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final String OVERDUE = """
            INSERT INTO generation.store_generation_sessions
                   (id, store_id, status, created_at, model_image_url, prompt_system, image_urls, image_paths, request_id)
            SELECT gen_random_uuid(), ?, 'queued', now() - interval '11 minutes', 'u', 'prompt', '{u}', '{p}', 'r'
              FROM generate_series(1, ?)
            """;
    private static final String COUNT = """
            SELECT concat_ws(' ', count(*) FILTER (WHERE status = 'failed' AND error_code = 'DEADLINE'),
                             count(*) FILTER (WHERE released_at IS NOT NULL))
              FROM generation.store_generation_sessions WHERE store_id = ?
            """;
    private static final String TOMBSTONES =
            "SELECT count(*) FROM credits.charges WHERE store_id = ? AND status = 'released'";

    @Inject
    Deadlines deadlines;

    @Inject
    SessionsConfig sessions;

    @Test
    void failsAndReleasesAllOverdueSessionsInOneRun() {
        // These are more than two batches.
        int many = 2 * sessions.refundBatch() + 50;
        UUID store = UUID.randomUUID();
        Rows.update(OVERDUE, store, many);
        deadlines.runOnce().await().atMost(TIMEOUT);
        // The jobs of the running service may have handled some of them.
        Await.until(TIMEOUT, () -> Rows.value(COUNT, store), (many + " " + many)::equals);
        assertThat(Rows.value(TOMBSTONES, store)).isEqualTo(Integer.toString(many));
    }
}
