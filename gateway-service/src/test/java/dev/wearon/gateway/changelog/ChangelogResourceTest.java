package dev.wearon.gateway.changelog;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ChangelogResourceTest {

    private static final String AUDIT = "/admin/v1/audit";

    private String domain;
    private String storeId;

    @BeforeEach
    void onboard() {
        domain = "shop-" + UUID.randomUUID() + ".example.com";
        storeId = operator()
                .header("X-Request-Id", "onboarding-1")
                .body(Map.of("shop_domain", domain, "subscription_tier", "starter"))
                .post("/admin/v1/stores")
                .then()
                .statusCode(201)
                .extract()
                .path("data.store_id");
    }

    private void patch(String body) {
        operator()
                .header("X-Request-Id", "change-1")
                .body(body)
                .patch("/admin/v1/stores/{id}", storeId)
                .then()
                .statusCode(200);
    }

    private JsonPath read(Map<String, ?> query) {
        return operator()
                .queryParams(query)
                .get(AUDIT)
                .then()
                .spec(success(200))
                .body("data.size()", equalTo(2))
                .extract()
                .jsonPath();
    }

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> fields = new HashMap<>();
        fields.put(name, value);
        return fields;
    }

    @Nested
    class Returns200 {

        @Test
        void withTheCreatedStore() {
            operator()
                    .queryParam("store_id", storeId)
                    .get(AUDIT)
                    .then()
                    .spec(success(200))
                    .body("data.entries.size()", equalTo(1))
                    .body("data.entries[0].size()", equalTo(9))
                    .body(
                            "data.entries[0].id",
                            matchesPattern("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"))
                    .body("data.entries[0].at", matchesPattern("\\d{4}-\\d\\d-\\d\\dT.*Z"))
                    .body("data.entries[0].who", equalTo(FakeServices.fingerprint(FakeServices.ADMIN_TOKEN)))
                    .body("data.entries[0].action", equalTo("store.created"))
                    .body("data.entries[0].store_id", equalTo(storeId))
                    .body("data.entries[0].request_id", equalTo("onboarding-1"));
            JsonPath entry = read(Map.of("store_id", storeId)).setRootPath("data.entries[0]");
            assertThat(entry.<Object>get("subject")).isNull();
            assertThat(entry.<Object>get("before")).isNull();
            assertThat(entry.<Object>get("after"))
                    .isEqualTo(Map.ofEntries(
                            Map.entry("shop_domain", domain),
                            Map.entry("billing_mode", "absorb_mode"),
                            Map.entry("subscription_tier", "starter"),
                            Map.entry("low_credits_at", 20),
                            Map.entry("checkout", "shopify"),
                            Map.entry("image_hosts", List.of("cdn.shopify.com")),
                            Map.entry("anonymous_per_day", 200),
                            Map.entry("status", "active"),
                            Map.entry("overage_enabled", false),
                            Map.entry("onboarding_completed", false),
                            Map.entry("require_shopper_email", false),
                            Map.entry("test", false)));
        }

        @Test
        void withTheChangedFieldsBeforeAndAfter() {
            patch("{\"status\":\"active\",\"retail_credit_price\":4.10,\"subscription_tier\":null}");
            JsonPath entry = read(Map.of("store_id", storeId)).setRootPath("data.entries[0]");
            assertThat(entry.getString("action")).isEqualTo("store.changed");
            assertThat(entry.getString("request_id")).isEqualTo("change-1");
            Map<String, Object> before = with("subscription_tier", "starter");
            before.put("retail_credit_price", null);
            assertThat(entry.<Object>get("before")).isEqualTo(before);
            Map<String, Object> after = with("subscription_tier", null);
            after.put("retail_credit_price", 4.10f);
            assertThat(entry.<Object>get("after")).isEqualTo(after);
        }

        @Test
        void withTheFingerprintOfTheUsedToken() {
            given().header("Authorization", "Bearer " + FakeServices.NEXT_ADMIN_TOKEN)
                    .contentType(ContentType.JSON)
                    .body("{\"onboarding_completed\":true}")
                    .patch("/admin/v1/stores/{id}", storeId)
                    .then()
                    .statusCode(200);
            assertThat(read(Map.of("store_id", storeId)).getList("data.entries.who"))
                    .containsExactly(
                            FakeServices.fingerprint(FakeServices.NEXT_ADMIN_TOKEN),
                            FakeServices.fingerprint(FakeServices.ADMIN_TOKEN));
        }

        @Test
        void newestFirstOnStablePages() {
            for (int cents = 1; cents <= 4; cents++) {
                patch("{\"overage_monthly_cap_cents\":" + cents + "}");
            }
            List<Object> read = new ArrayList<>();
            String cursor = null;
            do {
                JsonPath page = read(
                        cursor == null
                                ? Map.of("store_id", storeId, "limit", 2)
                                : Map.of("store_id", storeId, "limit", 2, "cursor", cursor));
                read.addAll(page.getList("data.entries.after.overage_monthly_cap_cents"));
                cursor = page.getString("data.next_cursor");
                patch("{\"overage_monthly_cap_cents\":" + (100 + read.size()) + "}");
            } while (cursor != null);
            List<Object> all = new ArrayList<>(List.of(4, 3, 2, 1));
            all.add(null);
            assertThat(read).isEqualTo(all);
        }

        @Test
        void ofAllStoresOrOfOne() {
            patch("{\"onboarding_completed\":true}");
            String first = storeId;
            onboard();
            assertThat(read(Map.of("limit", 3)).getList("data.entries.store_id"))
                    .containsExactly(storeId, first, first);
            assertThat(read(Map.of("store_id", storeId)).getList("data.entries.store_id"))
                    .containsExactly(storeId);
            assertThat(read(Map.of("store_id", "0190a000-0000-7000-8000-000000000000"))
                            .getList("data.entries"))
                    .isEmpty();
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource({"limit, 0", "limit, 101", "cursor, x", "store_id, x", "store_id, 1-1-1-1-1", "store_id, ' OR 1=1'"})
        void namesTheInvalidParameter(String name, String value) {
            operator()
                    .queryParam(name, value)
                    .get(AUDIT)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", startsWith(name + " must be"));
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutTheAdminToken() {
            given().get(AUDIT).then().spec(refusal(401, "INVALID_API_KEY"));
            Merchant.inAbsorbMode().calls().get(AUDIT).then().spec(refusal(401, "INVALID_API_KEY"));
        }
    }

    @Nested
    class Returns405 {

        @ParameterizedTest
        @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
        void forWrites(String method) {
            operator()
                    .request(method, AUDIT)
                    .then()
                    .spec(refusal(405, "METHOD_NOT_ALLOWED"))
                    .header("Allow", equalTo("GET"));
        }
    }

    /** The table refuses these statements even for the superuser of the database. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE gateway.audit SET who = 'nobody'",
                "UPDATE gateway.audit SET who = 'nobody' WHERE false",
                "DELETE FROM gateway.audit",
                "TRUNCATE gateway.audit",
                "TRUNCATE gateway.stores, gateway.store_api_keys, gateway.audit CASCADE"
            })
    void theTableIsAppendOnly(String statement) {
        String before = ask("SELECT count(*) || md5(string_agg(audit::text, '' ORDER BY id)) FROM gateway.audit");
        assertThatThrownBy(() -> Merchant.sql(statement)).cause().hasMessageContaining("the audit only grows");
        assertThat(ask("SELECT count(*) || md5(string_agg(audit::text, '' ORDER BY id)) FROM gateway.audit"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"api_key\": \"wk_0123456789abcdef0123456789abcdef\"}",
                "{\"email\": \"ann@example.com\"}",
                "[\"no object\"]"
            })
    void theTableRefusesSecrets(String after) {
        assertThatThrownBy(() -> Merchant.sql(
                        "INSERT INTO gateway.audit (id, who, action, after)"
                                + " VALUES (gen_random_uuid(), 'test', 'store.changed', ?::jsonb)",
                        after))
                .cause()
                .hasMessageContaining("violates check constraint");
    }

    @Test
    void containsNoTokenAndNoKey() {
        Merchant merchant = Merchant.inAbsorbMode();
        for (String secret : List.of(FakeServices.ADMIN_TOKEN, FakeServices.NEXT_ADMIN_TOKEN, merchant.apiKey())) {
            assertThat(ask("SELECT count(*) FROM gateway.audit AS audit WHERE strpos(audit::text, ?) > 0", secret))
                    .isEqualTo("0");
        }
    }
}
