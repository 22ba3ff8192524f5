package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

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
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guarantees of an Idempotency-Key. */
@QuarkusTest
@TestProfile(ShortTimeouts.class)
@WithNeighbours
class CreateRepeatsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String KEYS = "SELECT count(*) FROM generation.idempotency_keys WHERE store_id = ?";
    private static final String REPLAYED = "Idempotency-Replayed";

    @Inject
    MeterRegistry metrics;

    private final FaultProxy storage = SuiteServers.faultProxy("storage");
    private final FaultProxy redis = SuiteServers.faultProxy("redis");

    private static UUID id(Response created) {
        return created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }

    private static void awaitStatus(Shop shop, UUID id, String status) {
        Await.until(TIMEOUT, () -> shop.session(id).getString("status"), status::equals);
    }

    private static void assertReplayed(UUID id, Response repeat) {
        repeat.then()
                .statusCode(201)
                .header(REPLAYED, "true")
                .body("session_id", equalTo(id.toString()))
                .body("status", equalTo("queued"));
    }

    @Nested
    class TheSameRequest {

        @Test
        void getsTheSameResponseInEveryState() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            Response first = shop.createWithKey("order-1", person);
            first.then().header(REPLAYED, nullValue());
            assertReplayed(id(first), shop.createWithKey("order-1", person));
            awaitStatus(shop, id(first), "completed");
            assertReplayed(id(first), shop.createWithKey("order-1", person));
            assertThat(shop.balance()).isEqualTo(1);
        }

        @Test
        void getsTheSameResponseAfterTheRefund() throws Exception {
            Shop shop = Shop.with(1);
            String unreadable = shop.unreadableImage();
            UUID id = id(shop.createWithKey("order-1", unreadable));
            awaitStatus(shop, id, "failed");
            assertReplayed(id, shop.createWithKey("order-1", unreadable));
            Consistency.assertConsistent(shop);
            assertThat(Consistency.movements(id)).isEqualTo("deduction refund");
        }

        @Test
        void getsTheSameResponseWithoutInputsAndStorage() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            UUID id = id(shop.createWithKey("order-1", person));
            awaitStatus(shop, id, "completed");
            Rows.update(
                    "UPDATE storage.objects SET created_at = created_at - interval '1 day',"
                            + " expires_at = now() - interval '1 second' WHERE store_id = ?",
                    shop.storeId());
            shop.createWithKey("order-2", person).then().statusCode(400);
            assertReplayed(id, shop.createWithKey("order-1", person));
            try (var outage = storage.refuse()) {
                shop.createWithKey("order-3", person).then().statusCode(503);
                assertReplayed(id, shop.createWithKey("order-1", person));
            }
        }

        @Test
        void isRecognizedByItsObjectsNotByTheUrlsSignature() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            UUID id = id(shop.createWithKey("order-1", person + "?signature=one"));
            assertReplayed(id, shop.createWithKey("order-1", person + "?signature=two#x"));
        }

        @Test
        void isTheSameWithAQuotedKey() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            UUID id = id(shop.createWithKey("order-1", person));
            assertReplayed(id, shop.createWithKey("\"order-1\"", person));
        }

        @Test
        void isMadeOnceForConcurrentRepeats() throws Exception {
            Shop shop = Shop.with(50);
            String person = shop.person();
            double swept = metrics.counter("wearon.sweeper.repaired").count();
            try (var permits = redis.on("lpush", shop.storeId().toString()).count();
                    var pictures = storage.on("PUT /internal/v1/stores/" + shop.storeId())
                            .count()) {
                List<Response> answers = AsyncCall.parallel(
                        50,
                        () -> Await.until(
                                TIMEOUT,
                                () -> shop.createWithKey("order-1", person),
                                answer -> answer.statusCode() == 201));
                assertThat(answers.stream().map(CreateRepeatsTest::id).distinct())
                        .hasSize(1);
                assertThat(answers)
                        .filteredOn(answer -> answer.header(REPLAYED) == null)
                        .hasSizeLessThanOrEqualTo(1);
                UUID id = id(answers.getFirst());
                awaitStatus(shop, id, "completed");
                // On a slow machine a repeat may resume the first create, and the sweeper may push another permit.
                // A surplus permit finds nothing to claim.
                int takes = Integer.parseInt(
                        Rows.value("SELECT takes FROM generation.idempotency_keys WHERE store_id = ?", shop.storeId()));
                int more = (int) (metrics.counter("wearon.sweeper.repaired").count() - swept);
                assertThat(permits.matched()).as("tasks").isBetween(1, takes + more);
                assertThat(pictures.matched()).as("pictures").isEqualTo(1);
                assertThat(shop.session(id).getInt("attempt")).isEqualTo(1);
                assertThat(Consistency.movements(id)).isEqualTo("deduction");
            }
            assertThat(shop.balance()).isEqualTo(49);
            Consistency.assertConsistent(shop);
        }

        @Test
        void isNewAfterTheKeyExpired() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            UUID id = id(shop.createWithKey("order-1", person));
            Rows.update(
                    "UPDATE generation.idempotency_keys SET begun_at = now() - interval '23 hours' WHERE store_id = ?",
                    shop.storeId());
            assertReplayed(id, shop.createWithKey("order-1", person));
            Rows.update(
                    "UPDATE generation.idempotency_keys SET begun_at = now() - interval '25 hours' WHERE store_id = ?",
                    shop.storeId());
            Await.until(TIMEOUT, () -> Rows.value(KEYS, shop.storeId()), "0"::equals);
            Response again = shop.createWithKey("order-1", person);
            again.then().header(REPLAYED, nullValue());
            assertThat(id(again)).isNotEqualTo(id);
        }
    }

    @Nested
    class AnotherRequest {

        private static void assertKeyReused(Response answer) {
            answer.then().statusCode(422).body("code", equalTo("IDEMPOTENCY_KEY_REUSED"));
        }

        @Test
        void isRefusedUnderTheSameKey() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            id(shop.createWithKey("order-1", person));
            assertKeyReused(shop.createWithKey("order-1", shop.person()));
            assertKeyReused(shop.createWithKey("order-1", person, person, person));
            assertKeyReused(shop.call()
                    .header("Idempotency-Key", "order-1")
                    .body(Map.of("age_verified", true, "image_urls", List.of(person, person), "prompt", "in the rain"))
                    .contentType("application/json")
                    .post("/api/v1/generation/create"));
            assertKeyReused(shop.namingShopper("another@example.com").createWithKey("order-1", person));
            assertThat(shop.balance()).isEqualTo(1);
        }

        @Test
        void ofAnotherStoreHasOtherKeys() throws Exception {
            Shop shop = Shop.with(1);
            Shop other = Shop.with(1);
            UUID id = id(shop.createWithKey("order-1", shop.person()));
            Response elsewhere = other.createWithKey("order-1", other.person());
            elsewhere.then().header(REPLAYED, nullValue());
            assertThat(id(elsewhere)).isNotEqualTo(id);
            assertThat(other.balance()).isZero();
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\"\"", "\"open", "a\u00e9"})
        void forAnInvalidKey(String key) throws Exception {
            Shop shop = Shop.with(1);
            assertRefused(
                    shop,
                    RawCall.create(shop, "Idempotency-Key: " + key + "\r\n", shop.person())
                            .status());
        }

        @Test
        void forAKeyOf256Characters() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            assertRefused(shop, shop.createWithKey("k".repeat(256), person).statusCode());
            id(shop.createWithKey("k".repeat(255), person));
        }

        @Test
        void forTwoKeys() throws Exception {
            Shop shop = Shop.with(1);
            shop.call()
                    .header("Idempotency-Key", "order-1", "order-1")
                    .contentType("application/json")
                    .body(Map.of("age_verified", true, "image_urls", Collections.nCopies(2, shop.person())))
                    .post("/api/v1/generation/create")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", containsString("Idempotency-Key"));
            assertRefused(shop, 400);
        }

        private static void assertRefused(Shop shop, int status) {
            assertThat(status).isEqualTo(400);
            assertThat(Rows.value(KEYS, shop.storeId())).isEqualTo("0");
            assertThat(shop.balance()).isEqualTo(1);
        }
    }

    @Nested
    class ARefusedRequest {

        @Test
        void leavesTheKeyFreeWhenTheWalletIsEmpty() throws Exception {
            Shop shop = Shop.with(0);
            String person = shop.person();
            shop.createWithKey("order-1", person).then().statusCode(402);
            assertThat(Rows.value(KEYS, shop.storeId())).isEqualTo("0");
            shop.topUp(1);
            Response paid = shop.createWithKey("order-1", person);
            paid.then().header(REPLAYED, nullValue());
            awaitStatus(shop, id(paid), "completed");
            Consistency.assertConsistent(shop);
        }

        @Test
        void leavesTheKeyFreeForACorrectedRequest() throws Exception {
            Shop shop = Shop.with(1);
            shop.createWithKey("order-1", "https://elsewhere.example/a.png")
                    .then()
                    .statusCode(400);
            shop.createWithKey("order-1", shop.person()).then().statusCode(201).header(REPLAYED, nullValue());
        }
    }

    @Nested
    class WhileTheFirstIsRunning {

        @Test
        void returns409WithRetryAfter() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            AsyncCall<Response> first;
            try (var held = storage.on("/objects/resolve").once().hold()) {
                first = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                held.awaitMatched(1);
                shop.createWithKey("order-1", person)
                        .then()
                        .statusCode(409)
                        .body("code", equalTo("REQUEST_IN_PROGRESS"))
                        .header("Retry-After", "1");
                // Another request with this key is refused at once.
                shop.createWithKey("order-1", shop.person()).then().statusCode(422);
            }
            UUID id = id(first.await());
            assertReplayed(id, shop.createWithKey("order-1", person));
            assertThat(shop.balance()).isEqualTo(1);
        }
    }
}
