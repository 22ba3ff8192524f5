package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.PausedProcess;
import dev.wearon.testkit.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers in their own processes, beside a generation-service with the role api. */
@Tag("thorough")
class WorkersIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The sessions of a store, counted by status, attempts and refund. */
    private static final String ENDS = """
            SELECT string_agg(line, '; ' ORDER BY line)
              FROM (SELECT concat_ws(' ', count(*), status, attempts, credits_refunded) AS line
                      FROM generation.store_generation_sessions WHERE store_id = ?
                     GROUP BY status, attempts, credits_refunded) AS kinds
            """;

    @TempDir
    static Path folder;

    private static Suite suite;

    private Merchant store;
    private List<String> images;
    private PausedProcess pausedStorage;

    @BeforeAll
    static void up() throws Exception {
        suite = Suite.in(folder, Map.of("WEARON_ROLES", "api"));
        Suite.Ran up = suite.wearon("up");
        assertThat(up.exitCode()).as(up.output()).isZero();
    }

    @AfterAll
    static void down() throws Exception {
        String adminToken = suite.run().get("admin_token").textValue();
        Suite.Ran down = suite.wearon("down");
        assertThat(down.exitCode()).as(down.output()).isZero();
        assertThat(Secrets.inLogsBelow(suite.data(), adminToken)).isEmpty();
    }

    @BeforeEach
    void open() throws Exception {
        store = Merchant.with(suite, 100);
        images = List.of(store.imageUrl(Merchant.PERSON), store.imageUrl(Merchant.GARMENT));
    }

    @Test
    void aRollingRestartLosesAndDelaysNoSession() throws Exception {
        queue(4);
        assertThat(permits())
                .as("an instance with the role api takes no permit")
                .isEqualTo(4);
        assertThat(suite.query(ENDS, store.storeId())).isEqualTo("4 queued 0 0");

        try (WorkerProcess first = WorkerProcess.started(suite, Map.of());
                WorkerProcess second = WorkerProcess.started(suite, Map.of())) {
            assertThat(List.of(first, second)).noneMatch(WorkerProcess::servesTheApi);
            for (WorkerProcess worker : List.of(first, second)) {
                queue(5);
                awaitHolding(worker);
                worker.askToStop();
                assertThat(worker.ended()).isZero();
                worker.restart();
            }
            // Each session has one attempt. A session whose lease had expired would have two.
            Await.until(TIMEOUT, () -> suite.query(ENDS, store.storeId()), "14 completed 1 0"::equals);
            assertThat(store.balance()).isEqualTo(86);
            assertThat(permits()).isZero();
        }
    }

    @Test
    void aSessionThatOutlastsTheDrainGoesToAnotherWorkerAtOnce() throws Exception {
        UUID id = queue(1).getFirst();
        try (WorkerProcess first = waitingForStorage(Map.of("WEARON_WORKER_DRAIN_TIMEOUT", "3s"))) {
            first.askToStop();
            Await.until(TIMEOUT, first::isReady, ready -> !ready);
            assertThat(row(id, "lease_until > now()"))
                    .as("not ready while it drains")
                    .isEqualTo("t");
            assertThat(first.ended()).isZero();
            assertThat(row(id, "concat_ws(' ', status, attempts, lease_until <= now())"))
                    .as("processing for the client, and the attempt does not count")
                    .isEqualTo("processing 0 t");
            assertThat(permits()).isEqualTo(1);
            resumeStorage();
        }
        try (WorkerProcess second = WorkerProcess.started(suite, Map.of())) {
            Await.until(TIMEOUT, () -> row(id, "status || ' ' || attempts"), "completed 1"::equals);
            assertThat(second.attempts("completed")).isEqualTo(1);
        }
    }

    @Test
    void aWorkerThatWasPausedLongerThanItsLeaseChangesNothing() throws Exception {
        UUID id = queue(1).getFirst();
        Map<String, String> hasty = Map.of(
                "WEARON_MODEL_TIMEOUT", "5s",
                "WEARON_WORKER_LEASE_MARGIN", "1s",
                "WEARON_WORKER_SWEEPER_EVERY", "1s",
                "WEARON_WORKER_SWEEPER_MIN_AGE", "0s");
        try (WorkerProcess first = waitingForStorage(hasty)) {
            try (PausedProcess paused = first.paused()) {
                resumeStorage();
                try (WorkerProcess second = WorkerProcess.started(suite, hasty)) {
                    Await.until(TIMEOUT, () -> row(id, "status || ' ' || attempts"), "completed 2"::equals);
                }
            }
            String completed = row(id, "s::text");
            Await.until(TIMEOUT, () -> first.attempts("superseded"), count -> count == 1);
            assertThat(row(id, "s::text")).isEqualTo(completed);
            assertThat(first.attempts("completed") + first.attempts("failed")).isZero();
        }
        assertThat(store.balance()).isEqualTo(99);
        assertThat(suite.query(
                        "SELECT count(*) FROM storage.objects WHERE store_id = ? AND kind = 'generated'",
                        store.storeId()))
                .isEqualTo("1");
    }

    private List<UUID> queue(int sessions) {
        List<UUID> queued = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            queued.add(store.created(images));
        }
        return queued;
    }

    /** A worker that has claimed a session and waits for storage, which is paused. */
    private WorkerProcess waitingForStorage(Map<String, String> variables) throws Exception {
        pausedStorage = PausedProcess.pause(storage());
        WorkerProcess worker = WorkerProcess.started(suite, variables);
        awaitHolding(worker);
        Await.until(TIMEOUT, worker::hasClaimed, claimed -> claimed);
        return worker;
    }

    @AfterEach
    void resumeStorage() throws Exception {
        if (pausedStorage != null) {
            pausedStorage.close();
            pausedStorage = null;
        }
    }

    private void awaitHolding(WorkerProcess worker) {
        String held = "SELECT count(*) FROM generation.store_generation_sessions"
                + " WHERE status = 'processing' AND lease_until > now() AND lease_owner LIKE ?";
        Await.until(TIMEOUT, () -> suite.query(held, worker.owner()), count -> !"0".equals(count));
    }

    /** The length of the task list in Redis. */
    private static long permits() throws Exception {
        URI redis = URI.create(suite.run().get("redis").get("url").textValue());
        return Long.parseLong(new RedisSocket(redis.getPort()).send("LLEN", "wearon:tasks:generation"));
    }

    private static ProcessHandle storage() throws Exception {
        long pid = suite.service("storage-service").get("pid").longValue();
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static String row(UUID session, String what) throws Exception {
        return suite.query(
                "SELECT %s FROM generation.store_generation_sessions s WHERE id = ?".formatted(what), session);
    }
}
