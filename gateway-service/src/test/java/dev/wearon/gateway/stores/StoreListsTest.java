package dev.wearon.gateway.stores;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /admin/v1/stores} and {@code GET /admin/v1/stores/{store_id}} */
@QuarkusTest
class StoreListsTest {

    private static final String STORES = "/admin/v1/stores";

    /** A part of the domains of all stores of this test. */
    private final String mark = "m" + UUID.randomUUID().toString().replace("-", "");

    private String onboard(String name) {
        return operator()
                .body(Map.of("shop_domain", name + "." + mark + ".example.com"))
                .post(STORES)
                .then()
                .statusCode(201)
                .extract()
                .path("data.store_id");
    }

    private JsonPath list(Map<String, ?> query) {
        return operator()
                .queryParams(query)
                .get(STORES)
                .then()
                .spec(success(200))
                .body("data.size()", equalTo(2))
                .extract()
                .jsonPath();
    }

    private List<String> found(String search) {
        return list(Map.of("search", search)).getList("data.stores.store_id");
    }

    @Nested
    class Returns200 {

        @Test
        void withTheStoreAsCreated() {
            String made = operator()
                    .body(Map.of("shop_domain", mark + ".example.com", "subscription_tier", "scale"))
                    .post(STORES)
                    .then()
                    .statusCode(201)
                    .extract()
                    .asString();
            String id = JsonPath.from(made).getString("data.store_id");
            assertThat(operator()
                            .get(STORES + "/{id}", id)
                            .then()
                            .spec(success(200))
                            .extract()
                            .asString())
                    .isEqualTo(made);
            operator()
                    .queryParam("search", mark)
                    .get(STORES)
                    .then()
                    .spec(success(200))
                    .body("data.stores.size()", equalTo(1))
                    .body("data.stores[0].size()", equalTo(22))
                    .body("data.next_cursor", nullValue());
            assertThat(list(Map.of("search", mark)).<Object>get("data.stores[0]"))
                    .isEqualTo(JsonPath.from(made).get("data"));
        }

        @Test
        void newestFirstOnStablePages() {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.addFirst(onboard("s" + i));
            }
            JsonPath first = list(Map.of("search", mark, "limit", 2));
            onboard("late");
            JsonPath second = list(Map.of("search", mark, "limit", 2, "cursor", first.getString("data.next_cursor")));
            onboard("later");
            JsonPath third = list(Map.of("search", mark, "limit", 2, "cursor", second.getString("data.next_cursor")));
            List<String> read = new ArrayList<>(first.getList("data.stores.store_id"));
            read.addAll(second.getList("data.stores.store_id"));
            read.addAll(third.getList("data.stores.store_id"));
            assertThat(read).isEqualTo(ids);
            assertThat(third.getString("data.next_cursor")).isNull();
        }

        /** The stores are created in one transaction and have the same time, so the id decides their order. */
        @Test
        void forStoresWithTheSameTime() {
            Merchant.sql(
                    "INSERT INTO gateway.stores (shop_domain) SELECT 's' || n || ?::text FROM generate_series(1, 7) AS n",
                    "." + mark + ".example.com");
            List<String> read = new ArrayList<>();
            String cursor = null;
            do {
                JsonPath page = list(
                        cursor == null
                                ? Map.of("search", mark, "limit", 3)
                                : Map.of("search", mark, "limit", 3, "cursor", cursor));
                read.addAll(page.getList("data.stores.store_id"));
                cursor = page.getString("data.next_cursor");
            } while (cursor != null);
            assertThat(read).hasSize(7).doesNotHaveDuplicates();
        }

        @Test
        void withActiveOrInactiveStoresOnly() {
            String active = onboard("on");
            String inactive = onboard("off");
            operator()
                    .body(Map.of("status", "inactive"))
                    .patch(STORES + "/{id}", inactive)
                    .then()
                    .statusCode(200);
            assertThat(list(Map.of("search", mark, "status", "active")).getList("data.stores.store_id"))
                    .containsExactly(active);
            assertThat(list(Map.of("search", mark, "status", "inactive")).getList("data.stores.store_id"))
                    .containsExactly(inactive);
        }

