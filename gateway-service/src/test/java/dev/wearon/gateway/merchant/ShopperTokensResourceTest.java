package dev.wearon.gateway.merchant;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ShopperTokensResourceTest {

    private static final String PATH = "/api/v1/shopper-tokens";
    private static final String ORIGIN = "\"origin\":\"https://shop.example.com\"";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
    }

    private ValidatableResponse request(String json) {
        return request(merchant, json);
    }

    private static ValidatableResponse request(Merchant store, String json) {
        return store.calls().contentType(ContentType.JSON).body(json).post(PATH).then();
    }

    private ValidatableResponse refused(String json) {
        return request(json).spec(refusal(400, "VALIDATION_ERROR"));
    }

    private static String stored(String token, String column) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        return ask(
                "SELECT " + column + "::text FROM gateway.shopper_tokens WHERE token_hash = ?",
                HexFormat.of().formatHex(hash));
    }

    private static String tokenOf(ValidatableResponse issued) {
        return issued.spec(success(201)).extract().path("data.token");
    }

    @Nested
    class Returns201 {

        @Test
        void showsTheTokenOnceAndStoresItsHash() throws Exception {
            Instant before = Instant.now();
            var issued = request(
                            "{\"shopper_email\":\"  Ann@Example.COM \",\"origin\":\"HTTPS://Shop.Example.com:443/\","
                                    + "\"max_generations\":20,\"expires_in\":900}")
                    .spec(success(201))
                    .header("Cache-Control", "no-store")
                    .body("data.token", matchesPattern("wst_[0-9a-f]{32}"));
            String token = tokenOf(issued);
            Instant expiresAt = Instant.parse(issued.extract().path("data.expires_at"));
            assertThat(expiresAt)
                    .isBetween(before.plusSeconds(890), Instant.now().plusSeconds(910));
            assertThat(stored(token, "shopper")).isEqualTo("ann@example.com");
            assertThat(stored(token, "origin")).isEqualTo("https://shop.example.com");
            assertThat(stored(token, "max_generations")).isEqualTo("20");
            assertThat(stored(token, "store_id")).isEqualTo(merchant.storeId().toString());
            assertThat(stored(token, "key_id")).isEqualTo(merchant.keyId().toString());
            assertThat(ask(
                            "SELECT count(*) FROM gateway.shopper_tokens AS tokens WHERE tokens::text LIKE ?",
                            "%" + token.substring(4) + "%"))
                    .isEqualTo("0");
            assertThat(LogFile.holding("POST " + PATH + " 201")).doesNotContain("wst_", "ann@example.com");
        }

        @Test
        void isForThreeTryOnsInTenMinutesByDefault() throws Exception {
            Instant before = Instant.now();
            var issued = request("{" + ORIGIN + ",\"shopper_email\":null,\"shopper_ref\":null,\"max_generations\":null,"
                    + "\"expires_in\":null}");
            String token = tokenOf(issued);
            assertThat(Duration.between(before, Instant.parse(issued.extract().path("data.expires_at"))))
                    .isBetween(Duration.ofSeconds(590), Duration.ofSeconds(610));
            assertThat(stored(token, "max_generations")).isEqualTo("3");
            assertThat(stored(token, "shopper")).isNull();
        }

        @Test
        void keepsAReferenceApartFromAddresses() throws Exception {
            String token = tokenOf(request("{" + ORIGIN + ",\"shopper_ref\":\"customer:4711\"}"));
            assertThat(stored(token, "shopper")).isEqualTo("ref:customer:4711");
        }

        @Test
        void countsAgainstTheLimitsOfTheStore() {
            merchant = Merchant.inAbsorbMode();
            request("{" + ORIGIN + "}").spec(success(201)).header("RateLimit", startsWith("\"minute\";r="));
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"max_generations\":0 | max_generations",
                    "\"max_generations\":21 | max_generations",
                    "\"max_generations\":1.5 | max_generations",
                    "\"max_generations\":\"3\" | max_generations",
                    "\"expires_in\":0 | expires_in",
                    "\"expires_in\":901 | expires_in",
                    "\"shopper_email\":\"\" | shopper_email",
                    "\"shopper_email\":\"ann\" | shopper_email",
                    "\"shopper_email\":\"a@b.c, d@e.f\" | shopper_email",
                    "\"shopper_email\":7 | shopper_email",
                    "\"shopper_email\":\"ann\u200b@example.com\" | U+200B",
                    "\"shopper_ref\":\"\" | shopper_ref",
                    "\"shopper_ref\":\"a b\" | shopper_ref",
                    "\"shopper_ref\":\"Customer-1\" | shopper_ref",
                    "\"shopper_ref\":\"-1\" | shopper_ref",
                    "\"shopper_ref\":\"ann@example.com\" | shopper_ref",
                    "\"shopper_ref\":\"caf\u00e9\" | shopper_ref",
                    "\"shopper_ref\":\"r\",\"shopper_email\":\"a@b.c\" | not both",
                    "\"seed\":4 | seed is not a field of this request",
                })
        void namesTheField(String field, String named) {
            refused("{" + ORIGIN + "," + field + "}").body("error.message", containsString(named));
        }

        @Test
        void limitsAReferenceTo128Characters() {
            request("{" + ORIGIN + ",\"shopper_ref\":\"" + "r".repeat(128) + "\"}")
                    .spec(success(201));
            refused("{" + ORIGIN + ",\"shopper_ref\":\"" + "r".repeat(129) + "\"}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"*", "null", "", "shop.example.com", "http://shop.example.com", "https://shop.example.com/a"
                })
        void forAnythingThatIsNoOrigin(String origin) {
            refused("{\"origin\":\"" + origin + "\"}").body("error.message", startsWith("origin must be the origin"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{}", "[]", "null", "{\"origin\":null}"})
        void withoutAnOrigin(String json) {
            refused(json);
        }

        @Test
        void ifTheShopperPaysAndIsNotNamed() {
            Merchant reseller = Merchant.with(Map.of("billing_mode", "resell_mode"));
            request(reseller, "{" + ORIGIN + "}")
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", endsWith("Send shopper_email or shopper_ref."));
            request(reseller, "{" + ORIGIN + ",\"shopper_ref\":\"4711\"}").spec(success(201));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ann@example.com", ""})
        void ifAHeaderNamesTheShopper(String email) {
            merchant.calls()
                    .contentType(ContentType.JSON)
                    .header("x-shopper-email", email)
                    .body("{" + ORIGIN + ",\"shopper_email\":\"ann@example.com\"}")
                    .post(PATH)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", startsWith("Name the shopper in the body"));
        }

        @Test
        void ifAnonymousShoppersMayCreateNothing() {
            merchant = Merchant.inAbsorbMode();
            sql(
                    "UPDATE gateway.stores SET anonymous_per_day = 0 WHERE id = ?::uuid",
                    merchant.storeId().toString());
            request("{" + ORIGIN + "}")
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", endsWith("Send shopper_email or shopper_ref."));
            request("{" + ORIGIN + ",\"shopper_ref\":\"4711\"}").spec(success(201));
        }

        @Test
        void ifTheStoreRequiresShoppers() {
            merchant = Merchant.inAbsorbMode();
            sql(
                    "UPDATE gateway.stores SET require_shopper_email = true WHERE id = ?::uuid",
                    merchant.storeId().toString());
            request("{" + ORIGIN + "}")
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", endsWith("Send shopper_email or shopper_ref."));
            request("{" + ORIGIN + ",\"shopper_email\":\"a@b.c\"}").spec(success(201));
        }
    }

    @Test
    void returns401ForAToken() {
        merchant.shops(merchant.shopperToken(Map.of()))
                .contentType(ContentType.JSON)
                .body("{" + ORIGIN + "}")
                .post(PATH)
                .then()
                .spec(refusal(401, "INVALID_API_KEY"));
    }
}
