package dev.wearon.gateway.keys;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KeyRotationTest {

    private static final String KEYS = "/admin/v1/stores/{id}/api-keys";
    private static final String ROTATE = KEYS + "/{key}/rotate";
    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String UNKNOWN = "0190a000-0000-7000-8000-000000000000";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        FakeServices.credits().answers(200, "{\"balance\":3}");
    }

    private ValidatableResponse rotate(String body) {
        return operator()
                .body(body)
                .post(ROTATE, merchant.storeId(), merchant.keyId())
                .then();
    }

    private static int statusWith(String key) {
        return given().header("Authorization", "Bearer " + key).get(BALANCE).statusCode();
    }

    private String keysOfTheStore() {
        return ask(
                "SELECT count(*) FROM gateway.store_api_keys WHERE store_id = ?::uuid",
                merchant.storeId().toString());
    }

    @Nested
    class Returns201 {

        @Test
        void issuesANewKeyWhileTheOldOneStaysValid() {
            JsonPath answer = rotate("{\"grace_seconds\":3600}")
                    .spec(success(201))
                    .header("Cache-Control", containsString("no-store"))
                    .body("data.size()", equalTo(9))
                    .body("data.api_key", matchesPattern("wk_[0-9a-f]{32}"))
                    .body("data.allowed_domains", contains("https://" + merchant.shopDomain()))
                    .body("data.replaced_key_id", equalTo(merchant.keyId().toString()))
                    .extract()
                    .jsonPath();
            String key = answer.getString("data.api_key");
            assertThat(key).isNotEqualTo(merchant.apiKey()).startsWith(answer.getString("data.key_prefix"));
            assertThat(Instant.parse(answer.getString("data.replaced_key_expires_at")))
                    .isCloseTo(Instant.now().plusSeconds(3600), within(30, ChronoUnit.SECONDS));
            assertThat(statusWith(key)).isEqualTo(200);
            assertThat(statusWith(merchant.apiKey())).isEqualTo(200);
        }

        @Test
        void expiresTheOldKey() {
            assertThat(statusWith(merchant.apiKey())).isEqualTo(200);
            JsonPath answer =
                    rotate("{\"grace_seconds\":2}").statusCode(201).extract().jsonPath();
            Instant end = Instant.parse(answer.getString("data.replaced_key_expires_at"));
            Instant lastSuccess = Instant.now();
            Instant asked = lastSuccess;
            Instant answered = lastSuccess;
            for (int status = 200; status == 200; status = statusWith(merchant.apiKey()), answered = Instant.now()) {
                lastSuccess = asked;
                asked = Instant.now();
                assertThat(asked).isBefore(end.plusSeconds(20));
            }
            assertThat(statusWith(merchant.apiKey())).isEqualTo(401);
            // Test and services share a clock. A call may take long: only its end is after the expiry, if it is
            // refused.
            assertThat(lastSuccess).isBefore(end.plusMillis(50));
            assertThat(answered).isAfter(end.minusMillis(50));
            assertThat(statusWith(answer.getString("data.api_key"))).isEqualTo(200);
        }

        @Test
        void endsTheOldKeySoonWithoutGrace() {
            assertThat(statusWith(merchant.apiKey())).isEqualTo(200);
            rotate("{\"grace_seconds\":0}").statusCode(201);
            // A second is promised, but the machine may be busy.
            Await.until(Duration.ofSeconds(20), () -> statusWith(merchant.apiKey()), status -> status == 401);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{}", "{\"grace_seconds\":null}"})
        void hasADefaultGraceOfADay(String body) {
            String end = rotate(body).statusCode(201).extract().path("data.replaced_key_expires_at");
            assertThat(Instant.parse(end)).isCloseTo(Instant.now().plusSeconds(86_400), within(30, ChronoUnit.SECONDS));
        }

        @Test
        void writesBothKeysToTheChangelogWithoutSecrets() {
            JsonPath answer = rotate("{}").statusCode(201).extract().jsonPath();
            assertThat(ask("""
                            SELECT concat_ws(' ', before ->> 'expires_at' IS NULL,
                                             (after ->> 'expires_at')::TIMESTAMPTZ = expires_at, after ->> 'replaced_by')
                              FROM gateway.audit JOIN gateway.store_api_keys AS keys ON keys.id::TEXT = subject
                             WHERE action = 'key.rotated' AND subject = ?
                            """, merchant.keyId().toString())).isEqualTo("t t " + answer.getString("data.key_id"));
            assertThat(ask(
                            "SELECT count(*) FROM gateway.audit AS a WHERE strpos(a::TEXT, ?) > 0",
                            answer.getString("data.api_key")))
                    .isEqualTo("0");
        }

        @Test
        void allowsToRotateTheSuccessor() {
            String successor = rotate("{}").statusCode(201).extract().path("data.key_id");
            operator().post(ROTATE, merchant.storeId(), successor).then().spec(success(201));
            assertThat(keysOfTheStore()).isEqualTo("3");
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"grace_seconds\":-1}     | grace_seconds",
                    "{\"grace_seconds\":2592001}| grace_seconds",
                    "{\"grace_seconds\":\"x\"}  | ",
                    "{\"store_id\":\"x\"}       | store_id",
                    "[]                         | "
                })
        void refusesAnInvalidGrace(String body, String named) {
            rotate(body)
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString(named == null ? "" : named));
            assertThat(keysOfTheStore()).isEqualTo("1");
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutTheAdminToken() {
            merchant.calls()
                    .post(ROTATE, merchant.storeId(), merchant.keyId())
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
            assertThat(keysOfTheStore()).isEqualTo("1");
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAKeyOfAnotherStoreLikeForAMissingOne() {
            Merchant other = Merchant.inAbsorbMode();
            List<String> answers = List.of(
                    notFound(other.storeId(), merchant.keyId()),
                    notFound(other.storeId(), UNKNOWN),
                    notFound(UNKNOWN, merchant.keyId()));
            assertThat(answers).containsOnly(answers.getFirst());
            assertThat(keysOfTheStore()).isEqualTo("1");
        }

        private static String notFound(Object storeId, Object keyId) {
            return operator()
                    .post(ROTATE, storeId, keyId)
                    .then()
                    .spec(refusal(404, "NOT_FOUND"))
                    .extract()
                    .asString();
        }
    }

    @Nested
    class Returns409 {

        @Test
        void forARevokedKey() {
            operator().delete(KEYS + "/{key}", merchant.storeId(), merchant.keyId());
            rotate("{}").spec(refusal(409, "KEY_INACTIVE"));
            assertThat(keysOfTheStore()).isEqualTo("1");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 3600})
        void forASecondRotation(int grace) {
            String end = rotate("{\"grace_seconds\":" + grace + "}").extract().path("data.replaced_key_expires_at");
            rotate("{}").spec(refusal(409, "KEY_INACTIVE"));
            assertThat(keysOfTheStore()).isEqualTo("2");
            operator()
                    .get(KEYS, merchant.storeId())
                    .then()
                    .body("data.keys[1].key_id", equalTo(merchant.keyId().toString()))
                    .body("data.keys[1].expires_at", equalTo(end));
        }

        @Test
        void forAllButOneOfConcurrentRotations() {
            try (var threads = Executors.newFixedThreadPool(8)) {
                List<CompletableFuture<Integer>> answers = IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.supplyAsync(
                                () -> rotate("{}").extract().statusCode(), threads))
                        .toList();
                assertThat(answers.stream().map(CompletableFuture::join).sorted())
                        .containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
            }
            assertThat(keysOfTheStore()).isEqualTo("2");
        }
    }
}
