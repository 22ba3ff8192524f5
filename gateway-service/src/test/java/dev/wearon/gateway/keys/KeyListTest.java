package dev.wearon.gateway.keys;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KeyListTest {

    private static final String KEYS = "/admin/v1/stores/{id}/api-keys";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
    }

    private ValidatableResponse list() {
        return operator().get(KEYS, merchant.storeId()).then();
    }

    private UUID issue() {
        return UUID.fromString(operator()
                .body("{}")
                .post(KEYS, merchant.storeId())
                .then()
                .statusCode(201)
                .extract()
                .path("data.key_id"));
    }

    @Nested
    class Returns200 {

        @Test
        void withoutKeyAndHash() {
            String answer = list().spec(success(200))
                    .body("data.next_cursor", nullValue())
                    .body("data.keys.size()", equalTo(1))
                    .body("data.keys[0].size()", equalTo(10))
                    .body("data.keys[0].key_id", equalTo(merchant.keyId().toString()))
                    .body("data.keys[0].key_prefix", equalTo(merchant.apiKey().substring(0, 16)))
                    .body("data.keys[0].allowed_domains", contains("https://" + merchant.shopDomain()))
                    .body("data.keys[0].status", equalTo("active"))
                    .body("data.keys[0].expires_at", nullValue())
                    .body("data.keys[0].revoked_at", nullValue())
                    .extract()
                    .asString();
            assertThat(answer).doesNotContain(merchant.apiKey().substring(16));
            assertThat(answer)
                    .doesNotContain(Merchant.ask(
                            "SELECT key_hash FROM gateway.store_api_keys WHERE id = ?::uuid",
                            merchant.keyId().toString()));
        }

        @Test
        void withTheStatusOfEachKey() {
            UUID revoked = issue();
            operator().delete(KEYS + "/{key}", merchant.storeId(), revoked);
            UUID expired = issue();
            operator().body(Map.of("grace_seconds", 0)).post(KEYS + "/{key}/rotate", merchant.storeId(), expired);
            operator().post(KEYS + "/{key}/rotate", merchant.storeId(), merchant.keyId());
            list().body("data.keys.status", contains("active", "active", "expired", "revoked", "rotated"));
        }

        @Test
        void inPagesNewestFirstForThisStoreOnly() {
            List<String> issued = new ArrayList<>(List.of(merchant.keyId().toString()));
            for (int i = 0; i < 4; i++) {
                Merchant.inAbsorbMode();
                issued.add(issue().toString());
            }
            List<String> read = new ArrayList<>();
            String cursor = null;
            do {
                var request = operator().queryParam("limit", 2);
                var page = (cursor == null ? request : request.queryParam("cursor", cursor))
                        .get(KEYS, merchant.storeId())
                        .then()
                        .spec(success(200))
                        .extract()
                        .jsonPath();
                read.addAll(page.getList("data.keys.key_id"));
                cursor = page.getString("data.next_cursor");
            } while (cursor != null);
            assertThat(read).isEqualTo(issued.reversed());
        }

        @Test
        void forAStoreWithoutAKey() {
            String store = operator()
                    .body(Map.of("shop_domain", "shop-" + UUID.randomUUID() + ".example.com"))
                    .post("/admin/v1/stores")
                    .path("data.store_id");
            operator().get(KEYS, store).then().spec(success(200)).body("data.keys", empty());
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(strings = {"limit=0", "limit=101", "limit=x", "cursor=x"})
        void refusesInvalidPageParameters(String query) {
            operator().get(KEYS + "?" + query, merchant.storeId()).then().spec(refusal(400, "VALIDATION_ERROR"));
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutTheAdminToken() {
            given().get(KEYS, merchant.storeId()).then().spec(refusal(401, "INVALID_API_KEY"));
            merchant.calls().get(KEYS, merchant.storeId()).then().spec(refusal(401, "INVALID_API_KEY"));
        }
    }

    @Nested
    class Returns404 {

        @ParameterizedTest
        @ValueSource(strings = {"0190a000-0000-7000-8000-000000000000", "not-a-uuid"})
        void forAnUnknownStore(String id) {
            operator().get(KEYS, id).then().spec(refusal(404, "NOT_FOUND"));
        }
    }

    @Test
    void refusesOtherMethods() {
        operator().put(KEYS, merchant.storeId()).then().spec(refusal(405, "METHOD_NOT_ALLOWED"));
    }
}
