package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store whose shoppers pay at a checkout of its own, through the gateway and the ledger. */
abstract class OwnCheckoutCases {

    private static final String ANN = "ann@example.com";
    private static final Map<String, Object> ORDER =
            Map.of("order_id", "1001", "shopper_email", ANN, "credits", 3, "amount", 14.97, "currency", "EUR");

    /** Every credit is accounted for after each test. */
    @AfterEach
    void addsUp() throws IOException {
        suite.operator()
                .get("/admin/v1/ledger/trial-balance")
                .then()
                .statusCode(200)
                .body("data.overall.differences.values()", everyItem(is(0)));
        suite.operator().get("/admin/v1/ledger/check").then().statusCode(200).body("data.disagreements", empty());
    }

    private static RequestSpecification operator() throws IOException {
        return suite.operator().contentType(ContentType.JSON);
    }

    /** A store without Shopify that has switched to resell mode, with a key that may report orders. */
    private static Merchant seller(int credits) throws Exception {
        Merchant merchant = Merchant.with(suite, credits);
        operator()
                .body(Map.of("checkout", "own"))
                .patch("/admin/v1/stores/{id}", merchant.storeId())
                .then()
                .statusCode(200);
        merchant.call()
                .body(Map.of("billing_mode", "resell_mode", "retail_credit_price", 4.99))
                .patch("/api/v1/stores/config")
                .then()
                .statusCode(200);
        String key = operator()
                .body(Map.of(
                        "allowed_domains",
                        List.of(),
                        "scopes",
                        List.of(
                                "purchases:write",
                                "generations:write",
                                "generations:read",
                                "credits:read",
                                "shoppers:read")))
                .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                .then()
                .statusCode(201)
                .extract()
                .path("data.api_key");
        return new Merchant(merchant.gateway(), merchant.storeId(), key);
    }

    private static Response report(Merchant merchant, Map<String, ?> changes) {
        Map<String, Object> order = new HashMap<>(ORDER);
        order.putAll(changes);
        return merchant.call().body(order).post("/api/v1/purchases");
    }

    private static ValidatableResponse reported(Merchant merchant, Map<String, ?> changes) {
        return report(merchant, changes).then().statusCode(200);
    }

    private static int creditsOf(Merchant merchant) {
        return merchant.call()
                .header("x-shopper-email", ANN)
                .get("/api/v1/credits/shopper")
                .then()
                .statusCode(200)
                .extract()
                .path("data.balance");
    }

    @Test
    void sellsCreditsThatPayForATryOnAndTakesTheUnspentOnesBack() throws Exception {
        Merchant merchant = seller(10);
        reported(merchant, Map.of())
                .body("data.status", equalTo("completed"))
                .body("data.granted", equalTo(3))
                .body("data.amount", equalTo(14.97f));
        assertThat(creditsOf(merchant)).isEqualTo(3);
        assertThat(merchant.balance()).isEqualTo(7);

        String person = merchant.imageUrl(Merchant.PERSON);
        UUID id = merchant.call()
                .header("x-shopper-email", ANN)
                .body(Map.of("age_verified", true, "image_urls", List.of(person, person)))
                .post("/api/v1/generation/create")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("data.session_id");
        assertThat(merchant.ended(id).getString("data.status")).isEqualTo("completed");

        for (int repeat = 0; repeat < 2; repeat++) {
            reported(merchant, Map.of("returned", 3))
                    .body("data.status", equalTo("completed"))
                    .body("data.returned", equalTo(3))
                    .body("data.clawed_back", equalTo(2))
                    .body("data.shortfall", equalTo(1));
        }
        assertThat(creditsOf(merchant)).isZero();
        assertThat(merchant.balance()).isEqualTo(9);
    }

    @Test
    void booksAnOrderOnceHoweverManyReportsThereAre() throws Exception {
        Merchant merchant = seller(10);
        List<String> answers;
        try (ExecutorService clients = Executors.newFixedThreadPool(20)) {
            answers = clients
                    .invokeAll(Collections.<Callable<String>>nCopies(20, () -> reported(merchant, Map.of())
                            .extract()
                            .path("data")
                            .toString()))
                    .stream()
                    .map(Future::resultNow)
                    .toList();
        }
        assertThat(answers).hasSize(20).containsOnly(answers.getFirst());
        assertThat(creditsOf(merchant)).isEqualTo(3);
    }

    @Test
    void refusesAnotherBodyAndChangesNothing() throws Exception {
        Merchant merchant = seller(10);
        String first = reported(merchant, Map.of()).extract().asString();
        for (Map<String, Object> change : List.<Map<String, Object>>of(
                Map.of("credits", 4),
                Map.of("amount", 14.98),
                Map.of("currency", "USD"),
                Map.of("shopper_email", "bob@example.com"))) {
            Map<String, Object> other = new HashMap<>(change);
            other.put("returned", 3);
            report(merchant, other).then().statusCode(422).body("error.code", equalTo("IDEMPOTENCY_KEY_REUSED"));
        }
        assertThat(reported(merchant, Map.of()).extract().asString()).isEqualTo(first);
    }

    @Test
    void completesAnOrderWhenTheStoreHasEnough() throws Exception {
        Merchant merchant = seller(2);
        reported(merchant, Map.of()).body("data.status", equalTo("pending")).body("data.granted", equalTo(0));
        assertThat(creditsOf(merchant)).isZero();
        operator()
                .header("Idempotency-Key", "top-up-" + merchant.storeId())
                .body(Map.of("amount", 5, "type", "purchase"))
                .post("/admin/v1/stores/{id}/credits", merchant.storeId())
                .then()
                .statusCode(201);
        reported(merchant, Map.of()).body("data.status", equalTo("completed"));
        assertThat(creditsOf(merchant)).isEqualTo(3);
    }

    @Test
    void isRefusedToAStoreThatSellsAtShopify() throws Exception {
        Merchant merchant = seller(2);
        operator()
                .body(Map.of("checkout", "shopify"))
                .patch("/admin/v1/stores/{id}", merchant.storeId())
                .then()
                .statusCode(200);
        report(merchant, Map.of()).then().statusCode(409).body("error.code", equalTo("CHECKOUT_NOT_OWN"));
        assertThat(merchant.balance()).isEqualTo(2);
    }
}
