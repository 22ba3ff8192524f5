package dev.wearon.gateway.keys;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ApiKeysResourceTest {

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
    }

    @Nested
    class Returns201 {

        @Test
        void showsTheKeyOnceAndStoresOnlyItsHash() {
            var answer = operator()
                    .body(Map.of("allowed_domains", List.of("https://shop.example.com", "http://localhost:3000")))
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .statusCode(201)
                    .header("Cache-Control", containsString("no-store"))
                    .body("error", nullValue())
                    .body("data.api_key", matchesPattern("wk_[0-9a-f]{32}"))
                    .body("data.allowed_domains", contains("https://shop.example.com", "http://localhost:3000"))
                    .body("data.size()", equalTo(7))
                    .extract()
                    .jsonPath();
            String key = answer.getString("data.api_key");
            assertThat(answer.getString("data.key_prefix")).isEqualTo(key.substring(0, 16));
            assertThat(ask(
                            "SELECT key_hash FROM gateway.store_api_keys WHERE id = ?::uuid",
                            answer.getString("data.key_id")))
                    .isEqualTo(ask("SELECT encode(sha256(convert_to(?, 'UTF8')), 'hex')", key));
            assertThat(ask("SELECT count(*) FROM gateway.store_api_keys k WHERE strpos(k::text, ?) > 0", key))
                    .isEqualTo("0");
            assertThat(ask(
                            "SELECT allowed_domains::text FROM gateway.store_api_keys WHERE id = ?::uuid",
                            answer.getString("data.key_id")))
                    .isEqualTo("{https://shop.example.com,http://localhost:3000}");
        }

        @Test
        void allowsOnlyServersWithoutDomains() {
            operator()
                    .body("{}")
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .statusCode(201)
                    .body("data.allowed_domains.size()", equalTo(0));
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "*",
                    "shop.example.com",
                    "http://shop.example.com",
                    "https://*.example.com",
                    "https://shop.example.com/path",
                    "https://shop.example.com?query",
                    "https://user@shop.example.com",
                    "https://shop.example.com:http",
                    "https://"
                })
        void refusesInvalidOrigins(String origin) {
            operator()
                    .body(Map.of("allowed_domains", List.of(origin)))
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_ERROR"));
        }

        @Test
        void refusesNullsTooManyAndNoBody() {
            for (Object domains : List.of(
                    Arrays.asList("https://a.example.com", null), Collections.nCopies(51, "https://a.example.com"))) {
                operator()
                        .body(Map.of("allowed_domains", domains))
                        .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                        .then()
                        .statusCode(400);
            }
            operator()
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .statusCode(400);
        }
    }

    @Nested
    class Returns404 {

        @ParameterizedTest
        @ValueSource(strings = {"0190a000-0000-7000-8000-000000000000", "not-a-uuid"})
        void forAnUnknownStore(String id) {
            operator()
                    .body("{}")
                    .post("/admin/v1/stores/{id}/api-keys", id)
                    .then()
                    .statusCode(404)
                    .body("data", nullValue())
                    .body("error.code", equalTo("NOT_FOUND"));
        }
    }

    @Test
    void theTableAcceptsOnlyHashes() {
        assertThat(refusedBy("store_api_keys_key_hash_check", merchant.apiKey()))
                .isTrue();
        assertThat(refusedBy("store_api_keys_key_hash_check", "A".repeat(64))).isTrue();
    }

    private boolean refusedBy(String constraint, String hash) {
        try {
            Merchant.sql(
                    "INSERT INTO gateway.store_api_keys (id, store_id, key_hash, key_prefix) VALUES (?::uuid, ?::uuid, ?, 'wk_0')",
                    UUID.randomUUID().toString(),
                    merchant.storeId().toString(),
                    hash);
            return false;
        } catch (IllegalStateException refused) {
            return refused.getCause().getMessage().contains(constraint);
        }
    }
}
