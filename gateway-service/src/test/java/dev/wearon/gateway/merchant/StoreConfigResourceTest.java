package dev.wearon.gateway.merchant;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.jwt.auth.principal.JWTParser;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class StoreConfigResourceTest {

    private static final String PATH = "/api/v1/stores/config";

    private Merchant merchant;

    @Inject
    JWTParser identities;

    @BeforeEach
    void onboard() {
        merchant = Merchant.with(Map.of("subscription_tier", "growth"));
    }

    private String id() {
        return merchant.storeId().toString();
    }

    private void connectToTheShop() {
        merchant = Merchant.atShopify();
    }

    private Response patch(String body) {
        return merchant.calls().contentType(ContentType.JSON).body(body).patch(PATH);
    }

    private static String resell(String price) {
        return "{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":" + price + "}";
    }

    private String stored() {
        return ask(
                "SELECT billing_mode || ' ' || COALESCE(retail_credit_price::text, '-') FROM gateway.stores"
                        + " WHERE id = ?::uuid",
                id());
    }

    private String entries() {
        return ask("SELECT count(*) FROM gateway.audit WHERE store_id = ?::uuid AND action = 'config.changed'", id());
    }

    @Nested
    class Get {

        @Test
        void showsTheConfiguration() {
            merchant.calls()
                    .get(PATH)
                    .then()
                    .spec(success(200))
                    .body("data.size()", equalTo(10))
                    .body("data.store_id", equalTo(id()))
                    .body("data.shop_domain", equalTo(merchant.shopDomain()))
                    .body("data.billing_mode", equalTo("absorb_mode"))
                    .body("data", hasKey("retail_credit_price"))
                    .body("data.retail_credit_price", nullValue())
                    .body("data", hasKey("shopify_variant_id"))
                    .body("data.shopify_variant_id", nullValue())
                    .body("data.subscription_tier", equalTo("growth"))
                    .body("data.status", equalTo("active"))
                    .body("data.privacy_disclosure", containsString("no photo is sent to an AI provider"))
                    .body("data.privacy_disclosure", containsString("deleted after 6 hours."));
        }

        @Test
        void showsTheDailyCap() {
            merchant.calls().get(PATH).then().body("data.daily_credit_cap", nullValue());
            sql("UPDATE gateway.stores SET daily_credit_cap = 40 WHERE id = ?::uuid", id());
            merchant.calls().get(PATH).then().spec(success(200)).body("data.daily_credit_cap", equalTo(40));
        }

        @Test
        void showsTheStoresRetentionInThePrivacyText() {
            sql("UPDATE gateway.stores SET image_retention_seconds = 5400 WHERE id = ?::uuid", id());
            merchant.calls().get(PATH).then().body("data.privacy_disclosure", containsString("after 90 minutes."));
            sql("UPDATE gateway.stores SET image_retention_seconds = 86400 WHERE id = ?::uuid", id());
            merchant.calls().get(PATH).then().body("data.privacy_disclosure", containsString("after 6 hours."));
        }

        @Test
        void showsThePriceAsANumberAndTheVariantAsDigits() {
            sql(
                    "UPDATE gateway.stores SET billing_mode = 'resell_mode', retail_credit_price = 4.99,"
                            + " shopify_product_id = '8123', shopify_variant_id = '45001' WHERE id = ?::uuid",
                    id());
            merchant.calls()
                    .get(PATH)
                    .then()
                    .spec(success(200))
                    .body("data.retail_credit_price", equalTo(4.99f))
                    .body("data.shopify_variant_id", equalTo("45001"));
        }

        @Test
        void showsOnlyTheStoreOfTheKey() {
            Merchant other = Merchant.inAbsorbMode();
            other.calls()
                    .get(PATH)
                    .then()
                    .body("data.store_id", equalTo(other.storeId().toString()));
            other.calls()
                    .get(PATH + "?store_id=" + id())
                    .then()
                    .body("data.store_id", equalTo(other.storeId().toString()));
        }
    }

    @Nested
    class PatchReturns200 {

        @Test
        void switchesAConnectedStoreToResellMode() {
            connectToTheShop();
            patch(resell("4.990"))
                    .then()
                    .spec(success(200))
                    .body("data.size()", equalTo(9))
                    .body("data", not(hasKey("privacy_disclosure")))
                    .body("data.store_id", equalTo(id()))
                    .body("data.billing_mode", equalTo("resell_mode"))
                    .body("data.retail_credit_price", equalTo(4.99f));
            assertThat(stored()).startsWith("resell_mode 4.99");
        }

        @Test
        void switchesAStoreWithACheckoutOfItsOwnWithoutShopify() {
            merchant = Merchant.with(Map.of("checkout", "own"));
            patch(resell("4.99"))
                    .then()
                    .spec(success(200))
                    .body("data.billing_mode", equalTo("resell_mode"))
                    .body("data.shopify_variant_id", nullValue());
            assertThat(stored()).isEqualTo("resell_mode 4.99");
        }

        @Test
        void offersNothingAtShopifyForACheckoutOfItsOwn() {
            connectToTheShop();
            sql("UPDATE gateway.stores SET checkout = 'own' WHERE id = ?::uuid", id());
            patch(resell("4.99")).then().spec(success(200)).body("data.shopify_variant_id", nullValue());
            assertThat(stored()).isEqualTo("resell_mode 4.99");
        }

        @Test
        void clearsThePriceInAbsorbModeAndKeepsTheProduct() {
            connectToTheShop();
            patch(resell("4.99")).then().statusCode(200);
            sql("UPDATE gateway.stores SET shopify_variant_id = '45001' WHERE id = ?::uuid", id());
            patch("{\"billing_mode\":\"absorb_mode\",\"retail_credit_price\":9}")
                    .then()
                    .spec(success(200))
                    .body("data.billing_mode", equalTo("absorb_mode"))
                    .body("data.retail_credit_price", nullValue())
                    .body("data.shopify_variant_id", equalTo("45001"));
            assertThat(stored()).isEqualTo("absorb_mode -");
        }

        @Test
        void keepsAPriceWithAllItsDigits() {
            connectToTheShop();
            patch(resell("0.123456789012345678901")).then().statusCode(200);
            assertThat(stored()).isEqualTo("resell_mode 0.123456789012345678901");
            patch(resell("1.7e308")).then().statusCode(200);
            assertThat(stored()).hasSizeGreaterThan(300);
        }

        @Test
        void ignoresOtherFields() {
            String before = ask(
                    "SELECT (to_jsonb(s) - 'changed_at' - 'updated_at')::text FROM gateway.stores AS s"
                            + " WHERE id = ?::uuid",
                    id());
            patch("{\"billing_mode\":\"absorb_mode\",\"store_id\":\"" + UUID.randomUUID() + "\",\"id\":1,"
                            + "\"status\":\"inactive\",\"subscription_tier\":\"scale\",\"overage_enabled\":true,"
                            + "\"require_shopper_email\":true,\"access_token_encrypted\":\"x\"}")
                    .then()
                    .statusCode(200)
                    .body("data.status", equalTo("active"))
                    .body("data.subscription_tier", equalTo("growth"));
            assertThat(ask(
                            "SELECT (to_jsonb(s) - 'changed_at' - 'updated_at')::text FROM gateway.stores AS s"
                                    + " WHERE id = ?::uuid",
                            id()))
                    .isEqualTo(before);
        }

        @Test
        void writesAChangelogEntry() {
            connectToTheShop();
            merchant.calls()
                    .header("X-Request-Id", "config-audit-1")
                    .contentType(ContentType.JSON)
                    .body(resell("4.99"))
                    .patch(PATH)
                    .then()
                    .statusCode(200);
            assertThat(ask(
                            "SELECT who || ' ' || before::text || ' ' || after::text || ' ' || request_id"
                                    + " FROM gateway.audit WHERE store_id = ?::uuid AND action = 'config.changed'",
                            id()))
                    .isEqualTo("key:" + merchant.apiKey().substring(0, 16)
                            + " {\"billing_mode\": \"absorb_mode\", \"retail_credit_price\": null}"
                            + " {\"billing_mode\": \"resell_mode\", \"retail_credit_price\": 4.99} config-audit-1");
            patch(resell("5.5")).then().statusCode(200);
            assertThat(ask(
                            "SELECT before::text || ' ' || after::text FROM gateway.audit WHERE store_id = ?::uuid"
                                    + " AND action = 'config.changed' ORDER BY at DESC, id DESC LIMIT 1",
                            id()))
                    .isEqualTo("{\"retail_credit_price\": 4.99} {\"retail_credit_price\": 5.5}");
        }

        @Test
        void writesNoEntryWithoutAChange() {
            connectToTheShop();
            patch(resell("4.99")).then().statusCode(200);
            patch(resell("4.990")).then().statusCode(200);
            assertThat(entries()).isEqualTo("1");
        }

        @Test
        void writesOneEntryPerConcurrentChange() throws Exception {
            connectToTheShop();
            Callable<Integer> there = () -> patch(resell("4.99")).statusCode();
            Callable<Integer> back =
                    () -> patch("{\"billing_mode\":\"absorb_mode\"}").statusCode();
            try (var clients = Executors.newFixedThreadPool(8)) {
                var calls = new ArrayList<>(Collections.nCopies(8, there));
                calls.addAll(Collections.nCopies(8, back));
                Collections.shuffle(calls);
                assertThat(clients.invokeAll(calls)).allMatch(answer -> answer.resultNow() == 200);
            }
            // Each entry is a real change, so the two modes alternate, and the last entry has the stored mode.
            String surplus = ask(
                    "SELECT count(*) FILTER (WHERE after ->> 'billing_mode' = 'resell_mode')"
                            + " - count(*) FILTER (WHERE after ->> 'billing_mode' = 'absorb_mode')"
                            + " FROM gateway.audit WHERE store_id = ?::uuid AND action = 'config.changed'",
                    id());
            assertThat(surplus).isEqualTo(stored().startsWith("resell_mode") ? "1" : "0");
        }

        @Test
        void reachesTheIdentitySoon() {
            connectToTheShop();
            FakeServices.credits().answers(200, "{}");
            merchant.calls().get("/api/v1/credits/balance").then().statusCode(200);
            patch(resell("4.99")).then().statusCode(200);
            // A second is promised, but the machine may be busy.
            Await.until(
                    Duration.ofSeconds(20),
                    () -> {
                        FakeServices.credits().answers(200, "{}");
                        merchant.calls().get("/api/v1/credits/balance").then().statusCode(200);
                        String bearer =
                                FakeServices.credits().onlySeen().headers().get("Authorization");
                        return identities.parse(bearer.substring(7)).<String>getClaim("billing_mode");
                    },
                    "resell_mode"::equals);
        }
    }

    @Nested
    class PatchReturns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{",
                    "null",
                    "[]",
                    "\"absorb_mode\"",
                    "{}",
                    "{\"billing_mode\":\"free\"}",
                    "{\"billing_mode\":\"resell_mode\"}",
                    "{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":0}",
                    "{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":\"4.99\"}",
                    "{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":1e400}",
                    "{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":NaN}",
                    "{\"billing_mode\":\"absorb_mode\",\"retail_credit_price\":-1}",
                    "{\"billing_mode\":\"absorb_mode\",\"billing_mode\":\"resell_mode\"}",
                    "{\"billing_mode\":\"absorb_mode\"} {}",
                })
        void changesNothing(String body) {
            patch(body).then().spec(refusal(400, "VALIDATION_ERROR"));
            assertThat(stored()).isEqualTo("absorb_mode -");
            assertThat(entries()).isEqualTo("0");
        }

        @Test
        void beforeTheCheckOfTheConnection() {
            patch(resell("-1")).then().spec(refusal(400, "VALIDATION_ERROR"));
        }
    }

    @Nested
    class PatchReturns503 {

        @Test
        void forResellModeAtAnUnconnectedStore() {
            patch(resell("4.99"))
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", nullValue());
            assertThat(stored()).isEqualTo("absorb_mode -");
            assertThat(entries()).isEqualTo("0");
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutAKeyOrWithTheOperatorsToken() {
            for (String method : new String[] {"GET", "PATCH"}) {
                given().request(method, PATH).then().spec(refusal(401, "INVALID_API_KEY"));
                given().header("Authorization", "Bearer " + FakeServices.ADMIN_TOKEN)
                        .request(method, PATH)
                        .then()
                        .spec(refusal(401, "INVALID_API_KEY"));
            }
        }
    }

    @Nested
    class Returns405And413 {

        @Test
        void forOtherMethodsAndLongBodies() {
            merchant.calls()
                    .put(PATH)
                    .then()
                    .spec(refusal(405, "METHOD_NOT_ALLOWED"))
                    .header("Allow", "GET, PATCH");
            patch("{\"billing_mode\":\"absorb_mode\",\"x\":\"" + "x".repeat(70_000) + "\"}")
                    .then()
                    .spec(refusal(413, "PAYLOAD_TOO_LARGE"));
        }
    }
}
