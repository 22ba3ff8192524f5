package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.acceptance.Gateways.Gateway;
import dev.wearon.processes.PausedProcess;
import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways share one budget, also at the edge of its window, and continue while Redis hangs. */
@Tag("thorough")
class LimitsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The limit of the tier growth. */
    private static final int PER_MINUTE = 30;

    private static final int BUCKETS = 60;

    /** Moves the window of a store a number of buckets into the past. */
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

    private static Gateways gateways;
    private static Gateway first;
    private static Gateway second;

    private record Store(String id, String key) {}

    private record Timed(int status, long nanos) {}

    @BeforeAll
    static void start() throws IOException {
        gateways = new Gateways(folder);
        // A long timeout, because a slow machine may not answer in 50 ms.
        var starting = CompletableFuture.supplyAsync(() -> gateways.start(Map.of("WEARON_LIMITS_REDIS_TIMEOUT", "5s")));
        second = gateways.start(Map.of("WEARON_LIMITS_REDIS_TIMEOUT", "5s"));
        first = starting.join();
    }

    @AfterAll
    static void stop() throws IOException {
        gateways.close();
    }

    @Test
    void twoGatewaysTogetherPassExactlyTheLimitAlsoAtTheWindowsEdge() throws Exception {
        Store store = onboard("growth");
        assertThat(passing(store)).isEqualTo(PER_MINUTE);
        // Some seconds before the edge, because time passes during the test as well.
        age(store, BUCKETS - 15);
        assertThat(passing(store)).isZero();
        age(store, 16);
        assertThat(passing(store)).isEqualTo(PER_MINUTE);
        // The hour counts only the calls that passed.
        assertThat(redis().send("HGET", key(store, "hour"), "total")).isEqualTo(Integer.toString(2 * PER_MINUTE));
    }

    /** How many calls pass when several clients at both gateways send three times the limit. */
    private static int passing(Store store) throws Exception {
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int client = 0; client < 6; client++) {
            String url = client % 2 == 0 ? first.url() : second.url();
            clients.add(() -> {
                int passed = 0;
                for (int call = 0; call < PER_MINUTE / 2; call++) {
                    int status = SteadyCalls.call(url, store.key()).status();
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

    /** A gateway with the default timeout of 50 ms; it starts while Redis hangs. */
    @Test
    void continuesWhileRedisHangsAndSharesAgainAfterwards() throws Exception {
        Store busy = onboard(null);
        Store early = usedUp();
        Store late = usedUp();
        Gateway third;
        try (PausedProcess redis = gateways.rig().redis().paused()) {
            third = gateways.start(Map.of());
            assertThat(status(third, early)).isEqualTo(200);
        }
        assertSharesSoon(third, early);

        calls(third, busy, Duration.ofSeconds(1));
        List<Timed> meanwhile;
        try (PausedProcess redis = gateways.rig().redis().paused()) {
            meanwhile = calls(third, busy, Duration.ofSeconds(3));
            assertThat(status(third, late)).isEqualTo(200);
        }
        assertSharesSoon(third, late);

        assertThat(meanwhile).extracting(Timed::status).containsOnly(200);
        long[] nanos = meanwhile.stream().mapToLong(Timed::nanos).sorted().toArray();
        Duration p50 = Duration.ofNanos(nanos[nanos.length / 2]);
        Duration p99 = Duration.ofNanos(nanos[nanos.length * 99 / 100]);
        System.out.printf(
                "While Redis hung: %d calls, p50 %d µs, p99 %d µs, longest %d µs%n",
                nanos.length, p50.toNanos() / 1_000, p99.toNanos() / 1_000, nanos[nanos.length - 1] / 1_000);
        assertThat(nanos.length).isGreaterThan(200);
        assertThat(p99).isLessThan(Duration.ofMillis(250));
    }

    /** A store over the shared limit. A gateway without Redis does not know this count. */
    private static Store usedUp() {
        Store store = onboard("scale");
        Await.until(TIMEOUT, Duration.ofMillis(20), () -> status(first, store), status -> status == 429);
        return store;
    }

    /** Refuses the store long before its own count reaches the limit. */
    private static void assertSharesSoon(Gateway gateway, Store usedUp) {
        for (int call = 0; call < 80; call++) {
            if (status(gateway, usedUp) == 429) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new AssertionError("It does not share the count yet");
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
        return SteadyCalls.call(gateway.url(), store.key()).status();
    }

    private static void age(Store store, int buckets) throws IOException {
        redis().send("EVAL", AGE, "1", key(store, "minute"), Integer.toString(buckets));
    }

    private static String key(Store store, String window) {
        return "wearon:limits:{" + store.id() + "}:" + window;
    }

    private static RedisSocket redis() throws IOException {
        return new RedisSocket(URI.create(gateways.rig().redisUrl()).getPort());
    }

    private static Store onboard(String tier) {
        String domain = "shop-" + UUID.randomUUID() + ".example";
        Map<String, ?> terms =
                tier == null ? Map.of("shop_domain", domain) : Map.of("shop_domain", domain, "subscription_tier", tier);
        String id = post("/admin/v1/stores", terms).get("store_id").textValue();
        JsonNode key = post("/admin/v1/stores/" + id + "/api-keys", Map.of("allowed_domains", List.of()));
        return new Store(id, key.get("api_key").textValue());
    }

    private static JsonNode post(String path, Map<String, ?> body) {
        return SteadyCalls.client(first.url(), Rig.ADMIN_TOKEN)
                .post(path, body)
                .expect(201)
                .data();
    }
}
