package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.PostgresAddress;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.Neighbour;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers as processes of their own, beside a generation-service that only serves. */
class WorkersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the sessions of a store have come to: status, attempts, refund; one line for each kind. */
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
    private Neighbour.Undo storageStuck;

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
    void aRollingRestartLosesAndDelaysNothing() throws Exception {
        queue(4);
        assertThat(permits()).as("an instance that only serves takes no permit").isEqualTo(4);
        assertThat(ask(ENDS, store.storeId())).isEqualTo("4 queued 0 0");

        try (WorkerProcess first = WorkerProcess.started(suite, "first", Map.of());
                WorkerProcess second = WorkerProcess.started(suite, "second", Map.of())) {
            assertThat(List.of(first, second)).noneMatch(WorkerProcess::servesTheApi);
            for (WorkerProcess worker : List.of(first, second)) {
                queue(5);
                awaitHolding(worker);
                worker.askToStop();
                assertThat(worker.ended()).isZero();
                worker.start();
            }
            // One attempt each: a session that had to wait for its lease to run out would have begun a second one.
            Await.until(PATIENCE, () -> ask(ENDS, store.storeId()), "14 completed 1 0"::equals);
            assertThat(store.balance()).isEqualTo(86);
            assertThat(permits()).isZero();
        }
    }

    @Test
    void whatIsNotDoneWhenTheDrainEndsGoesToAnotherWorkerAtOnce() throws Exception {
        UUID id = queue(1).getFirst();
        try (WorkerProcess first = stuckAtItsInputs("stopping", Map.of("WEARON_WORKER_DRAIN", "3s"))) {
            first.askToStop();
            Await.until(PATIENCE, first::isReady, ready -> !ready);
            assertThat(row(id, "lease_until > now()"))
                    .as("not ready any more while it still works")
                    .isEqualTo("t");
            assertThat(first.ended()).isZero();
            assertThat(row(id, "concat_ws(' ', status, attempts, lease_until <= now())"))
                    .as("for the client it goes on, and the attempt does not count")
                    .isEqualTo("processing 0 t");
            assertThat(permits()).isEqualTo(1);
            storageGoesOn();
        }
        try (WorkerProcess second = WorkerProcess.started(suite, "taking-over", Map.of())) {
            Await.until(PATIENCE, () -> row(id, "status || ' ' || attempts"), "completed 1"::equals);
            assertThat(second.attempts("completed")).isEqualTo(1);
        }
    }

    @Test
    void aWorkerThatWasPausedBeyondItsLeaseChangesNothing() throws Exception {
        UUID id = queue(1).getFirst();
        Map<String, String> hasty = Map.of(
                "WEARON_MODEL_TIMEOUT", "5s",
                "WEARON_WORKER_LEASE_MARGIN", "1s",
                "WEARON_WORKER_SWEEPER_EVERY", "1s",
                "WEARON_WORKER_SWEEPER_MIN_AGE", "0s");
        try (WorkerProcess first = stuckAtItsInputs("paused", hasty)) {
            try (Neighbour.Undo paused = first.paused()) {
                storageGoesOn();
                try (WorkerProcess second = WorkerProcess.started(suite, "awake", hasty)) {
                    Await.until(PATIENCE, () -> row(id, "status || ' ' || attempts"), "completed 2"::equals);
                }
            }
            String completed = row(id, "s::text");
            Await.until(PATIENCE, () -> first.attempts("superseded"), count -> count == 1);
            assertThat(row(id, "s::text")).isEqualTo(completed);
            assertThat(first.attempts("completed") + first.attempts("failed")).isZero();
        }
        assertThat(store.balance()).isEqualTo(99);
        assertThat(ask(
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

    /** A worker that holds a session and gets no answer from storage, for longer than the tests take. */
    private WorkerProcess stuckAtItsInputs(String name, Map<String, String> variables) throws Exception {
        storageStuck = storage().paused();
        WorkerProcess worker = WorkerProcess.started(suite, name, variables);
        awaitHolding(worker);
        Await.until(PATIENCE, worker::hasClaimed, claimed -> claimed);
        return worker;
    }

    @AfterEach
    void storageGoesOn() throws Exception {
        if (storageStuck != null) {
            storageStuck.close();
            storageStuck = null;
        }
    }

    private void awaitHolding(WorkerProcess worker) {
        String held = "SELECT count(*) FROM generation.store_generation_sessions"
                + " WHERE status = 'processing' AND lease_until > now() AND lease_owner LIKE ?";
        Await.until(PATIENCE, () -> ask(held, worker.owner()), count -> !"0".equals(count));
    }

    /** The length of the task list, asked of Redis itself. */
    private static long permits() throws Exception {
        URI redis = URI.create(suite.run().get("redis").get("url").textValue());
        try (Socket socket = new Socket(redis.getHost(), redis.getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write("LLEN wearon:tasks:generation\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(answer.substring(1, answer.indexOf('\r')));
        }
    }

    private static Neighbour storage() throws Exception {
        long pid = suite.service("storage-service").get("pid").longValue();
        return new Neighbour(null, ProcessHandle.of(pid).orElseThrow());
    }

    private static String row(UUID session, String what) throws Exception {
        return ask("SELECT %s FROM generation.store_generation_sessions s WHERE id = ?".formatted(what), session);
    }

    /** The first column of the first row, as text. */
    private static String ask(String query, Object value) throws Exception {
        PostgresAddress admin =
                PostgresAddress.parse(suite.run().get("postgres").get("url").textValue());
        try (Connection connection = DriverManager.getConnection(admin.jdbcUrl(), admin.jdbcProperties());
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setObject(1, value);
            ResultSet rows = statement.executeQuery();
            return rows.next() ? rows.getString(1) : null;
        }
    }
}
