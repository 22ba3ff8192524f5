package dev.wearon.gateway.keys;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The name, the scopes and the planned end of a key. */
@QuarkusTest
class KeyTermsTest {

    private static final String KEYS = "/admin/v1/stores/{id}/api-keys";
    private static final String BALANCE = "/api/v1/credits/balance";
    private static final List<String> DEFAULT_SCOPES = List.of(
            "generations:write", "generations:read", "credits:read", "shoppers:read", "store:read", "store:write");

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        FakeServices.credits().answers(200, "{\"balance\":3}");
    }

    private ValidatableResponse issue(Map<String, ?> body) {
        return operator().body(body).post(KEYS, merchant.storeId()).then();
    }

    private ValidatableResponse list() {
        return operator().get(KEYS, merchant.storeId()).then().spec(success(200));
    }

    private ValidatableResponse rotate(String keyId, int graceSeconds) {
        return operator()
                .body(Map.of("grace_seconds", graceSeconds))
                .post(KEYS + "/{key}/rotate", merchant.storeId(), keyId)
                .then();
    }

    private static int statusWith(String key) {
        return given().header("Authorization", "Bearer " + key).get(BALANCE).statusCode();
    }

    @Nested
    class Returns201 {

        @Test
        void keepsNameScopesAndPlannedEnd() {
            Instant end = Instant.now().plus(90, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
            issue(Map.of(
                            "name", "  Kasse Größe 1 ",
                            "scopes", List.of("generations:read", "shopper-tokens:mint", "generations:read"),
                            "expires_at", end.toString()))
                    .spec(success(201))
                    .body("data.name", equalTo("Kasse Größe 1"))
                    .body("data.scopes", contains("generations:read", "shopper-tokens:mint"))
                    .body("data.expires_at", equalTo(end.toString()));
            list().body("data.keys[0].name", equalTo("Kasse Größe 1"))
                    .body("data.keys[0].scopes", contains("generations:read", "shopper-tokens:mint"))
                    .body("data.keys[0].expires_at", equalTo(end.toString()))
                    .body("data.keys[0].status", equalTo("active"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"{}", "{\"name\":null,\"scopes\":null,\"expires_at\":null,\"allowed_domains\":null}"})
        void mayDoWhatAKeyCouldAlwaysDo(String body) {
            operator()
                    .body(body)
                    .post(KEYS, merchant.storeId())
                    .then()
                    .spec(success(201))
                    .body("data.name", nullValue())
                    .body("data.scopes", equalTo(DEFAULT_SCOPES))
                    .body("data.expires_at", nullValue());
        }

        @Test
        void writesThemToTheChangelog() {
            String id = issue(Map.of(
                            "name",
                            "till",
                            "scopes",
                            List.of("credits:read"),
                            "expires_at",
                            "2031-05-06T07:08:09+02:00"))
                    .extract()
                    .path("data.key_id");
            assertThat(ask(
                            "SELECT concat_ws(' ', after ->> 'name', after ->> 'scopes', after ->> 'expires_at')"
                                    + " FROM gateway.audit WHERE action = 'key.issued' AND subject = ?",
                            id))
                    .isEqualTo("till [\"credits:read\"] 2031-05-06T05:08:09Z");
        }

        @Test
        void endsAsPlannedAlsoInTheCache() {
            Instant end = Instant.now().plusSeconds(4);
            String key = issue(Map.of("expires_at", end.toString())).extract().path("data.api_key");
            assertThat(statusWith(key)).isEqualTo(200);
            Instant asked = Instant.now();
            Instant lastSuccess = asked;
            Instant answered = asked;
            for (int status = 200; status == 200; status = statusWith(key), answered = Instant.now()) {
                lastSuccess = asked;
                asked = Instant.now();
                assertThat(asked).isBefore(end.plusSeconds(20));
            }
            assertThat(statusWith(key)).isEqualTo(401);
            // A call may take long: only its end is after the expiry, if it is refused.
            assertThat(lastSuccess).isBefore(end.plusMillis(50));
            assertThat(answered).isAfter(end.minusMillis(50));
            list().body("data.keys[0].status", equalTo("expired"));
        }
    }

    @Nested
    class ARotation {

        @Test
        void keepsNameScopesAndPlannedEnd() {
            Instant end = Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MICROS);
            JsonPath old = issue(Map.of("name", "till", "scopes", List.of("store:read"), "expires_at", end.toString()))
                    .extract()
                    .jsonPath();
            JsonPath successor = rotate(old.getString("data.key_id"), 60)
                    .spec(success(201))
                    .body("data.name", equalTo("till"))
                    .body("data.scopes", contains("store:read"))
                    .body("data.expires_at", equalTo(end.toString()))
                    .extract()
                    .jsonPath();
            list().body("data.keys.status[0, 1]", contains("active", "rotated"))
                    .body("data.keys[0].key_id", equalTo(successor.getString("data.key_id")))
                    .body("data.keys[0].name", equalTo("till"));
            assertThat(ask(
                            "SELECT before ->> 'expires_at' FROM gateway.audit"
                                    + " WHERE action = 'key.rotated' AND subject = ?",
                            old.getString("data.key_id")))
                    .isEqualTo(end.toString());
        }

        @Test
        void doesNotPutOffThePlannedEndOfTheOldKey() {
            Instant end = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MICROS);
            String old = issue(Map.of("expires_at", end.toString())).extract().path("data.key_id");
            rotate(old, 3_600).spec(success(201)).body("data.replaced_key_expires_at", equalTo(end.toString()));
            list().body("data.keys[1].status", equalTo("rotated"));
            rotate(old, 60).spec(refusal(409, "KEY_INACTIVE"));
        }
    }

    @Nested
    class Returns400 {

        @Test
        void namesAnUnknownScopeAndTheKnownOnes() {
            issue(Map.of("scopes", List.of("credits:read", "credits:write")))
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("'credits:write'"))
                    .body("error.message", containsString("generations:write, generations:read, credits:read,"))
                    .body("error.message", containsString("images:keep."));
        }

        @Test
        void refusesNoScopesAndTooMany() {
            for (List<String> scopes : List.of(List.<String>of(), Collections.nCopies(51, "credits:read"))) {
                issue(Map.of("scopes", scopes))
                        .spec(refusal(400, "VALIDATION_ERROR"))
                        .body("error.message", containsString("scopes"));
            }
            operator()
                    .body("{\"scopes\":[null]}")
                    .post(KEYS, merchant.storeId())
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "  ",
                    "two\nlines",
                    "a\u0000b",
                    "zero\u200bwidth",
                    "line\u2028separator",
                    "half \ud83d",
                    "me@shop.example",
                    "wk_00000000000000000000000000000000",
                    "wst_00000000000000000000000000000000"
                })
        void refusesAnInvalidName(String name) {
            issue(Map.of("name", name))
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("name"));
        }

        @Test
        void countsTheCharactersOfANameAndNotItsUnits() {
            issue(Map.of("name", "\ud83d\ude00".repeat(100))).spec(success(201));
            issue(Map.of("name", "n".repeat(101))).spec(refusal(400, "VALIDATION_ERROR"));
        }

        @ParameterizedTest
        @CsvSource({"-1, SECONDS", "0, SECONDS", "3654, DAYS"})
        void refusesAnEndThatIsPastOrFar(int amount, ChronoUnit unit) {
            refusesTheEnd(Instant.now().plus(amount, unit).toString());
        }

        @ParameterizedTest
        @ValueSource(strings = {"tomorrow", "2030-01-01", "2030-01-01T00:00:00", "1893456000", ""})
        void refusesAnEndThatIsNoTime(String end) {
            refusesTheEnd(end);
        }

        private void refusesTheEnd(String end) {
            issue(Map.of("expires_at", end))
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("expires_at"));
        }
    }

    /** The previous version of the service knows neither names nor scopes, and marks a rotation only by the end. */
    @Nested
    class ThePreviousVersion {

        private String insertAsBefore() {
            String id = UUID.randomUUID().toString();
            sql(
                    "INSERT INTO gateway.store_api_keys (id, store_id, key_hash, key_prefix, allowed_domains)"
                            + " VALUES (?::uuid, ?::uuid, encode(sha256(convert_to(?, 'UTF8')), 'hex'), 'wk_0', '{}')",
                    id,
                    merchant.storeId().toString(),
                    id);
            return id;
        }

        @Test
        void issuesKeysWithTheDefaultScopes() {
            insertAsBefore();
            list().body("data.keys[0].name", nullValue())
                    .body("data.keys[0].scopes", equalTo(DEFAULT_SCOPES))
                    .body("data.keys[0].last_used_at", nullValue());
        }

        @Test
        void rotatesKeys() {
            String id = insertAsBefore();
            sql("UPDATE gateway.store_api_keys SET expires_at = now() + INTERVAL '1 hour' WHERE id = ?::uuid", id);
            list().body("data.keys[0].status", equalTo("rotated"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "scopes = '{}', store_api_keys_scopes_check",
        "'scopes = ''{credits:read,credits:write}''', store_api_keys_scopes_check",
        "scopes = '{NULL}', store_api_keys_scopes_check",
        "scopes = NULL, not-null",
        "name = '', store_api_keys_name_check",
        "name = repeat('n'::text; 101), store_api_keys_name_check",
        "name = 'a@b', store_api_keys_name_check",
        "name = E'a\\tb', store_api_keys_name_check"
    })
    void theTableRefuses(String change, String constraint) {
        assertThatThrownBy(() -> sql(
                        "UPDATE gateway.store_api_keys SET " + change.replace(';', ',') + " WHERE id = ?::uuid",
                        merchant.keyId().toString()))
                .hasMessageContaining(constraint);
    }
}
