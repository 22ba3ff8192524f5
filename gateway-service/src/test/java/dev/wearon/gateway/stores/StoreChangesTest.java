package dev.wearon.gateway.stores;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PATCH /admin/v1/stores/{store_id}} */
@QuarkusTest
class StoreChangesTest {

    private static final String PATH = "/admin/v1/stores/{id}";
    private static final String EVERYTHING = """
            {"billing_mode": "resell_mode", "retail_credit_price": 4.50, "subscription_tier": "growth",
             "subscription_id": "sub_01h", "subscription_status": "trialing", "overage_enabled": true,
             "overage_monthly_cap_cents": 5000, "status": "inactive", "onboarding_completed": true,
             "require_shopper_email": true, "shopper_creates_per_day": 5, "daily_credit_cap": 300,
             "low_credits_at": 0, "anonymous_per_day": 0, "image_retention_seconds": 3600, "checkout": "own",
             "image_hosts": ["images.example.com", "cdn.shopify.com", "images.example.com"]}
            """;

    private String storeId;

    @BeforeEach
    void onboard() {
        storeId = Merchant.inAbsorbMode().storeId().toString();
    }

    private Response patch(String body) {
        return operator().body(body).patch(PATH, storeId);
    }

    private String row() {
        return ask("SELECT to_jsonb(stores)::text FROM gateway.stores WHERE id = ?::uuid", storeId);
    }

    private String changes() {
        return ask("SELECT count(*) FROM gateway.audit WHERE store_id = ?::uuid AND action = 'store.changed'", storeId);
    }

    @Nested
    class Returns200 {

        @Test
        void withTheNewValueOfEveryField() {
            String changed = patch(EVERYTHING)
                    .then()
                    .spec(success(200))
                    .body("data.store_id", equalTo(storeId))
                    .body("data.billing_mode", equalTo("resell_mode"))
                    .body("data.retail_credit_price", equalTo(4.5f))
                    .body("data.subscription_tier", equalTo("growth"))
                    .body("data.subscription_id", equalTo("sub_01h"))
                    .body("data.subscription_status", equalTo("trialing"))
                    .body("data.overage_enabled", equalTo(true))
                    .body("data.overage_monthly_cap_cents", equalTo(5000))
                    .body("data.status", equalTo("inactive"))
                    .body("data.onboarding_completed", equalTo(true))
                    .body("data.require_shopper_email", equalTo(true))
                    .body("data.shopper_creates_per_day", equalTo(5))
                    .body("data.image_retention_seconds", equalTo(3600))
                    .body("data.daily_credit_cap", equalTo(300))
                    .body("data.low_credits_at", equalTo(0))
                    .body("data.anonymous_per_day", equalTo(0))
                    .body("data.image_hosts", equalTo(List.of("images.example.com", "cdn.shopify.com")))
                    .body("data.checkout", equalTo("own"))
                    .body("data.size()", equalTo(22))
                    .extract()
                    .asString();
            assertThat(operator().get(PATH, storeId).asString()).isEqualTo(changed);
            assertThat(ask("SELECT retail_credit_price::text FROM gateway.stores WHERE id = ?::uuid", storeId))
                    .isEqualTo("4.50");
        }

        @Test
        void keepsAbsentFieldsAndClearsNullFields() {
            patch(EVERYTHING).then().statusCode(200);
            patch("{\"retail_credit_price\":null,\"subscription_id\":null}")
                    .then()
                    .spec(success(200))
                    .body("data.retail_credit_price", nullValue())
                    .body("data.subscription_id", nullValue())
                    .body("data.subscription_tier", equalTo("growth"))
                    .body("data.overage_monthly_cap_cents", equalTo(5000))
                    .body("data.status", equalTo("inactive"));
            patch("{\"overage_enabled\":false,\"overage_monthly_cap_cents\":null,\"subscription_tier\":null,"
                            + "\"subscription_status\":null}")
                    .then()
                    .spec(success(200))
                    .body("data.overage_monthly_cap_cents", nullValue())
                    .body("data.subscription_tier", nullValue())
                    .body("data.subscription_status", nullValue())
                    .body("data.image_retention_seconds", equalTo(3600))
                    .body("data.billing_mode", equalTo("resell_mode"));
            patch("{\"image_retention_seconds\":null,\"daily_credit_cap\":null,\"low_credits_at\":null}")
                    .then()
                    .spec(success(200))
                    .body("data.anonymous_per_day", equalTo(0))
                    .body("data.daily_credit_cap", nullValue())
                    .body("data.low_credits_at", nullValue())
                    .body("data.image_retention_seconds", nullValue());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{}", "{\"status\":\"active\"}", "{\"subscription_id\":null,\"overage_enabled\":false}"})
        void andWritesNoEntryWithoutAChange(String body) {
            String before = row();
            patch(body).then().spec(success(200)).body("data.status", equalTo("active"));
            assertThat(row()).isEqualTo(before);
            assertThat(changes()).isEqualTo("0");
        }

