package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.acceptance.Gateways.Gateway;
import dev.wearon.acceptance.SteadyCalls.Calls;
import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways accept the same keys, although they share only PostgreSQL. */
@Tag("thorough")
class KeysIT {

    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Short at the second gateway, so that a test can wait for its end. */
    private static final Duration MAX_STALENESS = Duration.ofSeconds(3);

    private static final int CLIENTS = 3;
    private static final int UNKNOWN_CLIENTS = 16;
    private static final Duration STORM = Duration.ofSeconds(2);
    private static final int UNKNOWN_PER_SECOND = 100;

    @TempDir
    private static Path folder;

    private static Gateways gateways;
    private static Gateway first;
    private static Gateway second;

    private record Key(String storeId, String keyId, String value) {}

    @BeforeAll
    static void start() throws IOException {
        gateways = new Gateways(folder);
        // Without prepared statements each look-up sends its SQL, so the fault proxy can count it.
        var starting = CompletableFuture.supplyAsync(() -> gateways.start(Map.of(
                "QUARKUS_DATASOURCE_REACTIVE_CACHE_PREPARED_STATEMENTS",
                "false",
                "WEARON_KEYS_LAST_USE_EVERY",
                "1s",
                "WEARON_KEYS_UNKNOWN_PER_SECOND",
                Integer.toString(UNKNOWN_PER_SECOND))));
        second = gateways.start(Map.of(
                "WEARON_KEYS_MAX_STALENESS",
                MAX_STALENESS.toSeconds() + "s",
                "WEARON_KEYS_CACHE_SIZES",
                "1",
                "WEARON_KEYS_LAST_USE_EVERY",
                "1s"));
        first = starting.join();
    }

    @AfterAll
    static void stop() throws IOException {
        gateways.close();
        assertThat(Secrets.inLogsBelow(folder, Rig.ADMIN_TOKEN)).isEmpty();
    }

    @Test
    void anUnknownVariableIsOnlyAWarning() throws IOException {
        assertThat(Files.readString(second.process().log()))
                .containsPattern("WARN .*WEARON_KEYS_CACHE_SIZES is not a variable of a WearOn service and is ignored;"
                        + " did you mean WEARON_KEYS_CACHE_SIZE\\?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE gateway.store_api_keys SET is_active = FALSE WHERE id = '%2$s'",
                "UPDATE gateway.stores SET status = 'inactive' WHERE id = '%1$s'",
                "UPDATE gateway.store_api_keys SET expires_at = now() WHERE id = '%2$s'"
            })
    void aChangeThatEndsAKeyEndsItAtEveryGatewayWithinASecondUnderLoad(String change) throws SQLException {
        Key revoked = issue();
        List<Calls> revokedCalls = new ArrayList<>();
        List<Calls> otherCalls = new ArrayList<>();
        try (SteadyCalls calls = new SteadyCalls()) {
            for (Gateway gateway : List.of(first, second)) {
                Key other = issue();
                for (int client = 0; client < CLIENTS; client++) {
                    revokedCalls.add(calls.keepCalling(gateway.url(), revoked.value()));
                    otherCalls.add(calls.keepCalling(gateway.url(), other.value()));
                }
            }
            revokedCalls.forEach(calling -> Await.until(TIMEOUT, calling::count, count -> count > 20));
            long changed = commit(change.formatted(revoked.storeId(), revoked.keyId()));
            revokedCalls.forEach(calling -> Await.until(TIMEOUT, () -> calling.lastAskedAt(401), at -> at > changed));
            // The key stays refused while further polls read the change again.
            long settled = System.nanoTime();
            otherCalls.forEach(calling ->
                    Await.until(TIMEOUT, () -> calling.lastAskedAt(200), at -> at > settled + PROMISED.toNanos()));
            calls.close();
            long longest = revokedCalls.stream()
                    .mapToLong(calling -> calling.lastAskedAt(200) - changed)
                    .max()
                    .orElseThrow();
            System.out.printf(
                    "Accepted for the last time %d ms after the commit; %d calls%n",
                    Duration.ofNanos(longest).toMillis(),
                    otherCalls.stream().mapToInt(Calls::count).sum());
            assertThat(Duration.ofNanos(longest)).isLessThan(PROMISED);
        }
        // A key that has ended counts as unknown: calls get 401, or 429 if there are too many.
        assertThat(revokedCalls)
                .extracting(Calls::statuses)
                .allSatisfy(statuses -> assertThat(statuses).contains(200, 401).isSubsetOf(200, 401, 429));
        assertThat(otherCalls).extracting(Calls::statuses).containsOnly(List.of(200));
    }

    @Test
    void aKeyThatOneGatewayIssuesOrRevokesIsKnownToTheOther() throws IOException {
        Key key = issue();
        assertThat(SteadyCalls.call(second.url(), key.value()).status()).isEqualTo(200);
        String successor = keys("POST", key.storeId(), "/" + key.keyId() + "/rotate")
                .expect(201)
                .data()
                .get("api_key")
                .textValue();
        assertThat(SteadyCalls.call(second.url(), successor).status()).isEqualTo(200);
        assertThat(SteadyCalls.call(second.url(), key.value()).status()).isEqualTo(200);
        keys("DELETE", key.storeId(), "/" + key.keyId()).expect(200);
        Await.until(PROMISED, () -> SteadyCalls.call(second.url(), key.value()).status(), status -> status == 401);
        assertThat(SteadyCalls.call(second.url(), successor).status()).isEqualTo(200);
    }

