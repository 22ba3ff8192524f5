package dev.wearon.gateway.purchases;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class PurchasesResourceTest {

    private static final String PATH = "/api/v1/purchases";
    private static final String ORDER = "\"order_id\":\"1001\",\"credits\":3,\"amount\":14.97,\"currency\":\"EUR\"";
    private static final String ANN = ",\"shopper_email\":\"ann@example.com\"";
    private static final UUID ID = UUID.fromString("0193c0de-0000-7000-8000-000000000007");

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.with(Map.of("checkout", "own"));
        credits().answers(200, booked("processed", "completed", 3));
    }

    private static String booked(String outcome, String status, int granted) {
        return """
                {"outcome": "%s", "purchase_id": "%s", "status": "%s", "credits": 3, "granted": %d, "returned": 1, "clawed_back": 1,
                 "shortfall": 0, "amount_paid": 14.97, "currency": "EUR"}
                """.formatted(outcome, ID, status, granted);
    }

    private ValidatableResponse report(String fields) {
        return merchant.calls()
                .contentType(ContentType.JSON)
                .header("X-Request-Id", "order-call-1")
                .body("{" + fields + "}")
                .post(PATH)
                .then();
    }

    private void refused(String fields) {
        report(fields).spec(refusal(400, "VALIDATION_ERROR"));
        assertThat(credits().seen()).isEmpty();
    }

    @Nested
    class Returns200 {

        @Test
        void tellsTheLedgerTheOrderOfTheKeysStore() {
            report(ORDER + ",\"shopper_email\":\"  Ann@Example.COM \",\"returned\":1")
                    .spec(success(200))
                    .body("data.purchase_id", equalTo(ID.toString()))
                    .body("data.order_id", equalTo("1001"))
                    .body("data.status", equalTo("completed"))
                    .body("data.credits", equalTo(3))
                    .body("data.granted", equalTo(3))
                    .body("data.returned", equalTo(1))
                    .body("data.clawed_back", equalTo(1))
                    .body("data.shortfall", equalTo(0))
                    .body("data.amount", equalTo(14.97f))
                    .body("data.currency", equalTo("EUR"))
                    .body("data.test", equalTo(false))
                    .body("data.size()", equalTo(11));
            var seen = credits().onlySeen();
            assertThat(seen.uri()).isEqualTo("/internal/v1/stores/" + merchant.storeId() + "/purchases");
            assertThat(seen.body().toJsonObject()).isEqualTo(new JsonObject("""
                    {"order_id": "1001", "shopper_email": "ann@example.com", "credits": 3, "returned": 1, "amount_paid": 14.97,
                     "currency": "EUR", "request_id": "order-call-1", "fixed_price": true}
                    """));
            assertThat(LogFile.holding("POST " + PATH + " 200")).doesNotContain("ann@");
        }

        @Test
        void namesTheShopperByAReference() {
            report(ORDER + ",\"shopper_ref\":\"customer-4711\",\"shopper_email\":null,\"returned\":null")
                    .spec(success(200));
            assertThat(credits().onlySeen().body().toJsonObject()).isEqualTo(new JsonObject("""
                    {"order_id": "1001", "shopper_ref": "customer-4711", "credits": 3, "returned": 0, "amount_paid": 14.97,
                     "currency": "EUR", "request_id": "order-call-1", "fixed_price": true}
                    """));
        }

        /** A repeat changes nothing, so the ledger names another outcome, which the answer does not show. */
        @Test
        void answersARepeatAsTheFirstCall() {
            String first = report(ORDER + ANN).spec(success(200)).extract().asString();
            credits().answers(200, booked("duplicate", "completed", 3));
            assertThat(report(ORDER + ANN).spec(success(200)).extract().asString())
                    .isEqualTo(first);
        }

        @Test
        void saysThatThePoolIsTooSmall() {
            credits().answers(200, booked("pending", "pending", 0));
            report(ORDER + ANN)
                    .spec(success(200))
                    .body("data.status", equalTo("pending"))
                    .body("data.granted", equalTo(0));
        }

        @Test
        void marksOrdersOfATestStore() {
            merchant = Merchant.with(Map.of("checkout", "own", "test", true));
            report(ORDER + ANN).spec(success(200)).body("data.test", equalTo(true));
            assertThat(credits().onlySeen().body().toJsonObject().getBoolean("test"))
                    .isTrue();
        }

        @Test
        void keepsTheOrdersOfTwoStoresApart() {
            report(ORDER + ANN + ",\"returned\":0").spec(success(200));
            Merchant other = Merchant.with(Map.of("checkout", "own"));
            other.calls()
                    .contentType(ContentType.JSON)
                    .header("X-Store-Id", merchant.storeId())
                    .body("{" + ORDER + ANN + "}")
                    .post(PATH + "?store_id=" + merchant.storeId())
                    .then()
                    .spec(success(200));
            assertThat(credits().seen())
                    .extracting(seen -> seen.uri())
                    .containsExactly(
                            "/internal/v1/stores/" + merchant.storeId() + "/purchases",
                            "/internal/v1/stores/" + other.storeId() + "/purchases");
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"order_id\":\"1001\" | \"order_id\":\"\" | order_id",
                    "\"order_id\":\"1001\" | \"order_id\":\"a b\" | order_id",
                    "\"order_id\":\"1001\" | \"order_id\":\"ann@example.com\" | order_id",
                    "\"order_id\":\"1001\" | \"order_id\":null | order_id",
                    "\"credits\":3 | \"credits\":0 | credits",
                    "\"credits\":3 | \"credits\":1000001 | credits",
                    "\"credits\":3 | \"credits\":1.5 | credits",
                    "\"credits\":3 | \"credits\":\"3\" | credits",
                    "\"credits\":3 | \"credits\":null | credits",
                    "\"amount\":14.97 | \"amount\":-1 | amount",
                    "\"amount\":14.97 | \"amount\":1.001 | amount",
                    "\"amount\":14.97 | \"amount\":1e2147483647 | amount",
                    "\"amount\":14.97 | \"amount\":null | amount",
                    "\"currency\":\"EUR\" | \"currency\":\"eur\" | currency",
                    "\"currency\":\"EUR\" | \"currency\":null | currency",
                    "\"currency\":\"EUR\" | \"currency\":\"EUR\",\"returned\":-1 | returned",
                    "\"currency\":\"EUR\" | \"currency\":\"EUR\",\"returned\":4 | returned",
                    "\"currency\":\"EUR\" | \"currency\":\"EUR\",\"store_id\":\"x\" | store_id",
                })
        void namesAFieldThatIsNotValid(String valid, String invalid, String field) {
            report((ORDER + ANN).replace(valid, invalid))
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString(field));
            assertThat(credits().seen()).isEmpty();
        }

        @Test
        void needsOneNameOfTheShopper() {
            refused(ORDER);
            refused(ORDER + ANN + ",\"shopper_ref\":\"customer-4711\"");
            refused(ORDER + ",\"shopper_email\":\"ann\"");
            refused(ORDER + ",\"shopper_email\":\"ann\u200b@example.com\"");
            refused(ORDER + ",\"shopper_ref\":\"Customer 1\"");
        }

        @Test
        void passesARefusalOfTheLedgerOn() {
            credits()
                    .answers(
                            400,
                            "{\"code\":\"VALIDATION_ERROR\",\"message\":\"credits: the shopper's wallet cannot hold so many more.\"}");
            report(ORDER + ANN)
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("wallet cannot hold"));
        }
    }

    @Nested
    class Returns403 {

        @Test
        void withoutTheScope() {
            String key = operator()
                    .body(Map.of("allowed_domains", List.of(), "scopes", List.of("store:write")))
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .spec(success(201))
                    .extract()
                    .path("data.api_key");
            given().header("Authorization", "Bearer " + key)
                    .contentType(ContentType.JSON)
                    .body("{" + ORDER + ANN + "}")
                    .post(PATH)
                    .then()
                    .spec(refusal(403, "INSUFFICIENT_SCOPE"));
            assertThat(credits().seen()).isEmpty();
        }

        @Test
        void toAPageAndToAShopper() {
            merchant.calls()
                    .header("Origin", merchant.page())
                    .contentType(ContentType.JSON)
                    .body("{" + ORDER + ANN + "}")
                    .post(PATH)
                    .then()
                    .statusCode(403);
            merchant.shops(merchant.shopperToken(Map.of()))
                    .contentType(ContentType.JSON)
                    .body("{" + ORDER + ANN + "}")
                    .post(PATH)
                    .then()
                    .statusCode(401);
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class Returns409 {

        @Test
        void saysWhatToDoIfTheStoreSellsAtShopify() {
            operator()
                    .body(Map.of("checkout", "shopify"))
                    .patch("/admin/v1/stores/{id}", merchant.storeId())
                    .then()
                    .spec(success(200));
            report(ORDER + ANN)
                    .spec(refusal(409, "CHECKOUT_NOT_OWN"))
                    .body("error.message", allOf(containsString("operator"), containsString("checkout")));
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class Returns422 {

        @Test
        void forAnotherBodyWithTheSameOrder() {
            credits().answers(422, "{\"code\":\"IDEMPOTENCY_KEY_REUSED\",\"message\":\"Used before.\"}");
            report(ORDER + ANN)
                    .spec(refusal(422, "IDEMPOTENCY_KEY_REUSED"))
                    .body("error.message", containsString("order_id"));
        }
    }

    @Nested
    class Returns503 {

        @Test
        void saysThatARepeatIsSafe() {
            credits().whileDown(() -> report(ORDER + ANN)
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1")
                    .body("error.message", containsString("booked once")));
            credits().behavesRaw(request -> {});
            report(ORDER + ANN).spec(refusal(503, "SERVICE_UNAVAILABLE"));
        }
    }
}