        @Test
        void findsAnyPartOfADomainInAnyCase() {
            String id = onboard("winter-coats");
            assertThat(found("Coats." + mark.toUpperCase())).containsExactly(id);
            assertThat(found("ter-coats." + mark.substring(0, 20))).containsExactly(id);
            assertThat(found(mark + ".example.com")).containsExactly(id);
        }

        /** Wildcards and quotes have no special meaning. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "%",
                    "_",
                    "%%",
                    "s%",
                    "s_",
                    "\\",
                    "*",
                    ".*",
                    "'",
                    "' OR '1'='1",
                    "'; DROP TABLE gateway.stores; --",
                    "$1",
                    "{}",
                    "é",
                    "😀"
                })
        void searchesLiterally(String search) {
            onboard("s1");
            assertThat(found(search)).isEmpty();
            assertThat(found(mark)).hasSize(1);
        }

        @Test
        void ignoringEmptyParameters() {
            String id = onboard("s1");
            assertThat(list(Map.of("search", mark, "status", "", "limit", "", "cursor", ""))
                            .getList("data.stores.store_id"))
                    .containsExactly(id);
        }

        @Test
        void withoutSecretColumns() {
            String id = onboard("secret");
            Merchant.sql("UPDATE gateway.stores SET access_token_encrypted = 'cipher-text' WHERE id = ?::uuid", id);
            assertThat(operator().get(STORES + "/{id}", id).asString()).doesNotContain("cipher", "token");
            assertThat(operator().queryParam("search", mark).get(STORES).asString())
                    .doesNotContain("cipher", "token");
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource({"limit, 0", "limit, 101", "limit, ten", "cursor, x", "status, deleted", "status, Active"})
        void namesTheInvalidParameter(String name, String value) {
            operator()
                    .queryParam(name, value)
                    .get(STORES)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", startsWith(name + " must be"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"%00", "a%00b", "%0a", "%1b"})
        void refusesControlCharacters(String search) {
            operator()
                    .urlEncodingEnabled(false)
                    .get(STORES + "?search=" + search)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"));
        }

        @Test
        void refusesASearchThatIsLongerThanADomain() {
            operator().queryParam("search", "a".repeat(254)).get(STORES).then().spec(refusal(400, "VALIDATION_ERROR"));
            operator().queryParam("search", "a".repeat(253)).get(STORES).then().spec(success(200));
        }
    }

    @Nested
    class Returns401 {

        @ParameterizedTest
        @ValueSource(strings = {STORES, STORES + "/0190a000-0000-7000-8000-000000000000"})
        void withoutTheAdminToken(String path) {
            given().get(path).then().spec(refusal(401, "INVALID_API_KEY"));
            Merchant.inAbsorbMode().calls().get(path).then().spec(refusal(401, "INVALID_API_KEY"));
        }
    }

    @Nested
    class Returns404 {

        @ParameterizedTest
        @ValueSource(strings = {"0190a000-0000-7000-8000-000000000000", "not-a-uuid", "%27%20OR%201=1"})
        void forAnUnknownStore(String id) {
            operator()
                    .urlEncodingEnabled(false)
                    .get(STORES + "/" + id)
                    .then()
                    .spec(refusal(404, "NOT_FOUND"))
                    .body("error.message", containsString("not found"));
        }
    }

    @Nested
    class Returns405 {

        @Test
        void namesTheAllowedMethods() {
            operator()
                    .delete(STORES + "/0190a000-0000-7000-8000-000000000000")
                    .then()
                    .spec(refusal(405, "METHOD_NOT_ALLOWED"))
                    .header("Allow", equalTo("GET, PATCH"));
        }
    }
}