    @Test
    void theLatestUseAtAnyGatewayIsShownAlsoAfterAShutdown() throws Exception {
        Key key = issue();
        assertThat(lastUse(key)).isNull();
        Instant latest = Instant.EPOCH;
        for (Gateway gateway : List.of(first, second, first)) {
            Instant asked = Instant.now();
            assertThat(SteadyCalls.call(gateway.url(), key.value()).status()).isEqualTo(200);
            String shown = Await.until(
                    TIMEOUT,
                    () -> lastUse(key),
                    use -> use != null && !Instant.parse(use).isBefore(asked.minusMillis(1)));
            assertThat(Instant.parse(shown)).isAfter(latest);
            latest = Instant.parse(shown);
        }
        // This gateway writes the uses every 30 s, and at its shutdown.
        Gateway ending = gateways.start(Map.of());
        Instant asked = Instant.now();
        assertThat(SteadyCalls.call(ending.url(), key.value()).status()).isEqualTo(200);
        ending.process().requestStop();
        ending.process().awaitExit(TIMEOUT);
        assertThat(Instant.parse(lastUse(key))).isAfterOrEqualTo(asked.minusMillis(1));
    }

    private static String lastUse(Key key) {
        return operator()
                .get("/admin/v1/stores/" + key.storeId() + "/api-keys")
                .expect(200)
                .data()
                .at("/keys/0/last_used_at")
                .textValue();
    }

    @Test
    void unknownKeysCauseAtMostAHundredLookUpsASecondAndBlockNoKnownKey() throws IOException {
        Key known = issue();
        assertThat(SteadyCalls.call(first.url(), known.value()).status()).isEqualTo(200);
        long begun = System.nanoTime();
        List<ApiReply> answers;
        int lookedUp;
        try (FaultProxy.Fault lookUps = first.database().on("key_hash = $1").count();
                SteadyCalls calls = new SteadyCalls()) {
            Calls knownCalls = calls.keepCalling(first.url(), known.value());
            answers = storm(STORM);
            lookedUp = lookUps.matched();
            assertThat(knownCalls.statuses()).containsExactly(200);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("%d look-ups for %d unknown keys in %d ms%n", lookedUp, answers.size(), took.toMillis());
        assertThat(lookedUp)
                .isLessThanOrEqualTo((int) (UNKNOWN_PER_SECOND * (took.toSeconds() + 1)))
                .isGreaterThan(UNKNOWN_PER_SECOND);
        // 503: on a slow machine a look-up may time out.
        assertThat(answers.stream().map(ApiReply::status).distinct())
                .contains(401, 429)
                .isSubsetOf(401, 429, 503);
        ApiReply refused = answers.stream()
                .filter(answer -> answer.status() == 429)
                .findAny()
                .orElseThrow();
        assertThat(refused.header("Retry-After")).hasValue("1");
        assertThat(refused.text()).contains("RATE_LIMIT_EXCEEDED");
        awaitSecondWithoutUnknownKeys();
        assertThat(SteadyCalls.call(first.url(), unknownKey()).status()).isEqualTo(401);
    }

    @Test
    void knownKeysAreAcceptedWhileTheDatabaseHangsAndNoLongerThanAllowed() throws Exception {
        Key key = issue();
        Key ending = issue();
        Key unused = issue();
        for (Gateway gateway : List.of(first, second)) {
            assertThat(SteadyCalls.call(gateway.url(), key.value()).status()).isEqualTo(200);
        }
        commit("UPDATE gateway.store_api_keys SET expires_at = now() + INTERVAL '2 seconds' WHERE id = '%s'"
                .formatted(ending.keyId()));
        assertThat(SteadyCalls.call(first.url(), ending.value()).status()).isEqualTo(200);
        try (SteadyCalls calls = new SteadyCalls()) {
            Calls atFirst;
            Calls atSecond;
            long paused = System.nanoTime();
            try (var pausedDatabase = gateways.rig().postgres().paused()) {
                atFirst = calls.keepCalling(first.url(), key.value());
                atSecond = calls.keepCalling(second.url(), key.value());
                for (Gateway gateway : List.of(first, second)) {
                    ApiReply unknown = SteadyCalls.call(gateway.url(), unused.value());
                    assertThat(unknown.status()).isEqualTo(503);
                    assertThat(unknown.header("Retry-After")).hasValue("1");
                }
                Await.until(TIMEOUT, () -> atSecond.lastAskedAt(503), at -> at > paused);
                Duration stale = Duration.ofNanos(atSecond.lastAskedAt(200) - paused);
                System.out.printf("Accepted from the cache for %d ms%n", stale.toMillis());
                // Measured from the last poll, which is up to half a second before the pause. A busy machine is late.
                assertThat(stale).isBetween(MAX_STALENESS.minusMillis(700), MAX_STALENESS.plusSeconds(2));
                // The cached key has expired, and the database does not answer.
                assertThat(SteadyCalls.call(first.url(), ending.value()).status())
                        .isEqualTo(503);
                assertThat(atFirst.statuses()).containsExactly(200);
            }
            long resumed = System.nanoTime();
            Await.until(TIMEOUT, () -> atSecond.lastAskedAt(200), at -> at > resumed);
            assertThat(atFirst.statuses()).containsExactly(200);
        }
        Await.until(TIMEOUT, () -> SteadyCalls.call(first.url(), ending.value()).status(), status -> status == 401);
        assertThat(SteadyCalls.call(second.url(), unused.value()).status()).isEqualTo(200);
    }

    @Test
    void lookUpsWithoutAReplyDoNotCountAsUnknownKeysAndGet503() throws Exception {
        Key known = issue();
        assertThat(SteadyCalls.call(first.url(), known.value()).status()).isEqualTo(200);
        awaitSecondWithoutUnknownKeys();
        // More look-ups hang at once than unknown keys may cause in a second.
        int atOnce = UNKNOWN_PER_SECOND * 3 / 2;
        try (FaultProxy.Fault hanging = first.database().on("key_hash = $1").hold();
                var unknownClients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<ApiReply>> asked = IntStream.range(0, atOnce)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> SteadyCalls.call(first.url(), unknownKey()), unknownClients))
                    .toList();
            assertThat(asked).allSatisfy(answer -> assertRetryLater(answer.join()));
            assertThat(hanging.matched()).isPositive();
        }
        // The database refuses connections.
        List<ApiReply> answers;
        try (SteadyCalls calls = new SteadyCalls();
                FaultProxy.Fault refusing = first.database().refuse()) {
            Calls knownCalls = calls.keepCalling(first.url(), known.value());
            answers = storm(Duration.ofSeconds(2));
            assertThat(knownCalls.statuses()).containsExactly(200);
        }
        assertThat(answers).hasSizeGreaterThan(UNKNOWN_PER_SECOND).allSatisfy(KeysIT::assertRetryLater);

