package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.acceptance.GatewayProcesses.Gateway;
import dev.wearon.acceptance.KeyedCalls.Told;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key is worth at two gateways that share nothing but PostgreSQL. */
class KeysIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Of the second gateway, so that a test can see its end. */
    private static final Duration BELIEVED = Duration.ofSeconds(3);

    private static final int CLIENTS = 3;
    private static final int STRANGERS = 16;
    private static final Duration STORM = Duration.ofSeconds(2);
    private static final int UNKNOWN_PER_SECOND = 100;

    @TempDir
    private static Path folder;

    private static GatewayProcesses processes;
    private static Gateway first;
    private static Gateway second;

    private record Key(String storeId, String keyId, String value) {}

    @BeforeAll
    static void start() throws IOException, SQLException {
        processes = new GatewayProcesses(folder);
        // Every look-up says its words on the wire, so that they can be counted.
        var starting = CompletableFuture.supplyAsync(() -> processes.startGateway(
                "first", Map.of("QUARKUS_DATASOURCE_REACTIVE_CACHE_PREPARED_STATEMENTS", "false")));
        second = processes.startGateway(
                "second",
                Map.of("WEARON_KEYS_BELIEVED", BELIEVED.toSeconds() + "s", "WEARON_KEYS_REMEMBERED_COUNTS", "1"));
        first = starting.join();
    }

    @AfterAll
    static void stop() throws IOException {
        processes.close();
        assertThat(Secrets.inLogsBelow(folder, GatewayProcesses.ADMIN_TOKEN)).isEmpty();
    }

    @Test
    void aVariableThatNobodyReadsIsAWarningAndNoMore() throws IOException {
        assertThat(Files.readString(folder.resolve("second.log")))
                .containsPattern(
                        "WARN .*WEARON_KEYS_REMEMBERED_COUNTS is not a variable of a WearOn service and is ignored;"
                                + " did you mean WEARON_KEYS_REMEMBERED_COUNT\\?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE gateway.store_api_keys SET is_active = FALSE WHERE id = '%2$s'",
                "UPDATE gateway.stores SET status = 'inactive' WHERE id = '%1$s'",
                "UPDATE gateway.store_api_keys SET expires_at = now() WHERE id = '%2$s'"
            })
    void whatStopsAKeyStopsItAtEveryGatewayWithinASecondUnderLoad(String change) throws SQLException {
        Key doomed = issue();
        List<Told> doomedCalls = new ArrayList<>();
        List<Told> otherCalls = new ArrayList<>();
        try (KeyedCalls calls = new KeyedCalls()) {
            for (Gateway gateway : List.of(first, second)) {
                Key other = issue();
                for (int client = 0; client < CLIENTS; client++) {
                    doomedCalls.add(calls.keepCalling(gateway.url(), doomed.value()));
                    otherCalls.add(calls.keepCalling(gateway.url(), other.value()));
                }
            }
            doomedCalls.forEach(told -> Await.until(PATIENCE, told::count, count -> count > 20));
            long changed = commit(change.formatted(doomed.storeId(), doomed.keyId()));
            doomedCalls.forEach(told -> Await.until(PATIENCE, () -> told.lastAskedAt(401), at -> at > changed));
            // Nobody is let in again either, while the change is within the overlap of many further questions.
            long settled = System.nanoTime();
            otherCalls.forEach(told ->
                    Await.until(PATIENCE, () -> told.lastAskedAt(200), at -> at > settled + PROMISED.toNanos()));
            calls.close();
            long longest = doomedCalls.stream()
                    .mapToLong(told -> told.lastAskedAt(200) - changed)
                    .max()
                    .orElseThrow();
            System.out.printf(
                    "Let in for the last time %d ms after the commit; %d calls%n",
                    Duration.ofNanos(longest).toMillis(),
                    otherCalls.stream().mapToInt(Told::count).sum());
            assertThat(Duration.ofNanos(longest)).isLessThan(PROMISED);
        }
        // A key that no longer works is a stranger's: whoever goes on with it is told 401, or 429 where many ask.
        assertThat(doomedCalls)
                .extracting(Told::statuses)
                .allSatisfy(statuses -> assertThat(statuses).contains(200, 401).isSubsetOf(200, 401, 429));
        assertThat(otherCalls).extracting(Told::statuses).containsOnly(List.of(200));
    }

    @Test
    void whatOneGatewayRevokesOrIssuesTheOtherKnows() throws IOException {
        Key key = issue();
        assertThat(KeyedCalls.call(second.url(), key.value()).statusCode()).isEqualTo(200);
        String successor = admin("/" + key.keyId() + "/rotate", key.storeId(), "POST", 201)
                .get("api_key")
                .textValue();
        assertThat(KeyedCalls.call(second.url(), successor).statusCode()).isEqualTo(200);
        assertThat(KeyedCalls.call(second.url(), key.value()).statusCode()).isEqualTo(200);
        admin("/" + key.keyId(), key.storeId(), "DELETE", 200);
        Await.until(PROMISED, () -> KeyedCalls.call(second.url(), key.value()).statusCode(), status -> status == 401);
        assertThat(KeyedCalls.call(second.url(), successor).statusCode()).isEqualTo(200);
    }

    @Test
    void strangersCauseAHundredLookUpsASecondAndKeepNobodyOut() throws IOException {
        Key known = issue();
        assertThat(KeyedCalls.call(first.url(), known.value()).statusCode()).isEqualTo(200);
        long begun = System.nanoTime();
        List<HttpResponse<String>> answers;
        int lookedUp;
        try (FaultProxy.Fault lookUps = first.database().on("key_hash = $1").count();
                KeyedCalls calls = new KeyedCalls()) {
            Told knownCalls = calls.keepCalling(first.url(), known.value());
            answers = storm(STORM);
            lookedUp = lookUps.met();
            assertThat(knownCalls.statuses()).containsExactly(200);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("%d look-ups for %d unknown keys in %d ms%n", lookedUp, answers.size(), took.toMillis());
        assertThat(lookedUp)
                .isLessThanOrEqualTo((int) (UNKNOWN_PER_SECOND * (took.toSeconds() + 1)))
                .isGreaterThan(UNKNOWN_PER_SECOND);
        // 503: on a slow machine a look-up may take longer than these tests give it.
        assertThat(answers.stream().map(HttpResponse::statusCode).distinct())
                .contains(401, 429)
                .isSubsetOf(401, 429, 503);
        HttpResponse<String> refused = answers.stream()
                .filter(answer -> answer.statusCode() == 429)
                .findAny()
                .orElseThrow();
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("RATE_LIMIT_EXCEEDED");
        awaitForgottenStrangers();
        assertThat(KeyedCalls.call(first.url(), unknownKey()).statusCode()).isEqualTo(401);
    }

    @Test
    void knownKeysOutliveADatabaseThatStandsStillAndNoLongerThanAllowed() throws Exception {
        Key key = issue();
        Key ending = issue();
        Key unused = issue();
        for (Gateway gateway : List.of(first, second)) {
            assertThat(KeyedCalls.call(gateway.url(), key.value()).statusCode()).isEqualTo(200);
        }
        commit("UPDATE gateway.store_api_keys SET expires_at = now() + INTERVAL '2 seconds' WHERE id = '%s'"
                .formatted(ending.keyId()));
        assertThat(KeyedCalls.call(first.url(), ending.value()).statusCode()).isEqualTo(200);
        try (KeyedCalls calls = new KeyedCalls()) {
            Told atFirst;
            Told atSecond;
            long paused = System.nanoTime();
            try (var standingStill = processes.databasePaused()) {
                atFirst = calls.keepCalling(first.url(), key.value());
                atSecond = calls.keepCalling(second.url(), key.value());
                for (Gateway gateway : List.of(first, second)) {
                    HttpResponse<String> unknown = KeyedCalls.call(gateway.url(), unused.value());
                    assertThat(unknown.statusCode()).isEqualTo(503);
                    assertThat(unknown.headers().firstValue("Retry-After")).hasValue("1");
                }
                Await.until(PATIENCE, () -> atSecond.lastAskedAt(503), at -> at > paused);
                Duration believed = Duration.ofNanos(atSecond.lastAskedAt(200) - paused);
                System.out.printf("Believed for %d ms%n", believed.toMillis());
                // Counted from the last answer, which is up to half a second older than the pause.
                assertThat(believed).isBetween(BELIEVED.minusMillis(700), BELIEVED.plusMillis(500));
                // Its end has come, and nobody can be asked.
                assertThat(KeyedCalls.call(first.url(), ending.value()).statusCode())
                        .isEqualTo(503);
                assertThat(atFirst.statuses()).containsExactly(200);
            }
            long resumed = System.nanoTime();
            Await.until(PATIENCE, () -> atSecond.lastAskedAt(200), at -> at > resumed);
            assertThat(atFirst.statuses()).containsExactly(200);
        }
        Await.until(PATIENCE, () -> KeyedCalls.call(first.url(), ending.value()).statusCode(), status -> status == 401);
        assertThat(KeyedCalls.call(second.url(), unused.value()).statusCode()).isEqualTo(200);
    }

    @Test
    void lookUpsThatNobodyAnswersAreNoStrangersAndAnswered503() throws Exception {
        Key known = issue();
        assertThat(KeyedCalls.call(first.url(), known.value()).statusCode()).isEqualTo(200);
        awaitForgottenStrangers();
        // Look-ups hang, more at once than strangers may cause in a second.
        int atOnce = UNKNOWN_PER_SECOND * 3 / 2;
        try (FaultProxy.Fault hanging = first.database().on("key_hash = $1").hold();
                var strangers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, atOnce)
                    .mapToObj(i ->
                            CompletableFuture.supplyAsync(() -> KeyedCalls.call(first.url(), unknownKey()), strangers))
                    .toList();
            assertThat(asked).allSatisfy(answer -> assertComeBack(answer.join()));
            assertThat(hanging.met()).isPositive();
        }
        // Nobody listens.
        List<HttpResponse<String>> answers;
        try (KeyedCalls calls = new KeyedCalls();
                FaultProxy.Fault refusing = first.database().refuse()) {
            Told knownCalls = calls.keepCalling(first.url(), known.value());
            answers = storm(Duration.ofSeconds(2));
            assertThat(knownCalls.statuses()).containsExactly(200);
        }
        assertThat(answers).hasSizeGreaterThan(UNKNOWN_PER_SECOND).allSatisfy(KeysIT::assertComeBack);

        Await.until(PATIENCE, () -> KeyedCalls.call(first.url(), unknownKey()).statusCode(), status -> status == 401);
        assertThat(KeyedCalls.call(first.url(), issue().value()).statusCode()).isEqualTo(200);
        assertThat(KeyedCalls.call(first.url(), known.value()).statusCode()).isEqualTo(200);
        Await.until(
                PATIENCE,
                () -> storm(Duration.ofSeconds(1)).stream()
                        .map(HttpResponse::statusCode)
                        .collect(Collectors.toSet()),
                statuses -> statuses.containsAll(Set.of(401, 429)));
        awaitForgottenStrangers();
    }

    private static void assertComeBack(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    private static Key issue() {
        JsonNode store =
                post("/admin/v1/stores", "{\"shop_domain\":\"shop-%s.example.com\"}".formatted(UUID.randomUUID()), 201);
        String storeId = store.get("store_id").textValue();
        JsonNode key = admin("", storeId, "POST", 201);
        return new Key(
                storeId, key.get("key_id").textValue(), key.get("api_key").textValue());
    }

    private static JsonNode admin(String path, String storeId, String method, int status) {
        var request = KeyedCalls.request(
                first.url() + "/admin/v1/stores/" + storeId + "/api-keys" + path, GatewayProcesses.ADMIN_TOKEN);
        return data(
                KeyedCalls.send(
                        request.method(method, BodyPublishers.ofString("{}")).build()),
                status);
    }

    private static JsonNode post(String path, String body, int status) {
        var request = KeyedCalls.request(first.url() + path, GatewayProcesses.ADMIN_TOKEN);
        return data(KeyedCalls.send(request.POST(BodyPublishers.ofString(body)).build()), status);
    }

    private static JsonNode data(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return JSON.readTree(answer.body()).get("data");
        } catch (IOException unreadable) {
            throw new AssertionError(answer.body(), unreadable);
        }
    }

    /** @return when the commit was answered, by {@link System#nanoTime} */
    private static long commit(String statement) throws SQLException {
        try (Connection connection = processes.connect()) {
            assertThat(connection.createStatement().executeUpdate(statement)).isEqualTo(1);
            return System.nanoTime();
        }
    }

    /** After a second no stranger counts. */
    private static void awaitForgottenStrangers() {
        long last = System.nanoTime();
        Await.until(PATIENCE, () -> System.nanoTime() - last, passed -> passed > PROMISED.toNanos());
    }

    /** What strangers are told who ask the first gateway without a pause. */
    private static List<HttpResponse<String>> storm(Duration duration) {
        try (var strangers = Executors.newFixedThreadPool(STRANGERS)) {
            List<CompletableFuture<List<HttpResponse<String>>>> asked = IntStream.range(0, STRANGERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> askWithUnknownKeys(duration), strangers))
                    .toList();
            return asked.stream().flatMap(client -> client.join().stream()).toList();
        }
    }

    private static List<HttpResponse<String>> askWithUnknownKeys(Duration duration) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (long end = System.nanoTime() + duration.toNanos(); System.nanoTime() < end; ) {
            answers.add(KeyedCalls.call(first.url(), unknownKey()));
        }
        return answers;
    }

    private static String unknownKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "wk_%016x%016x".formatted(random.nextLong(), random.nextLong());
    }
}
