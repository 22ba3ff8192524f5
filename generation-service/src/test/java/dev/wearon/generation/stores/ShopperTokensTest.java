package dev.wearon.generation.stores;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.generation.AsyncCall;
import dev.wearon.generation.Consistency;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.contract.OpenRoutes;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a shopper's token may do: create from the shopper's images, and read the shopper's try-ons. */
@QuarkusTest
@WithNeighbours
class ShopperTokensTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String ANN = "ann@shop.example";
    private static final String BOB = "ref:4711";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";

    private final Shop store = Shop.with(5);
    private final Shop ann = store.token(ANN);
    private final Shop bob = store.token(BOB);
    private final Shop anonymous = store.token(null);

    @TestHTTPResource(value = "/openapi", management = true)
    URL document;

    @Test
    void otherRoutesDoNotExistForAToken() {
        // The 404 of a random id names the try-on, not the path.
        assertThat(OpenRoutes.of(document, ann.identity()))
                .containsExactlyInAnyOrder(
                        "POST /api/v1/generation/create",
                        "GET /api/v1/generation",
                        "GET /api/v1/generation/{id}",
                        "GET /api/v1/generation/{id}/receipt",
                        "GET /api/v1/generation/{id}/events",
                        "POST /api/v1/generation/{id}/cancel");
    }

    @Nested
    class ATryOn {

        @Test
        void isReadByEveryTokenOfItsShopperAndByTheStore() throws Exception {
            UUID id = ann.created(ann.person());
            assertThat(column("shopper_email", id)).isEqualTo(ANN);
            assertThat(column("shopper_token_id", id)).isEqualTo(ann.tokenId().toString());

            assertPictureFor(store.token(ANN), id);
            assertPictureFor(store, id);
            assertPictureFor(store.namingShopper("another@shop.example"), id);
            assertHidden(id, bob, anonymous, Shop.with(0).token(ANN), Shop.with(0));
            assertThat(store.balance()).isEqualTo(4);
        }

        @Test
        void ofAStoreForAShopperIsReadByTheShopper() throws Exception {
            Shop forAnn = store.namingShopper(ANN);
            UUID id = forAnn.created(forAnn.person());
            assertThat(column("shopper_token_id", id)).isNull();

            assertPictureFor(ann, id);
            assertHidden(id, bob, anonymous);
        }

        @Test
        void ofAStoreAloneIsReadByNoToken() throws Exception {
            UUID id = store.created(store.person());

            assertPictureFor(store, id);
            assertHidden(id, ann, bob, anonymous);
        }

        @Test
        void ofAnAnonymousTokenIsReadByThisTokenOnly() throws Exception {
            UUID id = anonymous.created(anonymous.person());
            assertThat(column("shopper_email", id)).isNull();

            assertPictureFor(anonymous, id);
            assertHidden(id, store.token(null), ann, bob);
        }

        /** A token reads the try-on itself; the picture of it is one more object that belongs to the shopper. */
        private void assertPictureFor(Shop caller, UUID id) {
            JsonPath session = Await.until(
                    TIMEOUT, () -> caller.session(id), read -> "completed".equals(read.getString("status")));
            given().urlEncodingEnabled(false)
                    .get(session.getString("generated_image_url"))
                    .then()
                    .statusCode(200)
                    .contentType("image/jpeg");
        }

        private void assertHidden(UUID id, Shop... callers) {
            for (Shop caller : callers) {
                String unknown = read(caller, UUID.randomUUID());
                assertThat(read(caller, id)).isEqualTo(unknown);
                assertThat(downloadUrl(caller, id)).isNull();
            }
        }

        private String read(Shop caller, UUID id) {
            return caller.call()
                    .get("/api/v1/generation/{id}", id)
                    .then()
                    .statusCode(404)
                    .extract()
                    .asString();
        }

        private String downloadUrl(Shop caller, UUID id) {
            return given().baseUri(SuiteServers.neighbour("storage").url())
                    .header("Authorization", caller.identity())
                    .contentType(ContentType.JSON)
                    .body(Map.of("paths", List.of("stores/%s/generated/%s.jpg".formatted(store.storeId(), id))))
                    .post("/api/v1/storage/downloads")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("downloads[0].download_url");
        }
    }

    @Nested
    class ImagesOfACreate {

        @Test
        void mayBeThoseOfAnotherTokenOfTheShopperAndOfTheStoreForTheShopper() throws Exception {
            ann.created(store.token(ANN).person(), store.namingShopper(ANN).person());
            assertThat(store.balance()).isEqualTo(4);
        }

        @Test
        void ofAnyOtherOwnerAreRefusedLikeUnknownOnesAndNothingIsCharged() throws Exception {
            String own = ann.person();
            List<String> foreign = List.of(
                    bob.person(),
                    anonymous.person(),
                    store.person(),
                    store.namingShopper(BOB).person(),
                    Shop.with(0).token(ANN).person(),
                    own.replaceFirst("uploads/[0-9a-f-]{36}", "uploads/" + UUID.randomUUID()));
            for (String url : foreign) {
                ann.createWithKey("order-1", own, url)
                        .then()
                        .statusCode(400)
                        .body("code", equalTo("VALIDATION_ERROR"))
                        .body("message", startsWith("image_urls[1] names no image of this store"));
            }
            store.token(null)
                    .create(anonymous.person())
                    .then()
                    .statusCode(400)
                    .body("message", startsWith("image_urls[0] names no image of this store"));
            assertThat(store.balance()).isEqualTo(5);
            assertThat(Rows.value(SESSIONS, store.storeId())).isEqualTo("0");

            store.createWithKey("order-2", own, bob.person()).then().statusCode(201);
        }
    }

    @Nested
    class AKey {

        @Test
        void isSharedByTheTokensOfAShopper() throws Exception {
            String person = ann.person();
            UUID id = id(ann.createWithKey("order-1", person));
            // A page that was reloaded repeats its request with a new token.
            store.token(ANN)
                    .createWithKey("order-1", person)
                    .then()
                    .statusCode(201)
                    .header(REPLAYED, "true")
                    .body("session_id", equalTo(id.toString()));
            store.token(ANN)
                    .createWithKey("order-1", store.token(ANN).person())
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("IDEMPOTENCY_KEY_REUSED"));
            assertThat(store.balance()).isEqualTo(4);
        }

        @Test
        void ofTwoShoppersAnAnonymousTokenAndTheStoreAreDifferentOnes() throws Exception {
            for (Shop caller : List.of(ann, bob, anonymous, store.token(null), store)) {
                caller.createWithKey("order-1", caller.person())
                        .then()
                        .statusCode(201)
                        .header(REPLAYED, nullValue());
            }
            assertThat(store.balance()).isZero();
            assertThat(Rows.value(SESSIONS, store.storeId())).isEqualTo("5");
            Consistency.assertConsistent(store);
        }

        /** The store cannot send the stored form of a shopper's key, because a client's key has no blank. */
        @Test
        void ofAStoreNeverEqualsTheStoredFormOfAShoppersKey() throws Exception {
            ann.createWithKey("order-1", ann.person()).then().statusCode(201);
            String stored =
                    Rows.value("SELECT key FROM generation.idempotency_keys WHERE store_id = ?", store.storeId());
            assertThat(stored).endsWith(" order-1");

            store.createWithKey(stored, store.person()).then().statusCode(400);
        }

        @Test
        void mayBeAsLongAsThatOfAStore() throws Exception {
            String longest = "k".repeat(255);
            UUID id = id(ann.createWithKey(longest, ann.person()));
            assertThat(Rows.value(
                            "SELECT session_id FROM generation.idempotency_keys WHERE store_id = ?", store.storeId()))
                    .isEqualTo(id.toString());
        }

        @Test
        void sentByTwoShoppersAtOnceMakesATryOnForEach() throws Exception {
            String ofAnn = ann.person();
            String ofBob = bob.person();
            List<AsyncCall<Response>> calls = IntStream.range(0, 8)
                    .mapToObj(i -> AsyncCall.of(() -> i % 2 == 0
                            ? store.token(ANN).createWithKey("order-1", ofAnn)
                            : store.token(BOB).createWithKey("order-1", ofBob)))
                    .toList();
            for (AsyncCall<Response> call : calls) {
                // 409: an earlier request of the same shopper is still running.
                assertThat(call.await().statusCode()).isIn(201, 409);
            }
            assertThat(id(ann.createWithKey("order-1", ofAnn))).isNotEqualTo(id(bob.createWithKey("order-1", ofBob)));
            assertThat(Rows.values(
                            "SELECT shopper_email FROM generation.store_generation_sessions WHERE store_id = ?",
                            store.storeId()))
                    .containsExactlyInAnyOrder(ANN, BOB);
            assertThat(store.balance()).isEqualTo(3);
        }
    }

    @Nested
    class WhereShoppersPay {

        @Test
        void theTokenMustNameTheShopper() throws Exception {
            Shop paid = store.payingThroughShoppers(null);
            Shop nobody = paid.token(null);
            nobody.create(nobody.person())
                    .then()
                    .statusCode(400)
                    .body("message", startsWith("The shopper token must name the shopper"));
            Shop poor = paid.token(BOB);
            poor.create(poor.person()).then().statusCode(402).body("code", equalTo("INSUFFICIENT_CREDITS"));
            assertThat(store.balance()).isEqualTo(5);
            assertThat(Rows.value(SESSIONS, store.storeId())).isEqualTo("0");
        }
    }

    private static String column(String name, UUID id) {
        return Rows.value("SELECT %s FROM generation.store_generation_sessions WHERE id = ?".formatted(name), id);
    }

    private static UUID id(Response created) {
        return created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }
}
