package dev.wearon.gateway.keys;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KeyRevocationTest {

    private static final String KEY = "/admin/v1/stores/{id}/api-keys/{key}";
    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String UNKNOWN = "0190a000-0000-7000-8000-000000000000";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        FakeServices.credits().answers(200, "{\"balance\":3}");
    }

    private ValidatableResponse revoke(Object storeId, Object keyId) {
        return operator()
                .header("X-Request-Id", "revocation-" + merchant.storeId())
                .delete(KEY, storeId, keyId)
                .then();
    }

    private String column(String name) {
        return ask(
                "SELECT " + name + " FROM gateway.store_api_keys WHERE id = ?::uuid",
                merchant.keyId().toString());
    }

    @Nested
    class Returns200 {

        @Test
        void revokesTheKeyAndReturnsTheTime() {
            merchant.calls().get(BALANCE).then().spec(success(200));
            String answer = revoke(merchant.storeId(), merchant.keyId())
                    .spec(success(200))
                    .body("data.key_id", equalTo(merchant.keyId().toString()))
                    .body("data.status", equalTo("revoked"))
                    .body("data.revoked_at", notNullValue())
                    .extract()
                    .asString();
            assertThat(answer).doesNotContain(merchant.apiKey().substring(16));
            assertThat(column("is_active")).isEqualTo("f");
            // A second is promised, but the machine may be busy.
            Await.until(
                    Duration.ofSeconds(20), () -> merchant.calls().get(BALANCE).statusCode(), status -> status == 401);
        }

        @Test
        void aRepeatChangesNothing() {
            String first = revoke(merchant.storeId(), merchant.keyId())
                    .statusCode(200)
                    .extract()
                    .path("data.revoked_at");
            revoke(merchant.storeId(), merchant.keyId()).spec(success(200)).body("data.revoked_at", equalTo(first));
            assertThat(entries("key.revoked")).isEqualTo("1");
        }

        @Test
        void writesAChangelogEntry() {
            revoke(merchant.storeId(), merchant.keyId()).statusCode(200);
            assertThat(ask("""
                            SELECT concat_ws(' ', who ~ '^operator-[0-9a-f]{8}$', audit.store_id, before ->> 'revoked_at' IS NULL,
                                             (after ->> 'revoked_at')::TIMESTAMPTZ = revoked_at, request_id)
                              FROM gateway.audit AS audit JOIN gateway.store_api_keys AS keys ON keys.id::TEXT = subject
                             WHERE action = 'key.revoked' AND subject = ?
                            """, merchant.keyId().toString()))
                    .isEqualTo("t %s t t revocation-%s".formatted(merchant.storeId(), merchant.storeId()));
        }
    }

    private String entries(String action) {
        return ask(
                "SELECT count(*) FROM gateway.audit WHERE action = ? AND subject = ?",
                action,
                merchant.keyId().toString());
    }

    @Nested
    class Returns401 {

        @Test
        void withoutTheAdminToken() {
            given().delete(KEY, merchant.storeId(), merchant.keyId()).then().spec(refusal(401, "INVALID_API_KEY"));
            merchant.calls()
                    .delete(KEY, merchant.storeId(), merchant.keyId())
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
            assertThat(column("is_active")).isEqualTo("t");
        }
    }

    @Nested
    class Returns404 {

        /** The responses are equal, so that they do not reveal the owner of a key. */
        @Test
        void forAKeyOfAnotherStoreLikeForAMissingOne() {
            Merchant other = Merchant.inAbsorbMode();
            String foreign = message(revoke(other.storeId(), merchant.keyId()));
            assertThat(foreign)
                    .isEqualTo(message(revoke(other.storeId(), UNKNOWN)))
                    .isEqualTo(message(revoke(UNKNOWN, merchant.keyId())));
            assertThat(column("is_active")).isEqualTo("t");
            assertThat(entries("key.revoked")).isEqualTo("0");
        }

        private static String message(ValidatableResponse answer) {
            return answer.spec(refusal(404, "NOT_FOUND")).extract().path("error.message");
        }

        @ParameterizedTest
        @ValueSource(strings = {"not-a-uuid", "wk_00000000000000000000000000000000"})
        void forAnUnknownKey(String id) {
            revoke(merchant.storeId(), id).spec(refusal(404, "NOT_FOUND"));
        }
    }

    @Nested
    class TheTable {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "is_active = true, revoked_at = NULL",
                    "is_active = true",
                    "revoked_at = now() + INTERVAL '1 day'",
                    "expires_at = NULL",
                    "expires_at = now() + INTERVAL '1 day'"
                })
        void refusesToReactivateAKey(String change) {
            String id = merchant.keyId().toString();
            sql("UPDATE gateway.store_api_keys SET expires_at = now() WHERE id = ?::uuid", id);
            revoke(merchant.storeId(), merchant.keyId()).statusCode(200);
            assertThatThrownBy(() -> sql("UPDATE gateway.store_api_keys SET " + change + " WHERE id = ?::uuid", id))
                    .hasMessageMatching("(?s).*(API key|store_api_keys_revoked_check).*");
        }

        @Test
        void refusesToMoveAKeyToAnotherStore() {
            String other = Merchant.inAbsorbMode().storeId().toString();
            String id = merchant.keyId().toString();
            for (List<String> change :
                    List.of(List.of("store_id = ?::uuid", other), List.of("key_hash = ?", UUID.randomUUID() + ""))) {
                assertThatThrownBy(() -> sql(
                                "UPDATE gateway.store_api_keys SET " + change.getFirst() + " WHERE id = ?::uuid",
                                change.getLast(),
                                id))
                        .hasMessageContaining("stays what it is and whose it is");
            }
        }

        @Test
        void recordsTheTimeOfEveryChange() {
            String before = column("changed_at");
            sql(
                    "UPDATE gateway.store_api_keys SET key_prefix = key_prefix WHERE id = ?::uuid",
                    merchant.keyId().toString());
            assertThat(column("changed_at")).isNotEqualTo(before);
            String store = merchant.storeId().toString();
            String query = "SELECT changed_at FROM gateway.stores WHERE id = ?::uuid";
            String storeBefore = ask(query, store);
            sql("UPDATE gateway.stores SET status = status WHERE id = ?::uuid", store);
            assertThat(ask(query, store)).isNotEqualTo(storeBefore);
        }
    }
}