        @Test
        void keepsTheCapWhileOverageIsOff() {
            patch("{\"overage_monthly_cap_cents\":700}").then().statusCode(200);
            patch("{\"overage_enabled\":true}").then().statusCode(200);
            patch("{\"overage_enabled\":false}")
                    .then()
                    .statusCode(200)
                    .body("data.overage_monthly_cap_cents", equalTo(700));
        }

        /** Each change starts from the result of the previous one, so none is lost. */
        @Test
        void forConcurrentChangesOfOneStore() throws Exception {
            try (var clients = Executors.newFixedThreadPool(8)) {
                var changes = IntStream.rangeClosed(1, 24)
                        .<java.util.concurrent.Callable<Integer>>mapToObj(
                                cents -> () -> patch("{\"overage_monthly_cap_cents\":" + cents + "}")
                                        .statusCode())
                        .toList();
                assertThat(clients.invokeAll(changes).stream().map(answer -> answer.resultNow()))
                        .isEqualTo(Collections.nCopies(24, 200));
            }
            assertThat(ask("""
                            SELECT count(*) FROM
                              (SELECT before -> 'overage_monthly_cap_cents' AS found,
                                      lag(after -> 'overage_monthly_cap_cents', 1, 'null') OVER (ORDER BY at, id) AS left_behind
                                 FROM gateway.audit
                                WHERE store_id = ?::uuid AND action = 'store.changed') AS entries
                             WHERE found = left_behind
                            """, storeId))
                    .as("entries that start from the result of the one before")
                    .isEqualTo("24");
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "store_id",
                    "id",
                    "shop_domain",
                    "created_at",
                    "updated_at",
                    "changed_at",
                    "balance",
                    "access_token_encrypted",
                    "api_key",
                    "Status",
                    "billingMode"
                })
        void namesAFieldThatMustNotChange(String field) {
            String before = row();
            patch("{\"onboarding_completed\":true,\"" + field + "\":\"2020-01-01T00:00:00Z\"}")
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", startsWith(field + " is not a field of this request"));
            assertThat(row()).isEqualTo(before);
            assertThat(changes()).isEqualTo("0");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "\"\"",
                    "\"CDN.shopify.com\"",
                    "\"https://cdn.shopify.com\"",
                    "\"cdn.shopify.com:443\"",
                    "\"127.0.0.1\"",
                    "\"*.shopify.com\""
                })
        void namesAnInvalidImageHost(String host) {
            String before = row();
            patch("{\"image_hosts\":[\"cdn.shopify.com\"," + host + "]}")
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", startsWith("image_hosts[1] must "));
            assertThat(row()).isEqualTo(before);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "billing_mode | null",
                    "billing_mode | \"free\"",
                    "billing_mode | 1",
                    "retail_credit_price | 0",
                    "retail_credit_price | -1",
                    "retail_credit_price | \"4.50\"",
                    "retail_credit_price | 1.005",
                    "retail_credit_price | 1000000",
                    "retail_credit_price | 1e400",
                    "retail_credit_price | 1e-400",
                    "retail_credit_price | 1e999999999",
                    "retail_credit_price | true",
                    "subscription_tier | \"gold\"",
                    "subscription_tier | {}",
                    "subscription_id | \"\"",
                    "subscription_id | \"ann@example.com\"",
                    "subscription_id | \"wk_00000000000000000000000000000000\"",
                    "subscription_id | \"sub_wk_00000000000000000000000000000000\"",
                    "subscription_id | \"a b\"",
                    "subscription_id | \"a\\u0000\"",
                    "subscription_status | \"Active\"",
                    "overage_enabled | null",
                    "overage_enabled | \"\"",
                    "overage_enabled | 1",
                    "overage_enabled | \"true\"",
                    "overage_monthly_cap_cents | 0",
                    "overage_monthly_cap_cents | 1.5",
                    "overage_monthly_cap_cents | 2147483648",
                    "status | null",
                    "status | \"deleted\"",
                    "status | [\"active\"]",
                    "onboarding_completed | null",
                    "onboarding_completed | 0",
                    "require_shopper_email | null",
                    "require_shopper_email | \"yes\"",
                    "shopper_creates_per_day | 0",
                    "shopper_creates_per_day | -1",
                    "shopper_creates_per_day | 2.5",
                    "shopper_creates_per_day | \"5\"",
                    "shopper_creates_per_day | 2147483648",
                    "daily_credit_cap | 0",
                    "daily_credit_cap | 1000001",
                    "daily_credit_cap | \"5\"",
                    "low_credits_at | -1",
                    "low_credits_at | 1000001",
                    "anonymous_per_day | null",
                    "anonymous_per_day | -1",
                    "anonymous_per_day | 1000001",
                    "checkout | null",
                    "checkout | \"elsewhere\"",
                    "image_hosts | null",
                    "image_retention_seconds | 1799",
                    "image_retention_seconds | 2592001",
                    "image_retention_seconds | 1800.5",
                    "image_retention_seconds | \"3600\"",
                    "image_retention_seconds | \" \"",
                })
        void namesAFieldWithAnInvalidValue(String field, String value) {
            String before = row();
            String other = field.equals("onboarding_completed") ? "require_shopper_email" : "onboarding_completed";
            String body = "{\"" + other + "\":true,\"" + field + "\":" + value + "}";
            patch(body).then().spec(refusal(400, "VALIDATION_ERROR")).body("error.message", startsWith(field + " "));
            assertThat(row()).isEqualTo(before);
            assertThat(changes()).isEqualTo("0");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"overage_enabled\":true}",
                    "{\"overage_enabled\":true,\"overage_monthly_cap_cents\":null}",
                    "{\"overage_enabled\":true,\"subscription_tier\":\"starter\"}"
                })
        void saysThatOverageNeedsACap(String body) {
            String before = row();
            patch(body)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("overage_monthly_cap_cents must be set"));
            assertThat(row()).isEqualTo(before);
            assertThat(changes()).isEqualTo("0");
        }

        @Test
        void keepsTheCapWhileOverageIsOn() {
            patch("{\"overage_enabled\":true,\"overage_monthly_cap_cents\":700}")
                    .then()
                    .statusCode(200);
            patch("{\"overage_monthly_cap_cents\":null}").then().spec(refusal(400, "VALIDATION_ERROR"));
            operator().get(PATH, storeId).then().body("data.overage_monthly_cap_cents", equalTo(700));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{",
                    "null",
                    "[]",
                    "\"status\"",
                    "{\"status\":\"inactive\"} {}",
                    "{\"status\":\"inactive\",\"retail_credit_price\":1e99999999999}",
                    "{\"status\":\"inactive\",\"status\":\"active\"}"
                })
        void refusesInvalidJson(String body) {
            String before = row();
            patch(body).then().spec(refusal(400, "VALIDATION_ERROR"));
            assertThat(row()).isEqualTo(before);
        }

        @Test
        void doesNotRepeatAnApiKeyInTheMessage() {
            String key = "wk_0123456789abcdef0123456789abcdef";
            assertThat(patch("{\"" + key + "\":1}")
                            .then()
                            .statusCode(400)
                            .extract()
                            .asString())
                    .doesNotContain(key);
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutTheAdminToken() {
            String before = row();
            Merchant merchant = Merchant.inAbsorbMode();
            given().body("{\"status\":\"inactive\"}")
                    .patch(PATH, storeId)
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
            for (String id : List.of(storeId, merchant.storeId().toString())) {
                merchant.calls()
                        .body("{\"status\":\"inactive\"}")
                        .patch(PATH, id)
                        .then()
                        .spec(refusal(401, "INVALID_API_KEY"));
            }
            assertThat(row()).isEqualTo(before);
        }
    }

    @Nested
    class Returns404 {

        @ParameterizedTest
        @ValueSource(strings = {"0190a000-0000-7000-8000-000000000000", "not-a-uuid"})
        void forAnUnknownStore(String id) {
            String before = ask("SELECT count(*) FROM gateway.audit");
            operator().body("{\"status\":\"inactive\"}").patch(PATH, id).then().spec(refusal(404, "NOT_FOUND"));
            assertThat(ask("SELECT count(*) FROM gateway.audit")).isEqualTo(before);
        }
    }

    @Nested
    class Returns413 {

        @Test
        void refusesALongBody() {
            patch("{\"subscription_id\":\"" + "a".repeat(100_000) + "\"}")
                    .then()
                    .spec(refusal(413, "PAYLOAD_TOO_LARGE"));
        }
    }

    @Nested
    class Returns500 {

        /** The entry is part of the same transaction as the change. */
        @Test
        void andChangesNothingIfTheChangelogCannotBeWritten() {
            String before = row();
            String domain = "shop-" + UUID.randomUUID() + ".example.com";
            whileTheChangelogRefuses(() -> {
                patch("{\"status\":\"inactive\"}").then().spec(refusal(500, "INTERNAL_ERROR"));
                operator()
                        .body(Map.of("shop_domain", domain))
                        .post("/admin/v1/stores")
                        .then()
                        .spec(refusal(500, "INTERNAL_ERROR"));
            });
            assertThat(row()).isEqualTo(before);
            assertThat(ask("SELECT count(*) FROM gateway.stores WHERE shop_domain = ?", domain))
                    .isEqualTo("0");
            patch("{\"status\":\"inactive\"}").then().statusCode(200);
        }

        private void whileTheChangelogRefuses(Runnable action) {
            Merchant.sql("ALTER TABLE gateway.audit ADD CONSTRAINT refuses_all CHECK (false) NOT VALID");
            try {
                action.run();
            } finally {
                Merchant.sql("ALTER TABLE gateway.audit DROP CONSTRAINT refuses_all");
            }
        }
    }

    @Nested
    class Returns503 {

        @Test
        void ifTheStoreStaysLocked() throws Exception {
            try (var holder = Merchant.connection()) {
                holder.setAutoCommit(false);
                try (var lock = holder.prepareStatement("SELECT FROM gateway.stores WHERE id = ?::uuid FOR UPDATE")) {
                    lock.setString(1, storeId);
                    lock.execute();
                }
                patch("{\"require_shopper_email\":true}")
                        .then()
                        .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                        .header("Retry-After", equalTo("1"));
            }
        }
    }
}
