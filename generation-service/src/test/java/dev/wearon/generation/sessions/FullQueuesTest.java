package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.wearon.generation.AsyncCall;
import dev.wearon.generation.Consistency;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One batch of a step runs, one create waits for the next one, and the third create is refused. It was not tried, so it leaves
 * nothing behind.
 */
@QuarkusTest
@TestProfile(FullQueuesTest.OneMayWait.class)
@WithNeighbours
@Tag("thorough")
class FullQueuesTest {

    public static final class OneMayWait implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = new HashMap<>(new BatchedCreatesTest.OneBatchAtATime().getConfigOverrides());
            config.put("wearon.batches.max-waiting", "1");
            config.put("wearon.db.statement-timeout", "10s");
            return config;
        }
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CREATES = 3;
    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";
    private static final String KEYS = "SELECT count(*) FROM generation.idempotency_keys WHERE store_id = ?";
    private static final String WAITING_FOR_LOCK =
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    + " AND query LIKE '%INSERT INTO generation.idempotency_keys%' AND pid <> pg_backend_pid()";

    private Shop shop;
    private String person;

    @BeforeEach
    void openAShop() throws Exception {
        shop = Shop.with(CREATES);
        person = shop.person();
    }

    private AsyncCall<Response> create(int number) {
        return AsyncCall.of(() -> shop.createWithKey("order-" + number, person));
    }

    /** The creates after the first one. One of them waits, the other one is refused at once. */
    private List<AsyncCall<Response>> others() {
        return awaitOne(IntStream.range(1, CREATES).mapToObj(this::create).toList());
    }

    /** The same, one after the other: otherwise they could meet at their keys already. */
    private List<AsyncCall<Response>> othersWithKeys() {
        AsyncCall<Response> second = create(1);
        Await.until(TIMEOUT, () -> Rows.value(KEYS, shop.storeId()), "2"::equals);
        return awaitOne(List.of(second, create(2)));
    }

    private static List<AsyncCall<Response>> awaitOne(List<AsyncCall<Response>> others) {
        Await.until(TIMEOUT, () -> others.stream().filter(AsyncCall::isDone).count(), done -> done > 0);
        return others;
    }

    private void assertOneIsRefused(AsyncCall<Response> first, List<AsyncCall<Response>> others) {
        List<Response> answers = Stream.concat(Stream.of(first), others.stream())
                .map(AsyncCall::await)
                .toList();
        assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(201, 201, 503);
        assertThat(answers.getFirst().statusCode()).isEqualTo(201);
        int number = answers.get(1).statusCode() == 503 ? 1 : 2;
        UUID refused = UUID.fromString(answers.get(number)
                .then()
                .body("code", equalTo("SERVICE_UNAVAILABLE"))
                .body(
                        "message",
                        equalTo(
                                "Too many try-ons are being created; nothing is charged for this request. Send it again."))
                .header("Retry-After", matchesPattern("[1-9]\\d*"))
                .extract()
                .header("X-Session-Id"));
        shop.call().get("/api/v1/generation/{id}", refused).then().statusCode(404);
        assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("2");
        assertThat(shop.balance()).isEqualTo(1);
        shop.createWithKey("order-" + number, person).then().statusCode(201);
        Consistency.assertConsistent(shop);
        assertThat(shop.balance()).isZero();
    }

    private void refusesTheThirdAt(FaultProxy service, String path) throws Exception {
        AsyncCall<Response> first;
        List<AsyncCall<Response>> others;
        try (var held = service.on(path).once().hold()) {
            first = create(0);
            held.awaitMatched(1);
            others = othersWithKeys();
        }
        assertOneIsRefused(first, others);
    }

    @Test
    void refuseACreateAtItsCharge() throws Exception {
        refusesTheThirdAt(SuiteServers.faultProxy("credits"), "POST /internal/v1/charges/batch");
    }

    @Test
    void refuseACreateAtTheCheckOfItsImages() throws Exception {
        refusesTheThirdAt(SuiteServers.faultProxy("storage"), "POST /internal/v1/objects/resolve/batch");
    }

    @Test
    void refuseACreateAtItsKey() throws Exception {
        AsyncCall<Response> first;
        List<AsyncCall<Response>> others;
        try (Connection lock = Rows.connect()) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("LOCK TABLE generation.idempotency_keys IN EXCLUSIVE MODE");
            first = create(0);
            Await.until(TIMEOUT, () -> Rows.value(WAITING_FOR_LOCK), "1"::equals);
            others = others();
        }
        assertOneIsRefused(first, others);
    }
}
