package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.client.Generations;
import dev.wearon.client.WearOn;
import dev.wearon.client.model.Generation;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever follows a try-on connects again after the end of a gateway, and misses no state of it. */
@Tag("thorough")
class EventsIT {

    /** A gateway starts in a few seconds, and on a busy machine in a minute. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private static final int STREAMS = 20;
    private static final Pattern NO_STREAM = Pattern.compile("wearon_streams_open(\\{[^}]*})? 0\\.0");

    @TempDir
    private static Path folder;

    private static Rig rig;
    private static RunningService gateway;
    private static RunningService generation;
    private static Merchant store;

    private enum End {
        SIGTERM {
            @Override
            void of(RunningService process) throws Exception {
                process.requestStop();
                process.awaitExit(TIMEOUT);
            }
        },
        SIGKILL {
            @Override
            void of(RunningService process) {
                process.kill();
            }
        };

        abstract void of(RunningService process) throws Exception;
    }

    /** The versions that a client has got. */
    private record Follower(UUID id, List<Integer> versions, CompletableFuture<Void> end) {

        static Follower of(UUID id) {
            List<Integer> versions = new CopyOnWriteArrayList<>();
            CompletableFuture<Void> end = CompletableFuture.runAsync(
                    () -> {
                        Generations generations = new WearOn(store.apiKey(), gateway.url()).generations();
                        try (Stream<Generation> states = generations.events(id, null, TIMEOUT)) {
                            states.forEach(state -> versions.add(state.version()));
                        }
                    },
                    task -> Thread.ofVirtual().start(task));
            return new Follower(id, versions, end);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        // The rows change in the database, so a stream finds that at a heartbeat.
        generation = rig.start("generation", Map.of("WEARON_ROLES", "api", "WEARON_STREAMS_HEARTBEAT", "500ms"));
        gateway = rig.start(
                "gateway",
                Map.of(
                        "WEARON_SHUTDOWN_DELAY", "1s",
                        "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED,
                        "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED));
        store = Merchant.with(URI.create(gateway.url()), Rig.ADMIN_TOKEN, "absorb_mode", 0);
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
        assertThat(Secrets.inLogsBelow(folder, Rig.ADMIN_TOKEN, store.apiKey())).isEmpty();
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = rig.connect();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    private static UUID session() throws SQLException {
        UUID id = UUID.randomUUID();
        sql("""
                INSERT INTO generation.store_generation_sessions (id, store_id, status, attempts, lease_until, model_image_url,
                       prompt_system, image_urls, image_paths, request_id)
                VALUES ('%s', '%s', 'processing', 1, now() + interval '1 hour', 'u', 'prompt', '{u}', '{p}', 'r')
                """.formatted(id, store.storeId()));
        return id;
    }

    private static void change(String assignments) throws SQLException {
        sql("UPDATE generation.store_generation_sessions SET %s WHERE store_id = '%s' AND status = 'processing'"
                .formatted(assignments, store.storeId()));
    }

    private static void awaitVersion(List<Follower> followers, int version) {
        Await.until(TIMEOUT, () -> followers, all -> all.stream()
                .allMatch(follower -> follower.versions().contains(version)));
    }

    @ParameterizedTest
    @EnumSource
    void aGatewayThatEndsCostsNoState(End end) throws Exception {
        List<Follower> followers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            followers.add(Follower.of(session()));
        }
        awaitVersion(followers, 1);
        end.of(gateway);
        change("attempts = 2");
        gateway.restart();
        awaitVersion(followers, 2);
        change("status = 'failed', completed_at = now(), error_code = 'INTERNAL', error_message = 'm'");
        for (Follower follower : followers) {
            follower.end().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(follower.versions()).containsExactly(1, 2, 3);
        }
        // Neither the gateway that ended nor the one after it left a stream at the service.
        Await.until(
                TIMEOUT,
                () -> ApiClient.of(generation.managementUrl()).get("/q/metrics").text(),
                metrics -> metrics.lines().anyMatch(NO_STREAM.asMatchPredicate()));
    }
}
