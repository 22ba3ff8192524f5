package dev.wearon.generation.stores;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Creates and reads with the real ledger, storage, PostgreSQL and Redis. */
@QuarkusTest
@WithNeighbours
class SessionsResourceTest {

    private static final String STATUS =
            "SELECT status FROM generation.store_generation_sessions WHERE id = ? AND store_id = ?";
    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Inject
    ReactiveRedisDataSource redis;

    @Nested
    class Returns201 {

        @Test
        void chargesOnceAndEndsCompleted() throws Exception {
            Shop shop = Shop.with(2);
            UUID id = shop.created(shop.person());
            assertThat(id.version()).isEqualTo(7);
            JsonPath session = Await.until(
                    TIMEOUT,
                    () -> shop.session(id),
                    read -> !read.getString("status").equals("queued")
                            && !read.getString("status").equals("processing"));
            assertThat(session.getString("status")).isEqualTo("completed");
            assertThat(session.getInt("attempt")).isEqualTo(1);
            assertThat(session.getInt("processing_time_ms")).isPositive();
            assertThat(session.getString("images_expire_at")).isNotNull();
            assertThat(shop.balance()).isEqualTo(1);
            assertThat(Rows.value(
                            "SELECT generated_image_url FROM generation.store_generation_sessions WHERE id = ?", id))
                    .as("an object path, never a signed URL")
                    .doesNotContain("?", "http");
        }

        @Test
        void keepsTheRequestIdAndTheShopperWhereTheStorePays() throws Exception {
            Shop shop = Shop.with(1);
            Shop named = shop.namingShopper("shopper@example.com");
            UUID id = named.call()
                    .header("X-Request-Id", "order-4711")
                    .body(Map.of("age_verified", true, "image_urls", Collections.nCopies(2, shop.person())))
                    .contentType("application/json")
                    .post("/api/v1/generation/create")
                    .then()
                    .statusCode(201)
                    .header("X-Request-Id", "order-4711")
                    .body("status", equalTo("queued"))
                    .extract()
                    .jsonPath()
                    .getUUID("session_id");
            assertThat(Rows.value("SELECT shopper_email FROM generation.store_generation_sessions WHERE id = ?", id))
                    .isEqualTo("shopper@example.com");
            assertThat(shop.session(id).getString("request_id")).isEqualTo("order-4711");
        }

        /** The key is not a part of the request, so the repeat with another key is a replay. */
        @Test
        void keepsTheApiKeyThatMadeIt() throws Exception {
            Shop shop = Shop.with(1);
            UUID key = UUID.randomUUID();
            String person = shop.person();
            String id = createdWith(shop, key, person);
            assertThat(createdWith(shop, UUID.randomUUID(), person)).isEqualTo(id);
            assertThat(Rows.value(
                            "SELECT api_key_id FROM generation.store_generation_sessions WHERE id = ?",
                            UUID.fromString(id)))
                    .isEqualTo(key.toString());
        }

        private static String createdWith(Shop shop, UUID key, String person) {
            return given().header("Authorization", TestIdentities.storeWithKey(shop.storeId(), key))
                    .header("Idempotency-Key", "cart-" + shop.storeId())
                    .body(Map.of("age_verified", true, "image_urls", Collections.nCopies(2, person)))
                    .contentType("application/json")
                    .post("/api/v1/generation/create")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("session_id");
        }

        @Test
        void needsNoShopperWhereTheStorePays() throws Exception {
            Shop shop = Shop.with(1);
            UUID id = shop.created(shop.person());
            assertThat(Rows.value("SELECT shopper_email FROM generation.store_generation_sessions WHERE id = ?", id))
                    .isNull();
        }
    }

    @Nested
    class Returns400 {

        @Test
        void requiresTheShopperWhereShoppersPay() throws Exception {
            Shop shop = Shop.with(1).payingThroughShoppers(null);
            shop.create(shop.person())
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", startsWith("x-shopper-email "));
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
            assertThat(shop.balance()).isEqualTo(1);
        }

