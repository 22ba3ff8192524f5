package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.generation.AsyncCall;
import dev.wearon.generation.Consistency;
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
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each test delays other messages. No release happens before the failed row is committed. */
@QuarkusTest
@TestProfile(ShortTimeouts.class)
@WithNeighbours
class SagaInterleavingsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String CHARGE = "POST /internal/v1/charges";
    private static final String RESOLVE = "POST /internal/v1/objects/resolve";
    private static final String STATE = "SELECT concat_ws(' ', status, error_code, credits_refunded)"
            + " FROM generation.store_generation_sessions WHERE id = ?::uuid";
    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";

    private final FaultProxy credits = SuiteServers.faultProxy("credits");
    private final FaultProxy storage = SuiteServers.faultProxy("storage");
    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    private final FaultProxy redis = SuiteServers.faultProxy("redis");

    private static UUID id(Response created) {
        return created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }

    private static void awaitStatus(Shop shop, UUID id, String status) {
        Await.until(TIMEOUT, () -> shop.session(id).getString("status"), status::equals);
    }

    private static String failedId(Response answer, int status) {
        return answer.then()
                .statusCode(status)
                .header("X-Session-Id", notNullValue())
                .extract()
                .header("X-Session-Id");
    }

    /** The first statement with the image's URL as a parameter. A connection may send the SQL text only once. */
    private FaultProxy.Requests insertOf(String person) {
        return postgres.on(person).once();
    }

    /** Makes the create look older than its budget. */
    private static void letBudgetPass(Shop shop) {
        Rows.update(
                "UPDATE generation.idempotency_keys SET begun_at = begun_at - interval '" + ShortTimeouts.BUDGET
                        + "' WHERE store_id = ?",
                shop.storeId());
    }

    @Nested
    class AStuckRelease {

        @Test
        void thatArrivesAfterTheRepeatReleasesOnlyTheFirstCharge() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            String first;
            UUID second;
            try (var stuck = credits.on("/release").hold()) {
                try (var unknown = credits.on(CHARGE).dropReply()) {
                    first = failedId(shop.createWithKey("order-1", person), 503);
                    unknown.awaitMatched(2);
                }
                stuck.awaitMatched(1);
                assertThat(Rows.value(STATE, first)).isEqualTo("failed ABANDONED 0");
                Response repeat = shop.createWithKey("order-1", person);
                repeat.then().header("Idempotency-Replayed", nullValue());
                second = id(repeat);
                assertThat(shop.balance()).as("both are charged").isZero();
            }
            awaitStatus(shop, second, "completed");
            Consistency.assertConsistent(shop);
            assertThat(Consistency.movements(UUID.fromString(first))).isEqualTo("deduction refund");
            assertThat(Consistency.movements(second)).isEqualTo("deduction");
            assertThat(shop.balance()).isEqualTo(1);
        }
    }

    @Nested
    class ALateInsert {

        @Test
        void afterTheReconcilersRowReturnsThatRow() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            AsyncCall<Response> create;
            String id;
            try (var held = insertOf(person).hold()) {
                create = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                held.awaitMatched(1);
                // The reconciler runs twice a second and finds the aged charge.
                shop.ageCharges();
                id = Await.until(
                        TIMEOUT,
                        () -> Rows.value(
                                "SELECT id FROM generation.store_generation_sessions WHERE store_id = ?",
                                shop.storeId()),
                        found -> found != null);
                assertThat(Rows.value(STATE, id)).startsWith("failed ABANDONED");
            }
            assertThat(failedId(create.await(), 500)).isEqualTo(id);
            Consistency.assertConsistent(shop);
            assertThat(Rows.value(STATE, id)).isEqualTo("failed ABANDONED 1");
            assertThat(Consistency.movements(UUID.fromString(id))).isEqualTo("deduction refund");
            id(shop.createWithKey("order-1", person));
        }

        /** The insert is sent once more. The first one arrives later. */
        @Test
        void afterItsRepeatChangesNothing() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var held = insertOf(person).hold()) {
                id = id(shop.createWithKey("order-1", person));
                held.awaitMatched(1);
            }
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
            assertThat(shop.balance()).isZero();
        }

        /** The saga inserted its failed row after the timeout. The first two inserts arrive later. */
        @Test
        void afterItsTimeoutChangesNothing() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            String id;
            try (var held = postgres.on(person, "queued").hold()) {
                id = failedId(shop.createWithKey("order-1", person), 500);
                held.awaitMatched(2);
                assertThat(Rows.value(STATE, id)).startsWith("failed ABANDONED");
            }
            Consistency.assertConsistent(shop);
            assertThat(Rows.value(STATE, id)).isEqualTo("failed ABANDONED 1");
            assertThat(shop.balance()).isEqualTo(1);
        }

        /** The reconciler or the saga has closed each of them when the shared statement and its repeat arrive. */
        @Test
        void ofManyCreatesChangesNothingForAnyOfThem() throws Exception {
            int many = 20;
            Shop shop = Shop.with(many);
            String person = shop.person();
            List<AsyncCall<Response>> creates;
            try (var held = postgres.on(person, "queued").hold()) {
                creates = IntStream.range(0, many)
                        .mapToObj(n -> AsyncCall.of(() -> shop.createWithKey("order-" + n, person)))
                        .toList();
                held.awaitMatched(1);
                shop.ageCharges();
                assertThat(creates).allSatisfy(create -> failedId(create.await(), 500));
                assertThat(held.matched()).as("statements").isLessThan(many);
            }
            List<String> ids = creates.stream()
                    .map(create -> create.await().header("X-Session-Id"))
                    .toList();
            assertThat(ids).doesNotHaveDuplicates();
            Consistency.assertConsistent(shop);
            assertThat(ids).extracting(id -> Rows.value(STATE, id)).containsOnly("failed ABANDONED 1");
            assertThat(ids)
                    .extracting(id -> Consistency.movements(UUID.fromString(id)))
                    .containsOnly("deduction refund");
            assertThat(shop.balance()).isEqualTo(many);
        }

        @Test
        void whoseCommitGotNoAnswerStays() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var unanswered = insertOf(person).dropReply()) {
                id = id(shop.createWithKey("order-1", person));
                unanswered.awaitMatched(1);
            }
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
        }
    }

    @Nested
    class APushThatTimedOut {

        @Test
        void andArrivedIsAcceptedWhenAWorkerHasClaimedIt() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var unanswered =
                    redis.on("lpush", shop.storeId().toString()).once().holdReply()) {
                id = id(shop.createWithKey("order-1", person));
                assertThat(unanswered.matched()).isEqualTo(1);
            }
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
        }

        /** The repeat returned 201 for the session, so the first create must not close it. */
        @Test
        void doesNotCloseASessionThatARepeatReturned() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var late = redis.on("lpush", shop.storeId().toString()).hold()) {
                AsyncCall<Response> first = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                late.awaitMatched(1);
                Response repeat = shop.createWithKey("order-1", person);
                repeat.then().header("Idempotency-Replayed", "true");
                id = id(repeat);
                assertThat(id(first.await())).isEqualTo(id);
            }
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
        }

        @Test
        void andArrivesAfterTheRefusalFindsNothingToClaim() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            String id;
            try (var late = redis.on("lpush", shop.storeId().toString()).once().hold()) {
                id = failedId(shop.createWithKey("order-1", person), 503);
                late.awaitMatched(1);
                assertThat(Rows.value(STATE, id)).startsWith("failed QUEUE_UNAVAILABLE");
                // The session was closed before its 201, so the key makes a new one.
                awaitStatus(shop, id(shop.createWithKey("order-1", person)), "completed");
            }
            // The worker that pops the late permit continues.
            awaitStatus(shop, id(shop.createWithKey("order-2", person)), "completed");
            assertThat(Rows.value(STATE, id)).isEqualTo("failed QUEUE_UNAVAILABLE 1");
            Consistency.assertConsistent(shop);
            assertThat(shop.balance()).isZero();
        }
    }

    @Nested
    class TheFirstContinuesAfterTheSecondResumedItsCreate {

        @Test
        void andMakesTheSameSessionWithTheSameCharge() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            AsyncCall<Response> first;
            UUID id;
            try (var held = storage.on(RESOLVE).once().hold()) {
                first = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                held.awaitMatched(1);
                letBudgetPass(shop);
                id = id(shop.createWithKey("order-1", person));
            }
            assertThat(id(first.await())).isEqualTo(id);
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("1");
            assertThat(Consistency.movements(id)).isEqualTo("deduction");
        }

        /** The wallet is empty for the second create, and gets credits before the first continues. */
        @Test
        void andIsNotChargedWhenTheSecondHadNoCredits() throws Exception {
            Shop shop = Shop.with(0);
            String person = shop.person();
            AsyncCall<Response> first;
            try (var held = storage.on(RESOLVE).once().hold()) {
                first = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                held.awaitMatched(1);
                letBudgetPass(shop);
                shop.createWithKey("order-1", person).then().statusCode(402);
                shop.topUp(2);
            }
            String id = failedId(first.await(), 500);
            Consistency.assertConsistent(shop);
            assertThat(Consistency.movements(UUID.fromString(id))).isNull();
            assertThat(shop.balance()).isEqualTo(2);
            Response free = shop.createWithKey("order-1", person);
            free.then().header("Idempotency-Replayed", nullValue());
            awaitStatus(shop, id(free), "completed");
        }

        /** The release that closes the id is held as well, so the first create is charged and then refunded. */
        @Test
        void andIsRefundedWhenTheRefusalsReleaseIsLate() throws Exception {
            Shop shop = Shop.with(0);
            String person = shop.person();
            String id;
            try (var stuck = credits.on("/release").hold()) {
                AsyncCall<Response> first;
                try (var held = storage.on(RESOLVE).once().hold()) {
                    first = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                    held.awaitMatched(1);
                    letBudgetPass(shop);
                    shop.createWithKey("order-1", person).then().statusCode(402);
                    stuck.awaitMatched(1);
                    shop.topUp(1);
                }
                id = failedId(first.await(), 500);
                assertThat(shop.balance()).as("charged meanwhile").isZero();
            }
            Consistency.assertConsistent(shop);
            assertThat(Consistency.movements(UUID.fromString(id))).isEqualTo("deduction refund");
            assertThat(shop.balance()).isEqualTo(1);
        }

        @Test
        void andIsNotChargedWhenTheSecondsImagesWereRefused() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            AsyncCall<Response> first;
            try (var held = storage.on(RESOLVE).once().hold()) {
                first = AsyncCall.of(() -> shop.createWithKey("order-1", person));
                held.awaitMatched(1);
                letBudgetPass(shop);
                String gone = "{\"answers\":[{\"code\":\"VALIDATION_ERROR\",\"message\":\"image_urls[0] is gone\"}]}";
                try (var refused = storage.on(RESOLVE).once().answerHttp(200, gone)) {
                    shop.createWithKey("order-1", person)
                            .then()
                            .statusCode(400)
                            .body("message", equalTo("image_urls[0] is gone"));
                    refused.awaitMatched(1);
                }
            }
            String id = failedId(first.await(), 500);
            Consistency.assertConsistent(shop);
            assertThat(Consistency.movements(UUID.fromString(id))).isNull();
            assertThat(shop.balance()).isEqualTo(1);
            awaitStatus(shop, id(shop.createWithKey("order-1", person)), "completed");
        }
    }
}
