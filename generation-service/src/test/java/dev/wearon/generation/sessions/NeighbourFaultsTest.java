package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.generation.Consistency;
import dev.wearon.generation.RawCall;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.ShortTimeouts;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The response to the client, and the state afterwards, when the ledger or storage is down, slow, wrong or full. */
@QuarkusTest
@TestProfile(ShortTimeouts.class)
@WithNeighbours
class NeighbourFaultsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String CHARGE = "POST /internal/v1/charges";
    private static final String RESOLVE = "POST /internal/v1/objects/resolve";
    private static final String STATE = "SELECT concat_ws(' ', status, error_code, credits_refunded)"
            + " FROM generation.store_generation_sessions WHERE id = ?";
    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";

    private final FaultProxy credits = SuiteServers.faultProxy("credits");
    private final FaultProxy storage = SuiteServers.faultProxy("storage");

    private static UUID id(Response created) {
        return created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }

    private static void awaitStatus(Shop shop, UUID id, String status) {
        Await.until(TIMEOUT, () -> shop.session(id).getString("status"), status::equals);
    }

    private static UUID unavailable(Response answer) {
        return UUID.fromString(answer.then()
                .statusCode(503)
                .body("code", equalTo("SERVICE_UNAVAILABLE"))
                .header("Retry-After", matchesPattern("[1-9]\\d*"))
                .extract()
                .header("X-Session-Id"));
    }

    /** The session is closed, any charge is given back, and a repeat with the key makes another session. */
    private static void assertClosedAndRepeatable(Shop shop, String person, UUID id, String movements) {
        Consistency.assertConsistent(shop);
        assertThat(Rows.value(STATE, id)).isEqualTo("failed ABANDONED " + (movements == null ? 0 : 1));
        assertThat(Consistency.movements(id)).isEqualTo(movements);
        Response repeat = shop.createWithKey("order-1", person);
        repeat.then().header("Idempotency-Replayed", nullValue());
        awaitStatus(shop, id(repeat), "completed");
        Consistency.assertConsistent(shop);
        assertThat(shop.balance()).isZero();
    }

    @Nested
    class ClosesTheSessionWhenTheLedger {

        @Test
        void isDown() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var outage = credits.refuse()) {
                id = unavailable(shop.createWithKey("order-1", person));
                assertThat(shop.session(id).getString("status")).isEqualTo("failed");
            }
            assertClosedAndRepeatable(shop, person, id, null);
        }

        @Test
        void isSlowerThanTheTimeoutTwice() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var slow = credits.on(CHARGE).hold()) {
                id = unavailable(shop.createWithKey("order-1", person));
                assertThat(slow.matched()).as("sent twice").isEqualTo(2);
                Await.until(TIMEOUT, () -> Rows.value(STATE, id), "failed ABANDONED 0"::equals);
                Consistency.assertConsistent(shop);
            }
            // The charges arrive now and must have no effect.
            assertClosedAndRepeatable(shop, person, id, null);
        }

        @Test
        void diesAfterTheChargeTwice() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var dying = credits.on(CHARGE).dropReply()) {
                id = unavailable(shop.createWithKey("order-1", person));
                assertThat(dying.matched()).as("sent twice").isEqualTo(2);
            }
            assertClosedAndRepeatable(shop, person, id, "deduction refund");
        }

        @Test
        void diesAfterTheRelease() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var dying = credits.on(CHARGE).dropReply();
                    var again = credits.on("/release").once().dropReply()) {
                id = unavailable(shop.createWithKey("order-1", person));
                dying.awaitMatched(2);
                again.awaitMatched(1);
            }
            assertClosedAndRepeatable(shop, person, id, "deduction refund");
        }

        @Test
        void answersInvalidHttp() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var garbage = credits.on(CHARGE).answer("what?\r\n\r\n")) {
                id = unavailable(shop.createWithKey("order-1", person));
                garbage.awaitMatched(2);
            }
            assertClosedAndRepeatable(shop, person, id, null);
        }

        @Test
        void answers500() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var fault =
                    credits.on(CHARGE).once().answerHttp(500, "{\"code\":\"INTERNAL_ERROR\",\"message\":\"\"}")) {
                id = UUID.fromString(shop.createWithKey("order-1", person)
                        .then()
                        .statusCode(500)
                        .body("code", equalTo("INTERNAL_ERROR"))
                        .extract()
                        .header("X-Session-Id"));
                fault.awaitMatched(1);
            }
            assertClosedAndRepeatable(shop, person, id, null);
        }
    }

    /** The charge is sent once more, and the ledger charges it once. */
    @Nested
    class AcceptsTheCreateWhenTheLedger {

        @Test
        void diesAfterTheChargeAndAnswersTheRepeat() throws Exception {
            Shop shop = Shop.with(2);
            try (var dying = credits.on(CHARGE).once().dropReply()) {
                assertChargedOnce(shop, id(shop.createWithKey("order-1", shop.person())));
                dying.awaitMatched(1);
            }
        }

        @Test
        void isSlowOnce() throws Exception {
            Shop shop = Shop.with(2);
            UUID id;
            try (var slow = credits.on(CHARGE).once().hold()) {
                id = id(shop.createWithKey("order-1", shop.person()));
                slow.awaitMatched(1);
            }
            // The first call arrives now and must have no effect.
            assertChargedOnce(shop, id);
        }

        private static void assertChargedOnce(Shop shop, UUID id) {
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
            assertThat(Consistency.movements(id)).isEqualTo("deduction");
            assertThat(shop.balance()).isEqualTo(1);
        }
    }

    @Nested
    class Storage {

        @Test
        void downRefusesTheCreateWithoutACharge() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var outage = storage.refuse()) {
                id = unavailable(shop.createWithKey("order-1", person));
            }
            shop.call().get("/api/v1/generation/{id}", id).then().statusCode(404);
            assertThat(shop.balance()).isEqualTo(1);
            awaitStatus(shop, id(shop.createWithKey("order-1", person)), "completed");
            Consistency.assertConsistent(shop);
        }

        /** The client gets a response in time, and the saga continues. */
        @Test
        void hangingDoesNotCancelTheSaga() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var hanging = storage.on(RESOLVE).once().hold()) {
                long begun = System.nanoTime();
                id = unavailable(shop.createWithKey("order-1", person));
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
                hanging.awaitMatched(1);
                shop.call().get("/api/v1/generation/{id}", id).then().statusCode(404);
            }
            Await.until(TIMEOUT, () -> Rows.value(SESSIONS, shop.storeId()), "1"::equals);
            awaitStatus(shop, id, "completed");
            shop.createWithKey("order-1", person)
                    .then()
                    .statusCode(201)
                    .header("Idempotency-Replayed", "true")
                    .body("session_id", equalTo(id.toString()));
            Consistency.assertConsistent(shop);
        }

        @Test
        void fullForAMomentCostsOneAttempt() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var full =
                    writes(shop).once().answerHttp(507, "{\"code\":\"INSUFFICIENT_STORAGE\",\"message\":\"\"}")) {
                UUID id = id(shop.createWithKey("order-1", person));
                awaitStatus(shop, id, "completed");
                full.awaitMatched(1);
                assertThat(shop.session(id).getInt("attempt")).isEqualTo(2);
            }
            Consistency.assertConsistent(shop);
        }

        @Test
        void fullFailsTheSession() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var full = writes(shop).answerHttp(507, "{\"code\":\"INSUFFICIENT_STORAGE\",\"message\":\"\"}")) {
                UUID id = id(shop.createWithKey("order-1", person));
                awaitStatus(shop, id, "failed");
                Consistency.assertConsistent(shop);
                assertThat(Rows.value(STATE, id)).isEqualTo("failed INTERNAL 1");
                assertThat(shop.session(id).getInt("attempt")).isEqualTo(3);
                assertThat(Consistency.movements(id)).isEqualTo("deduction refund");
            }
        }

        @Test
        void dyingAfterTheWriteLosesNoPicture() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var dying = writes(shop).once().dropReply()) {
                UUID id = id(shop.createWithKey("order-1", person));
                awaitStatus(shop, id, "completed");
                dying.awaitMatched(1);
            }
            Consistency.assertConsistent(shop);
        }

        private FaultProxy.Requests writes(Shop shop) {
            return storage.on("PUT /internal/v1/stores/" + shop.storeId());
        }
    }

    @Nested
    class TheCaller {

        @Test
        void disconnectingCancelsNothing() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var held = storage.on(RESOLVE).once().hold()) {
                try (var gone = RawCall.create(shop, "Idempotency-Key: order-1\r\n", person)) {
                    held.awaitMatched(1);
                }
            }
            Await.until(TIMEOUT, () -> Rows.value(SESSIONS, shop.storeId()), "1"::equals);
            UUID id = id(shop.createWithKey("order-1", person));
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
            assertThat(shop.balance()).isZero();
        }

        @Test
        void disconnectingDuringTheChargeCancelsNothing() throws Exception {
            Shop shop = Shop.with(1);
            try (var held = credits.on(CHARGE).once().hold()) {
                try (var gone = RawCall.create(shop, "", shop.person())) {
                    held.awaitMatched(1);
                }
            }
            Await.until(TIMEOUT, () -> Rows.value(SESSIONS, shop.storeId()), "1"::equals);
            Consistency.assertConsistent(shop);
        }
    }

    @Nested
    class TooManyUnfinished {

        @Test
        void ofOneStoreAreRefusedBeforeAnyCharge() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            unfinished(shop, 999);
            UUID last = id(shop.createWithKey("order-1", person));
            unfinished(shop, 1);
            awaitStatus(shop, last, "completed");
            shop.topUp(1);
            UUID refused = unavailable(shop.createWithKey("order-2", person));
            shop.call().get("/api/v1/generation/{id}", refused).then().statusCode(404);
            assertThat(shop.balance()).isEqualTo(1);
            Shop other = Shop.with(1);
            id(other.create(other.person()));
            Rows.update(
                    "DELETE FROM generation.store_generation_sessions WHERE store_id = ? AND request_id = 'filler'",
                    shop.storeId());
            // The refusal freed the key.
            awaitStatus(shop, id(shop.createWithKey("order-2", person)), "completed");
            Consistency.assertConsistent(shop);
        }

        /** Inserts sessions with a long lease, so that no worker claims them. */
        private static void unfinished(Shop shop, int count) {
            Rows.update("""
                    INSERT INTO generation.store_generation_sessions (
                        id, store_id, status, attempts, lease_until, model_image_url, prompt_system, image_urls, image_paths,
                        request_id)
                    SELECT gen_random_uuid(), ?, 'processing', 1, now() + interval '1 hour', '', '', '{u}', '{p}', 'filler'
                      FROM generate_series(1, ?)
                    """, shop.storeId(), count);
        }
    }
}