        @Test
        void requiresTheShopperWhereTheStoreDoes() throws Exception {
            Shop shop = Shop.with(1);
            Map<String, Object> body =
                    Map.of("age_verified", true, "image_urls", Collections.nCopies(2, shop.person()));
            given().header("Authorization", TestIdentities.storeThatAsksForShoppers(shop.storeId(), null))
                    .body(body)
                    .contentType("application/json")
                    .post("/api/v1/generation/create")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("this store requires it"));
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
            assertThat(shop.balance()).isEqualTo(1);
            given().header("Authorization", TestIdentities.storeThatAsksForShoppers(shop.storeId(), "a@example.com"))
                    .body(body)
                    .contentType("application/json")
                    .post("/api/v1/generation/create")
                    .then()
                    .statusCode(201);
            assertThat(shop.balance()).isZero();
        }

        /** The API's order of checks: age, images, shopper, credits. */
        @Test
        void checksImagesBeforeTheShopper() throws Exception {
            Shop anonymous = Shop.with(0).payingThroughShoppers(null);
            anonymous
                    .create("https://elsewhere.example/a.png")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("/stores/" + anonymous.storeId() + "/uploads/"));
            anonymous
                    .call()
                    .body("{}")
                    .post("/api/v1/generation/create")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("AGE_VERIFICATION_REQUIRED"));
            anonymous.create(anonymous.person()).then().statusCode(400).body("message", startsWith("x-shopper-email "));
        }
    }

    @Nested
    class Returns402 {

        @Test
        void insertsNoSessionWhenThePoolIsEmpty() throws Exception {
            Shop shop = Shop.with(0);
            shop.create(shop.person())
                    .then()
                    .statusCode(402)
                    .body("code", equalTo("INSUFFICIENT_CREDITS"))
                    .body("message", startsWith("The store "));
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
        }

        @Test
        void doesNotTakeTheStoresCreditWhereTheShopperPays() throws Exception {
            Shop shop = Shop.with(1).payingThroughShoppers("shopper@example.com");
            shop.create(shop.person())
                    .then()
                    .statusCode(402)
                    .body("code", equalTo("INSUFFICIENT_CREDITS"))
                    .body("message", startsWith("The shopper "));
            assertThat(shop.balance()).isEqualTo(1);
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
        }

        /** After midnight, or with a higher cap, a repeat with the same key is a new attempt. */
        @Test
        void chargesNothingAboveTheDailyCapAndLetsTheKeyBeUsedAgain() throws Exception {
            Shop shop = Shop.with(5);
            String image = shop.person();
            Map<String, ?> body = Map.of("age_verified", true, "image_urls", List.of(image, image));
            RequestSpecification capped = given().header(
                            "Authorization",
                            TestIdentities.store(
                                    shop.storeId(),
                                    TestIdentities.capped(BillingMode.ABSORB_MODE, 1),
                                    Optional.empty()))
                    .header("Idempotency-Key", "cart-1")
                    .contentType(ContentType.JSON)
                    .body(body);
            shop.created(image);

            capped.post("/api/v1/generation/create")
                    .then()
                    .statusCode(402)
                    .body("code", equalTo("DAILY_CAP_REACHED"))
                    .body("message", endsWith("00:00 UTC."));
            assertThat(shop.balance()).isEqualTo(4);
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("1");

            shop.createWithKey("cart-1", image, image)
                    .then()
                    .statusCode(201)
                    .header("Idempotency-Replayed", nullValue());
            assertThat(shop.balance()).isEqualTo(3);
        }
    }

    @Nested
    class Returns404 {

        @Test
        void hidesAnotherStoresSession() throws Exception {
            Shop shop = Shop.with(1);
            UUID id = shop.created(shop.person());
            Shop.with(0)
                    .call()
                    .get("/api/v1/generation/{id}", id)
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("NOT_FOUND"));
        }
    }

    @Nested
    class Returns503 {

        /** Redis answers late: the outcome of the push is unknown, and it may arrive after the refusal. */
        @Test
        void refundsWhenThePermitCannotBePushed() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            redis.execute("CLIENT", "PAUSE", "60000", "WRITE").await().indefinitely();
            try {
                shop.create(person)
                        .then()
                        .statusCode(503)
                        .body("code", equalTo("SERVICE_UNAVAILABLE"))
                        .header("Retry-After", equalTo("5"));
            } finally {
                redis.execute("CLIENT", "UNPAUSE").await().indefinitely();
            }
            assertThat(shop.balance()).isEqualTo(1);
            assertThat(Rows.value(
                            "SELECT concat_ws(' ', status, error_code, credits_refunded)"
                                    + " FROM generation.store_generation_sessions WHERE store_id = ?",
                            shop.storeId()))
                    .isEqualTo("failed QUEUE_UNAVAILABLE 1");
            // The late permit finds nothing to claim, and the workers continue.
            UUID next = shop.created(person);
            Await.until(TIMEOUT, () -> Rows.value(STATUS, next, shop.storeId()), "completed"::equals);
        }

        /** Whether the ledger charged is unknown until it answers the release. */
        @Test
        void chargesNothingWhenTheLedgerDoesNotAnswer() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var ignored = SuiteServers.neighbour("credits").paused()) {
                shop.create(person).then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
                assertThat(Rows.value(
                                "SELECT concat_ws(' ', status, error_code)"
                                        + " FROM generation.store_generation_sessions WHERE store_id = ?",
                                shop.storeId()))
                        .isEqualTo("failed ABANDONED");
            }
            Await.until(
                    TIMEOUT,
                    () -> Rows.value(
                            "SELECT released_at IS NOT NULL FROM generation.store_generation_sessions WHERE store_id = ?",
                            shop.storeId()),
                    "t"::equals);
            assertThat(shop.balance()).isEqualTo(1);
        }

        @Test
        void refusesBeforeAnyChargeWhenStorageDoesNotAnswer() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var ignored = SuiteServers.neighbour("storage").paused()) {
                shop.create(person).then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
            }
            assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
            assertThat(shop.balance()).isEqualTo(1);
        }
    }

    @Nested
    class Returns401And404ForTheWrongIdentity {

        @Test
        void requiresAStore() {
            Shop shop = Shop.with(0);
            io.restassured.RestAssured.given()
                    .get("/api/v1/generation/{id}", UUID.randomUUID())
                    .then()
                    .statusCode(401)
                    .body("code", equalTo("INVALID_API_KEY"));
            io.restassured.RestAssured.given()
                    .header("Authorization", TestIdentities.service("gateway"))
                    .get("/api/v1/generation/{id}", UUID.randomUUID())
                    .then()
                    .statusCode(404);
            io.restassured.RestAssured.given()
                    .header("Authorization", TestIdentities.storeForgedBy("generation", shop.storeId()))
                    .get("/api/v1/generation/{id}", UUID.randomUUID())
                    .then()
                    .statusCode(401);
        }
    }

    @Nested
    class AfterTheImagesExpired {

        @Test
        void staysCompletedWithoutAUrl() throws Exception {
            Shop shop = Shop.with(1);
            UUID id = shop.created(shop.person());
            Await.until(TIMEOUT, () -> Rows.value(STATUS, id, shop.storeId()), "completed"::equals);
            Rows.update(
                    "UPDATE generation.store_generation_sessions SET images_expire_at = now() - interval '1 s' WHERE id = ?",
                    id);
            shop.call()
                    .get("/api/v1/generation/{id}", id)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("completed"))
                    .body("generated_image_url", nullValue());
        }

        @Test
        void reportsAPictureThatWasRemovedEarly() throws Exception {
            Shop shop = Shop.with(1);
            UUID id = shop.created(shop.person());
            Await.until(TIMEOUT, () -> Rows.value(STATUS, id, shop.storeId()), "completed"::equals);
            // Simulates the deactivation of the store; a deactivated store itself cannot read the session.
            Rows.update("DELETE FROM storage.objects WHERE store_id = ? AND kind = 'generated'", shop.storeId());
            JsonPath session = shop.session(id);
            assertThat(session.getString("status")).isEqualTo("completed");
            assertThat(session.getString("generated_image_url")).isNull();
            assertThat(Instant.parse(session.getString("images_expire_at"))).isBeforeOrEqualTo(Instant.now());
        }
    }
}
