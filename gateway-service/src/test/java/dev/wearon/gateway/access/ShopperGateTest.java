package dev.wearon.gateway.access;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.wearon.gateway.shoppers.TokenCache;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeService.Seen;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.EventClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shopper may do with a token. */
@QuarkusTest
class ShopperGateTest {

    private static final String SESSION = "/api/v1/generation/0190a000-0000-7000-8000-000000000000";

    /** A second is promised, but the machine may be busy. Without news of changes a key is valid for a minute. */
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    TokenCache tokens;

    private Merchant merchant;
    private String token;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        token = merchant.shopperToken(Map.of("shopper_email", "ann@example.com"));
        for (FakeService service : List.of(credits(), generation(), storage())) {
            service.answers(200, "{\"reached\":true}");
        }
    }

    private RequestSpecification shopper() {
        return merchant.shops(token);
    }

    private void assertNothingReached() {
        assertThat(credits().seen()).isEmpty();
        assertThat(generation().seen()).isEmpty();
        assertThat(storage().seen()).isEmpty();
    }

    private static Principal principalOf(Seen seen) throws Exception {
        String payload = seen.headers().get("Authorization").split("\\.")[1];
        byte[] claims = Base64.getUrlDecoder().decode(payload);
        return Identities.read(JwtClaims.parse(new String(claims, StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/storage/uploads, 201",
        "POST, /api/v1/storage/downloads, 200",
        "POST, /api/v1/storage/imports, 201",
        "DELETE, /api/v1/storage/objects/0190a000-0000-7000-8000-000000000000.jpg, 200",
        "POST, /api/v1/generation/create, 201",
        "GET, " + SESSION + ", 200",
        "GET, /api/v1/credits/shopper, 200"
    })
    void mayCallAsItsShopper(String method, String path, int status) throws Exception {
        for (FakeService service : List.of(credits(), generation(), storage())) {
            service.answers(status, "{}");
        }
        Response answer = shopper()
                .header("Idempotency-Key", "a")
                .header("X-Request-Id", "shopper-" + path.hashCode())
                .request(method, path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(merchant.page());
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .contains("X-Request-Id", "RateLimit", "X-Session-Id");
        assertThat(answer.header("RateLimit")).isNotBlank();
        Seen seen = List.of(credits(), generation(), storage()).stream()
                .flatMap(service -> service.seen().stream())
                .findFirst()
                .orElseThrow();
        assertThat(principalOf(seen)).isInstanceOfSatisfying(Principal.ShopperToken.class, shopper -> {
            assertThat(shopper.storeId()).isEqualTo(merchant.storeId());
            assertThat(shopper.keyId()).hasValue(merchant.keyId());
            assertThat(shopper.shopper()).hasValue("ann@example.com");
            assertThat(shopper.tokenId().toString())
                    .isEqualTo(Merchant.ask(
                            "SELECT id::text FROM gateway.shopper_tokens WHERE key_id = ?::uuid",
                            merchant.keyId().toString()));
        });
        assertThat(LogFile.holding("shopper-" + path.hashCode())).doesNotContain("wst_", "ann@example.com");
    }

    @Test
    void namesNoShopperIfTheTokenIsAnonymous() throws Exception {
        token = merchant.shopperToken(Map.of());
        shopper().get(SESSION).then().spec(success(200));
        assertThat(((Principal.ShopperToken) principalOf(generation().onlySeen())).shopper())
                .isEqualTo(Optional.empty());
    }

    @Nested
    class Returns401 {

        @Test
        void forEveryInvalidTokenInTheSameWay() {
            // Under another hash, because the gateway knows the token that it issued.
            String expired = "wst_" + UUID.randomUUID().toString().replace("-", "");
            sql(
                    "UPDATE gateway.shopper_tokens SET expires_at = now(), token_hash = encode(sha256(?::bytea), 'hex')"
                            + " WHERE key_id = ?::uuid",
                    expired,
                    merchant.keyId().toString());
            Set<String> answers = new HashSet<>();
            for (String invalid : List.of(
                    expired,
                    "wst_" + "0".repeat(32),
                    "wst_" + "g".repeat(32),
                    "wst_",
                    token + "0",
                    token.toUpperCase().replace("WST", "wst"))) {
                answers.add(merchant.shops(invalid)
                        .get(SESSION)
                        .then()
                        .spec(refusal(401, "INVALID_API_KEY"))
                        .extract()
                        .path("error.message"));
            }
            assertThat(answers).hasSize(1).first().asString().contains("Request a new one");
            assertNothingReached();
        }

        @ParameterizedTest
        @CsvSource({
            "GET, /api/v1/credits/balance",
            "GET, /api/v1/credits/transactions",
            "GET, /api/v1/stores/analytics",
            "GET, /api/v1/usage",
            "GET, /api/v1/stores/config",
            "PATCH, /api/v1/stores/config",
            "GET, /api/v1/health"
        })
        void onTheRoutesOfTheStore(String method, String path) {
            shopper().request(method, path).then().spec(refusal(401, "INVALID_API_KEY"));
            assertNothingReached();
        }

        @Test
        void forATokenAndAKeyTogether() {
            shopper()
                    .header("Authorization", "Bearer " + merchant.apiKey())
                    .get(SESSION)
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "UPDATE gateway.store_api_keys SET is_active = false WHERE id = '%2$s'",
                    "UPDATE gateway.store_api_keys SET expires_at = now() WHERE id = '%2$s'",
                    "UPDATE gateway.stores SET status = 'inactive' WHERE id = '%1$s'"
                })
        void soonAfterItsKeyHasEnded(String change) {
            shopper().get(SESSION).then().spec(success(200));
            sql(change.formatted(merchant.storeId(), merchant.keyId()));
            Await.until(SOON, () -> shopper().get(SESSION).statusCode(), status -> status == 401);
        }

        /** The test routes of the gateway have a stream; its access is checked every second. */
        @Test
        void forAnOpenStreamWhoseKeyIsRevoked() {
            generation().behavesRaw(request -> request.response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .write(": here\n\n"));
            try (EventClient stream = EventClient.open(
                    TestRoutes.EVENTS, "Authorization: Bearer " + token, "Origin: " + merchant.page())) {
                assertThat(stream.status()).isEqualTo(200);
                stream.reads(": here");
                sql(
                        "UPDATE gateway.store_api_keys SET is_active = false WHERE id = ?::uuid",
                        merchant.keyId().toString());
                assertThat(stream.readsToTheEnd()).isFalse();
            }
        }
    }

    /** Unknown tokens have used up the look-ups, so it cannot be looked up whether the token has expired. */
    @Test
    void endsAnOpenStreamOfAnExpiredTokenAlsoDuringAFlood() throws Exception {
        generation().behavesRaw(request -> request.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .write(": here\n\n"));
        token = merchant.shopperToken(Map.of("expires_in", 2));
        AtomicBoolean isOpen = new AtomicBoolean(true);
        Thread flood = null;
        try (EventClient stream =
                EventClient.open(TestRoutes.EVENTS, "Authorization: Bearer " + token, "Origin: " + merchant.page())) {
            stream.reads(": here");
            flood = Thread.ofVirtual().start(() -> {
                while (isOpen.get()) {
                    String unknown = UUID.randomUUID().toString().replace("-", "");
                    tokens.check(List.of("Bearer wst_" + unknown)).subscribe().with(check -> {}, fault -> {});
                    Thread.yield();
                }
            });
            assertThat(stream.readsToTheEnd()).isFalse();
        } finally {
            isOpen.set(false);
            if (flood != null) {
                flood.join();
            }
            // The other tests need look-ups.
            Await.until(
                    Duration.ofSeconds(10),
                    () -> Stream.generate(() -> merchant.shops("wst_" + "0".repeat(32))
                                    .get(SESSION)
                                    .statusCode())
                            .limit(20)
                            .toList(),
                    statuses -> statuses.stream().allMatch(status -> status == 401));
        }
    }

    @Nested
    class Returns403 {

        private void mismatch(Response answer) {
            answer.then().spec(refusal(403, "DOMAIN_MISMATCH"));
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
            assertNothingReached();
        }

        @Test
        void withoutAnOrigin() {
            mismatch(given().header("Authorization", "Bearer " + token).get(SESSION));
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://stranger.example", "null", "https://shop.example.com:8443"})
        void forAnotherOrigin(String origin) {
            mismatch(given().header("Authorization", "Bearer " + token)
                    .header("Origin", origin)
                    .get(SESSION));
        }

        /** The key allows its page, but the token belongs to another one. */
        @Test
        void forThePageOfTheKeyIfTheTokenHasAnother() {
            token = merchant.shopperToken(Map.of("origin", "https://other.example.com"));
            mismatch(shopper().get(SESSION));
            given().header("Authorization", "Bearer " + token)
                    .header("Origin", "https://other.example.com")
                    .get(SESSION)
                    .then()
                    .spec(success(200));
        }

        @Test
        void forThePageOfAnotherStore() {
            mismatch(Merchant.inAbsorbMode().shops(token).get(SESSION));
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(strings = {"bob@example.com", "ann@example.com", ""})
        void ifTheRequestNamesAShopper(String email) {
            shopper()
                    .header("x-shopper-email", email)
                    .get("/api/v1/credits/shopper")
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .header("Access-Control-Allow-Origin", merchant.page())
                    .body("error.message", containsString("x-shopper-email"));
            assertNothingReached();
        }

        @Test
        void forACreateWithoutAnIdempotencyKey() {
            shopper()
                    .post("/api/v1/generation/create")
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("Idempotency-Key"));
            assertNothingReached();
        }

        @Test
        void forAMalformedIdempotencyKey() {
            shopper()
                    .header("Idempotency-Key", "a b")
                    .post("/api/v1/generation/create")
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString("Idempotency-Key"));
            assertNothingReached();
        }
    }

    @Test
    void preflightsNeedNoToken() {
        Response answer = given().header("Origin", merchant.page())
                .header("Access-Control-Request-Method", "POST")
                .options("/api/v1/generation/create");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(merchant.page());
        assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization", "Idempotency-Key");
    }

    @Test
    void limitsTheShopperOfTheToken() {
        sql(
                "UPDATE gateway.stores SET shopper_creates_per_day = 1 WHERE id = ?::uuid",
                merchant.storeId().toString());
        generation().answers(201, "{}");
        Await.until(
                SOON,
                () -> shopper()
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .post("/api/v1/generation/create")
                        .header("RateLimit-Policy"),
                policy -> policy.contains("shopper"));
        shopper()
                .header("Idempotency-Key", "more")
                .post("/api/v1/generation/create")
                .then()
                .spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
    }
}
