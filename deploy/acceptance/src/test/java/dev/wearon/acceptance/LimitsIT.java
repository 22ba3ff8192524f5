package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.acceptance.GatewayProcesses.Gateway;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.Neighbour;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One budget at two gateways, at its edge, and what they do while Redis says nothing. */
class LimitsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Of the tier growth. */
    private static final int PER_MINUTE = 30;

    private static final int BUCKETS = 60;

    /** As if so many buckets of time had gone by. */
    private static final String AGE = """
            local kept = redis.call('HGETALL', KEYS[1])
            redis.call('DEL', KEYS[1])
            for i = 1, #kept, 2 do
              if tonumber(kept[i]) then
                redis.call('HSET', KEYS[1], kept[i] - ARGV[1], kept[i + 1])
              else
                redis.call('HSET', KEYS[1], kept[i], kept[i + 1] - (kept[i] == 'total' and 0 or ARGV[1]))
              end
            end
            return 1
            """;

    @TempDir
    private static Path folder;

    private static GatewayProcesses processes;
    private static Gateway first;
    private static Gateway second;

    private record Store(String id, String key) {}

    private record Timed(int status, long nanos) {}

    @BeforeAll
    static void start() throws IOException, SQLException {
        processes = new GatewayProcesses(folder);
        // Whether a slow machine answers in 50 ms is not what is asked of this one.
        var starting = CompletableFuture.supplyAsync(
                () -> processes.startGateway("first", Map.of("WEARON_LIMITS_PATIENCE", "5s")));
        second = processes.startGateway("second", Map.of("WEARON_LIMITS_PATIENCE", "5s"));
        first = starting.join();
    }

    @AfterAll
    static void stop() throws IOException {
        processes.close();
    }

    @Test
    void letsExactlyTheLimitPassThroughTwoGatewaysAlsoAtTheWindowsEdge() throws Exception {
        Store store = onboard("growth");
        assertThat(passing(store)).isEqualTo(PER_MINUTE);
        // Some seconds short of the edge, as time goes on by itself, too.
        age(store, BUCKETS - 15);
        assertThat(passing(store)).isZero();
        age(store, 16);
        assertThat(passing(store)).isEqualTo(PER_MINUTE);
        // What was refused cost nothing: the hour has what passed, and no more.
        assertThat(redis().send("HGET", key(store, "hour"), "total")).isEqualTo(Integer.toString(2 * PER_MINUTE));
    }

    /** Of three times the limit, asked for at both gateways by several clients at once. */
    private static int passing(Store store) throws Exception {
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int client = 0; client < 6; client++) {
            String url = client % 2 == 0 ? first.url() : second.url();
            clients.add(() -> {
                int passed = 0;
                for (int call = 0; call < PER_MINUTE / 2; call++) {
                    int status = KeyedCalls.call(url, store.key()).statusCode();
                    assertThat(status).isIn(200, 429);
                    passed += status == 200 ? 1 : 0;
                }
                return passed;
            });
        }
        int passed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> client : threads.invokeAll(clients)) {
                passed += client.get();
            }
        }
        return passed;
    }

    /** A gateway with the usual 50 ms, which also has to start without Redis. */
    @Test
    void goesOnWhileRedisStandsStillAndSharesAgainAfterwards() throws Exception {
        Store busy = onboard(null);
        Store early = usedUp();
        Store late = usedUp();
        Gateway third;
        try (Neighbour.Undo standstill = processes.redisPaused()) {
            third = processes.startGateway("third", Map.of());
            assertThat(status(third, early)).isEqualTo(200);
        }
        assertSharesSoon(third, early);

        calls(third, busy, Duration.ofSeconds(1));
        List<Timed> meanwhile;
        try (Neighbour.Undo standstill = processes.redisPaused()) {
            meanwhile = calls(third, busy, Duration.ofSeconds(3));
            assertThat(status(third, late)).isEqualTo(200);
        }
        assertSharesSoon(third, late);

        assertThat(meanwhile).extracting(Timed::status).containsOnly(200);
        long[] nanos = meanwhile.stream().mapToLong(Timed::nanos).sorted().toArray();
        Duration p50 = Duration.ofNanos(nanos[nanos.length / 2]);
        Duration p99 = Duration.ofNanos(nanos[nanos.length * 99 / 100]);
        System.out.printf(
                "While Redis stood still: %d calls, p50 %d µs, p99 %d µs, longest %d µs%n",
                nanos.length, p50.toNanos() / 1_000, p99.toNanos() / 1_000, nanos[nanos.length - 1] / 1_000);
        assertThat(nanos.length).isGreaterThan(200);
        assertThat(p99).isLessThan(Duration.ofMillis(250));
    }

    /** Over the limit for all gateways together, of which one that cannot ask knows nothing. */
    private static Store usedUp() throws IOException {
        Store store = onboard("scale");
        Await.until(PATIENCE, () -> status(first, store), status -> status == 429);
        return store;
    }

    /** Long before it would have counted so many by itself. */
    private static void assertSharesSoon(Gateway gateway, Store usedUp) {
        for (int call = 0; call < 80; call++) {
            if (status(gateway, usedUp) == 429) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new AssertionError("It still counts for itself");
    }

    private static List<Timed> calls(Gateway gateway, Store store, Duration period) throws Exception {
        Callable<List<Timed>> client = () -> {
            List<Timed> calls = new ArrayList<>();
            long end = System.nanoTime() + period.toNanos();
            for (long begun = System.nanoTime(); begun < end; begun = System.nanoTime()) {
                int status = status(gateway, store);
                calls.add(new Timed(status, System.nanoTime() - begun));
            }
            return calls;
        };
        List<Timed> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Timed>> calls : threads.invokeAll(List.of(client, client, client))) {
                all.addAll(calls.get());
            }
        }
        return all;
    }

    private static int status(Gateway gateway, Store store) {
        return KeyedCalls.call(gateway.url(), store.key()).statusCode();
    }

    private static void age(Store store, int buckets) {
        redis().send("EVAL", AGE, "1", key(store, "minute"), Integer.toString(buckets));
    }

    private static String key(Store store, String window) {
        return "wearon:limits:{" + store.id() + "}:" + window;
    }

    private static RedisSocket redis() {
        return new RedisSocket(processes.redis().port());
    }

    private static Store onboard(String tier) throws IOException {
        String domain = "shop-" + UUID.randomUUID() + ".example";
        String terms = tier == null ? "" : ", \"subscription_tier\": \"" + tier + "\"";
        String id = post("/admin/v1/stores", "{\"shop_domain\": \"" + domain + "\"" + terms + "}")
                .get("store_id")
                .textValue();
        JsonNode key = post("/admin/v1/stores/" + id + "/api-keys", "{\"allowed_domains\": []}");
        return new Store(id, key.get("api_key").textValue());
    }

    private static JsonNode post(String path, String body) throws IOException {
        var answer = KeyedCalls.send(KeyedCalls.request(first.url() + path, GatewayProcesses.ADMIN_TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(answer.statusCode()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("data");
    }
}