        Await.until(TIMEOUT, () -> SteadyCalls.call(first.url(), unknownKey()).status(), status -> status == 401);
        assertThat(SteadyCalls.call(first.url(), issue().value()).status()).isEqualTo(200);
        assertThat(SteadyCalls.call(first.url(), known.value()).status()).isEqualTo(200);
        Await.until(
                TIMEOUT,
                () -> storm(Duration.ofSeconds(1)).stream()
                        .map(ApiReply::status)
                        .collect(Collectors.toSet()),
                statuses -> statuses.containsAll(Set.of(401, 429)));
        awaitSecondWithoutUnknownKeys();
    }

    private static void assertRetryLater(ApiReply answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).hasValue("1");
    }

    private static Key issue() {
        String domain = "shop-%s.example.com".formatted(UUID.randomUUID());
        String storeId = operator()
                .post("/admin/v1/stores", Map.of("shop_domain", domain))
                .expect(201)
                .data()
                .get("store_id")
                .textValue();
        JsonNode key = keys("POST", storeId, "").expect(201).data();
        return new Key(
                storeId, key.get("key_id").textValue(), key.get("api_key").textValue());
    }

    private static ApiReply keys(String method, String storeId, String path) {
        return operator().call(method, "/admin/v1/stores/" + storeId + "/api-keys" + path, Map.of());
    }

    private static ApiClient operator() {
        return SteadyCalls.client(first.url(), Rig.ADMIN_TOKEN);
    }

    /** @return when the commit was answered, by {@link System#nanoTime} */
    private static long commit(String statement) throws SQLException {
        try (Connection connection = gateways.rig().connect()) {
            assertThat(connection.createStatement().executeUpdate(statement)).isEqualTo(1);
            return System.nanoTime();
        }
    }

    /** Waits until the limit on unknown keys counts none: it counts those of the last second. */
    private static void awaitSecondWithoutUnknownKeys() {
        long last = System.nanoTime();
        Await.until(TIMEOUT, () -> System.nanoTime() - last, passed -> passed > PROMISED.toNanos());
    }

    /** The replies of the first gateway to clients that call it with unknown keys without a pause. */
    private static List<ApiReply> storm(Duration duration) {
        try (var unknownClients = Executors.newFixedThreadPool(UNKNOWN_CLIENTS)) {
            List<CompletableFuture<List<ApiReply>>> asked = IntStream.range(0, UNKNOWN_CLIENTS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> callWithUnknownKeys(duration), unknownClients))
                    .toList();
            return asked.stream().flatMap(client -> client.join().stream()).toList();
        }
    }

    private static List<ApiReply> callWithUnknownKeys(Duration duration) {
        List<ApiReply> answers = new ArrayList<>();
        for (long end = System.nanoTime() + duration.toNanos(); System.nanoTime() < end; ) {
            answers.add(SteadyCalls.call(first.url(), unknownKey()));
        }
        return answers;
    }

    private static String unknownKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "wk_%016x%016x".formatted(random.nextLong(), random.nextLong());
    }
}
