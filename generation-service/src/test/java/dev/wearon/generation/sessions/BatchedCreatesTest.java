package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.AsyncCall;
import dev.wearon.generation.Consistency;
import dev.wearon.generation.RawCall;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.ShortTimeouts;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fifty creates share the calls of their steps. Each has its own outcome, whatever happens to the others or to the call. */
@QuarkusTest
@TestProfile(BatchedCreatesTest.OneBatchAtATime.class)
@WithNeighbours
@Tag("thorough")
class BatchedCreatesTest {

    /** While a test holds one batch of a step, all other creates wait for the next batch. */
    public static final class OneBatchAtATime implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = new HashMap<>(new ShortTimeouts().getConfigOverrides());
            config.put("wearon.batches.in-flight", "1");
            config.put("wearon.charging.response-timeout", "18s");
            config.put("wearon.sessions.create-budget", "40s");
            return config;
        }
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CREATES = 50;
    private static final String CHARGES = "POST /internal/v1/charges/batch";
    private static final String SINGLE_CHARGE = "POST /internal/v1/charges ";
    private static final String RESOLVES = "POST /internal/v1/objects/resolve/batch";
    private static final String KEYS = "SELECT count(*) FROM generation.idempotency_keys WHERE store_id = ?";
    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";

    private final FaultProxy credits = SuiteServers.faultProxy("credits");
    private final FaultProxy storage = SuiteServers.faultProxy("storage");
    private final FaultProxy redis = SuiteServers.faultProxy("redis");

    private static List<AsyncCall<Response>> create(Shop shop, String person, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> AsyncCall.of(() -> shop.createWithKey("order-" + n, person)))
                .toList();
    }

    private static void awaitKeys(Shop shop, int count) {
        Await.until(TIMEOUT, () -> Rows.value(KEYS, shop.storeId()), Integer.toString(count)::equals);
    }

    private static List<Integer> statuses(List<AsyncCall<Response>> creates) {
        return creates.stream().map(create -> create.await().statusCode()).toList();
    }

    /** Charged once each, and completed. */
    private static void assertAllCompleted(Shop shop, List<AsyncCall<Response>> creates) {
        assertThat(statuses(creates)).containsOnly(201);
        List<UUID> ids = creates.stream()
                .map(create -> create.await().jsonPath().getUUID("session_id"))
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        Consistency.assertConsistent(shop);
        assertThat(ids).allMatch(id -> "deduction".equals(Consistency.movements(id)));
    }

    /** A refused image, an empty wallet and an identity that has expired while its create waited. */
    @Test
    void giveEachCreateItsOwnOutcome() throws Exception {
        Shop shop = Shop.with(CREATES);
        Shop poor = Shop.with(0);
        Shop late = Shop.with(1);
        String person = shop.person();
        String poorPerson = poor.person();
        String latePerson = late.person();
        AsyncCall<Response> first;
        List<AsyncCall<Response>> creates;
        AsyncCall<Response> refused;
        AsyncCall<Response> unpaid;
        AsyncCall<Response> expired;
        try (var calls = credits.on(CHARGES).count()) {
            try (var held = credits.on(CHARGES).once().hold()) {
                first = AsyncCall.of(() -> shop.createWithKey("first", person));
                held.awaitMatched(1);
                Duration life = Duration.ofSeconds(3);
                String identity = TestIdentities.storeFor(late.storeId(), life);
                Instant expiry = Instant.now().plus(life).plusSeconds(1);
                expired = AsyncCall.of(() -> io.restassured.RestAssured.given()
                        .header("Authorization", identity)
                        .header("Idempotency-Key", "late")
                        .contentType(ContentType.JSON)
                        .body(Map.of("age_verified", true, "image_urls", List.of(latePerson, latePerson)))
                        .post("/api/v1/generation/create"));
                creates = create(shop, person, CREATES - 4);
                refused = AsyncCall.of(() -> shop.create("https://elsewhere.example/a.png"));
                unpaid = AsyncCall.of(() -> poor.create(poorPerson));
                awaitKeys(late, 1);
                awaitKeys(shop, 1 + CREATES - 4);
                assertThat(refused.await().statusCode()).isEqualTo(400);
                Await.until(TIMEOUT, Instant::now, expiry::isBefore);
            }
            assertThat(unpaid.await().statusCode()).isEqualTo(402);
            assertThat(expired.await().statusCode()).isEqualTo(500);
            List<AsyncCall<Response>> accepted = new ArrayList<>(creates);
            accepted.add(first);
            assertAllCompleted(shop, accepted);
            assertThat(calls.matched()).as("calls").isLessThanOrEqualTo(4);
        }
        assertThat(Rows.value(SESSIONS, poor.storeId())).isEqualTo("0");
        UUID closed = UUID.fromString(expired.await().header("X-Session-Id"));
        Consistency.assertConsistent(late);
        assertThat(Consistency.movements(closed)).isNull();
        assertThat(late.session(closed).getString("error_code")).isEqualTo("ABANDONED");
    }

    @Test
    void createOneSessionForTwoWithTheSameKey() throws Exception {
        Shop shop = Shop.with(CREATES);
        String person = shop.person();
        List<AsyncCall<Response>> creates;
        AsyncCall<Response> twin;
        try (var held = storage.on(RESOLVES).once().hold()) {
            creates = create(shop, person, CREATES - 1);
            twin = AsyncCall.of(() -> shop.createWithKey("order-7", person));
            awaitKeys(shop, CREATES - 1);
            held.awaitMatched(1);
        }
        List<AsyncCall<Response>> all = new ArrayList<>(creates);
        all.add(twin);
        assertThat(statuses(all)).containsOnly(201, 409);
        assertThat(statuses(all)).filteredOn(status -> status == 201).hasSizeGreaterThanOrEqualTo(CREATES - 1);
        Response repeat = shop.createWithKey("order-7", person);
        repeat.then().statusCode(201).header("Idempotency-Replayed", "true");
        Consistency.assertConsistent(shop);
        assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo(Integer.toString(CREATES - 1));
        assertThat(shop.balance()).isEqualTo(1);
    }

    /** The ledger has charged all of them, and its answer is lost. */
    @Test
    void areChargedOnceWhenTheConnectionIsClosedUnderTheBatch() throws Exception {
        Shop shop = Shop.with(CREATES + 1);
        String person = shop.person();
        List<AsyncCall<Response>> creates;
        try (var single = credits.on(SINGLE_CHARGE).count();
                var closed = credits.on(CHARGES).once().dropReply()) {
            try (var held = storage.on(RESOLVES).once().hold()) {
                creates = create(shop, person, CREATES);
                awaitKeys(shop, CREATES);
                held.awaitMatched(1);
            }
            assertAllCompleted(shop, creates);
            closed.awaitMatched(1);
            assertThat(single.matched()).isZero();
        }
        assertThat(shop.balance()).isEqualTo(1);
    }

    @Test
    void areAllClosedAndRefundedWhenTheirChargesHaveNoAnswer() throws Exception {
        Shop shop = Shop.with(CREATES);
        String person = shop.person();
        List<AsyncCall<Response>> creates;
        try (var single = credits.on(SINGLE_CHARGE).count();
                var closed = credits.on(CHARGES).dropReply()) {
            try (var held = storage.on(RESOLVES).once().hold()) {
                creates = create(shop, person, CREATES);
                awaitKeys(shop, CREATES);
                held.awaitMatched(1);
            }
            assertThat(statuses(creates)).containsOnly(503);
            assertThat(closed.matched()).as("each batch twice").isBetween(2, 12).isEven();
            assertThat(single.matched()).isZero();
        }
        Consistency.assertConsistent(shop);
        assertThat(shop.balance()).isEqualTo(CREATES);
        assertThat(creates)
                .extracting(create ->
                        Consistency.movements(UUID.fromString(create.await().header("X-Session-Id"))))
                .containsOnly("deduction refund");
    }

    @Test
    void areAllClosedAndRefundedWhenTheirPermitsAreNotPushed() throws Exception {
        Shop shop = Shop.with(CREATES);
        String person = shop.person();
        List<AsyncCall<Response>> creates;
        try (var late = redis.on("lpush").hold()) {
            creates = create(shop, person, CREATES);
            assertThat(statuses(creates)).containsOnly(503);
            assertThat(late.matched()).as("commands").isLessThan(CREATES / 2);
        }
        Consistency.assertConsistent(shop);
        assertThat(shop.balance()).isEqualTo(CREATES);
    }

    @Test
    void continueWhenTheirCallersAreGone() throws Exception {
        int gone = 10;
        Shop shop = Shop.with(CREATES);
        String person = shop.person();
        List<AsyncCall<Response>> creates;
        try (var held = credits.on(CHARGES).once().hold()) {
            AsyncCall<Response> first = AsyncCall.of(() -> shop.createWithKey("first", person));
            held.awaitMatched(1);
            for (int n = 0; n < gone; n++) {
                RawCall.create(shop, "Idempotency-Key: gone-" + n + "\r\n", person)
                        .close();
            }
            creates = create(shop, person, CREATES - gone - 1);
            awaitKeys(shop, CREATES);
            held.close();
            assertThat(first.await().statusCode()).isEqualTo(201);
        }
        assertAllCompleted(shop, creates);
        Await.until(TIMEOUT, () -> Rows.value(SESSIONS, shop.storeId()), Integer.toString(CREATES)::equals);
        Consistency.assertConsistent(shop);
        assertThat(shop.balance()).isZero();
    }
}
