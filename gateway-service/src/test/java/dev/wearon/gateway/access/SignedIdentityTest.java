package dev.wearon.gateway.access;

import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.gateway.testing.FakeService.Seen;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The identity of the caller that a service receives. */
@QuarkusTest
class SignedIdentityTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String UPLOADS = "/api/v1/storage/uploads";

    @Inject
    JWTParser verifier;

    @BeforeEach
    void answers() {
        credits().answers(200, "{}");
    }

    private JsonWebToken identityOf(Seen seen) throws ParseException {
        return verifier.parse(token(seen));
    }

    private Principal.Store principalOf(Seen seen) throws ParseException {
        try {
            String payload = identityOf(seen).getRawToken().split("\\.")[1];
            byte[] claims = Base64.getUrlDecoder().decode(payload);
            return (Principal.Store) Identities.read(JwtClaims.parse(new String(claims, StandardCharsets.UTF_8)));
        } catch (InvalidJwtException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static String token(Seen seen) {
        assertThat(seen.headers().getAll("Authorization")).hasSize(1);
        assertThat(seen.headers().get("Authorization")).startsWith("Bearer ");
        return seen.headers().get("Authorization").substring("Bearer ".length());
    }

    @Test
    void isSignedByTheGatewayAndContainsTheStoreAndItsTerms() throws ParseException {
        var merchant = Merchant.with(Map.of("billing_mode", "resell_mode", "subscription_tier", "growth"));
        Merchant.sql(
                "UPDATE gateway.stores SET subscription_status = 'trialing' WHERE id = ?::uuid",
                merchant.storeId().toString());
        merchant.calls()
                .header("x-shopper-email", " Ann@Example.COM ")
                .get(BALANCE)
                .then()
                .spec(success(200));

        Seen seen = credits().onlySeen();
        JsonWebToken identity = identityOf(seen);
        assertThat(identity.getIssuer()).isEqualTo("gateway");
        assertThat(identity.getSubject()).isEqualTo(merchant.storeId().toString());
        assertThat(identity.getGroups()).isEqualTo(Set.of(Principal.Store.ROLE));
        assertThat(identity.getExpirationTime() - identity.getIssuedAtTime()).isEqualTo(300);
        assertThat(principalOf(seen))
                .isEqualTo(new Principal.Store(
                        merchant.storeId(),
                        Optional.of(merchant.keyId()),
                        Optional.of("ann@example.com"),
                        new Principal.Terms(
                                Principal.BillingMode.RESELL_MODE,
                                Optional.of("growth"),
                                Optional.of("trialing"),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.of(20),
                                false,
                                Set.of("cdn.shopify.com")),
                        true));
        var header = new JsonObject(
                new String(Base64.getUrlDecoder().decode(token(seen).split("\\.")[0]), StandardCharsets.UTF_8));
        assertThat(header.getString("alg")).isEqualTo("RS256");
        assertThat(header.getString("kid")).startsWith("gateway/");
    }

    /** The upload of an image is for pages too, so the identity says who may keep one. */
    @Test
    void permitsToKeepImagesOnlyWithTheScopeAndFromAServer() throws ParseException {
        storage().answers(201, "{}");
        var merchant = Merchant.inAbsorbMode();
        String page = "https://" + merchant.shopDomain();
        String key = operator()
                .body(Map.of("scopes", List.of("generations:write", "images:keep"), "allowed_domains", List.of(page)))
                .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                .then()
                .statusCode(201)
                .extract()
                .path("data.api_key");
        var request = Map.of("files", List.of());

        given().header("Authorization", "Bearer " + key).body(request).post(UPLOADS);
        given().header("Authorization", "Bearer " + key)
                .header("Origin", page)
                .body(request)
                .post(UPLOADS)
                .then()
                .statusCode(201);
        String without = operator()
                .body(Map.of("scopes", List.of("generations:write")))
                .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                .path("data.api_key");
        given().header("Authorization", "Bearer " + without).body(request).post(UPLOADS);

        List<Boolean> keeps = new ArrayList<>();
        for (Seen seen : storage().seen()) {
            keeps.add(principalOf(seen).keepsImages());
        }
        assertThat(keeps).containsExactly(true, false, false);
    }

    @Test
    void omitsUnknownTerms() throws ParseException {
        var merchant = Merchant.inAbsorbMode();
        merchant.calls()
                .header("x-shopper-email", "not an address")
                .get(BALANCE)
                .then()
                .spec(success(200));
        JsonWebToken identity = identityOf(credits().onlySeen());
        assertThat(identity.containsClaim("shopper_email")).isFalse();
        assertThat(identity.containsClaim("subscription_tier")).isFalse();
        assertThat(identity.containsClaim("subscription_status")).isFalse();
        assertThat(identity.containsClaim("overage_cap_cents")).isFalse();
        assertThat(identity.containsClaim("daily_credit_cap")).isFalse();
    }

    @Test
    void containsTheOverageCapOnlyWhileOverageIsOn() throws ParseException {
        var merchant = Merchant.inAbsorbMode();
        String storeId = merchant.storeId().toString();
        Merchant.sql(
                "UPDATE gateway.stores SET overage_enabled = true, overage_monthly_cap_cents = 2500 WHERE id = ?::uuid",
                storeId);
        assertThat(capInTheIdentityOf(merchant)).hasValue(2_500);

        var switchedOff = Merchant.inAbsorbMode();
        Merchant.sql(
                "UPDATE gateway.stores SET overage_monthly_cap_cents = 2500 WHERE id = ?::uuid",
                switchedOff.storeId().toString());
        assertThat(capInTheIdentityOf(switchedOff)).isEmpty();
    }

    @Test
    void containsChangedTermsWithinASecond() throws Exception {
        var merchant = Merchant.inAbsorbMode();
        assertThat(termsOf(merchant).dailyCreditCap()).isEmpty();
        assertThat(termsOf(merchant).lowCreditsAt()).hasValue(20);

        long changed = System.nanoTime();
        Merchant.operator()
                .body("{\"daily_credit_cap\":7,\"low_credits_at\":0}")
                .patch("/admin/v1/stores/{id}", merchant.storeId())
                .then()
                .spec(success(200));
        Principal.Terms terms = termsOf(merchant);
        while (terms.dailyCreditCap().isEmpty() && System.nanoTime() - changed < 10_000_000_000L) {
            terms = termsOf(merchant);
        }
        assertThat(terms.dailyCreditCap()).hasValue(7);
        assertThat(terms.lowCreditsAt()).hasValue(0);
    }

    private Principal.Terms termsOf(Merchant merchant) throws ParseException {
        credits().answers(200, "{}");
        merchant.calls().get(BALANCE);
        return principalOf(credits().seen().getLast()).terms();
    }

    private Optional<Integer> capInTheIdentityOf(Merchant merchant) throws ParseException {
        credits().answers(200, "{}");
        merchant.calls().get(BALANCE).then().spec(success(200));
        return principalOf(credits().onlySeen()).terms().overageCapCents();
    }

    @Test
    void refusesOverageWithoutACap() {
        String storeId = Merchant.inAbsorbMode().storeId().toString();
        for (String change : List.of(
                "overage_enabled = true",
                "overage_enabled = true, overage_monthly_cap_cents = 0",
                "overage_monthly_cap_cents = -1")) {
            assertThatThrownBy(
                            () -> Merchant.sql("UPDATE gateway.stores SET " + change + " WHERE id = ?::uuid", storeId))
                    .hasMessageContaining("stores_overage_");
        }
    }

    /** An invalid or repeated header must not name a shopper. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann@example.com\r\nx-shopper-email: bob@example.com",
                "ann@example.com, bob@example.com",
                "a nn@example.com",
                "ann@exam\tple.com",
                "ann",
                ""
            })
    void namesNoShopperForAnInvalidHeader(String header) throws ParseException {
        var merchant = Merchant.inAbsorbMode();
        String head = "GET " + BALANCE + " HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer "
                + merchant.apiKey() + "\r\nx-shopper-email: " + header;
        assertThat(RawHttp.send(head, new byte[0]).status()).isEqualTo(200);
        assertThat(principalOf(credits().onlySeen()).shopper()).isEmpty();
    }

    /** Ignored, it would name no shopper; cleaned, it could name another one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u200bann@example.com",
                "an\u00adn@example.com",
                "ann@exam\u202eple.com",
                "ann@example.com\ufeff"
            })
    void refusesAnAddressWithAnInvisibleCharacter(String address) {
        var merchant = Merchant.inAbsorbMode();
        String bytes = new String(address.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String head = "GET " + BALANCE + " HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer "
                + merchant.apiKey() + "\r\nx-shopper-email: " + bytes;
        var answer = RawHttp.send(head, new byte[0]);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"code\":\"VALIDATION_ERROR\"")
                .contains("x-shopper-email contains the invisible character U+")
                .doesNotContain("example.com");
        assertThat(credits().seen()).isEmpty();
    }

    /** Elsewhere such an address is ignored; in a list, that would show the try-ons of all shoppers. */
    @ParameterizedTest
    @ValueSource(strings = {"ann", "", "ann@example.com\r\nx-shopper-email: ben@example.com"})
    void refusesAnUnusableAddressThatSelectsWhatIsListed(String address) {
        var merchant = Merchant.inAbsorbMode();
        String head = "GET /api/v1/generation HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer "
                + merchant.apiKey() + "\r\nx-shopper-email: " + address;
        var answer = RawHttp.send(head, new byte[0]);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"code\":\"VALIDATION_ERROR\"")
                .contains("x-shopper-email must be one e-mail address.");
        assertThat(generation().seen()).noneMatch(seen -> seen.uri().equals("/api/v1/generation"));
    }

    @Test
    void namesTheSameShopperForEverySpelling() throws ParseException {
        var merchant = Merchant.inAbsorbMode();
        Set<String> tokens = new HashSet<>();
        for (String typed : List.of("JOSE\u0301@Example.com", "jos\u00e9@example.com  ", "Jos\u00c9@EXAMPLE.COM")) {
            credits().answers(200, "{}");
            String bytes = new String(typed.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            String head = "GET " + BALANCE + " HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer "
                    + merchant.apiKey() + "\r\nx-shopper-email: " + bytes;
            assertThat(RawHttp.send(head, new byte[0]).status()).isEqualTo(200);
            Seen seen = credits().onlySeen();
            assertThat(principalOf(seen).shopper()).hasValue("jos\u00e9@example.com");
            tokens.add(token(seen));
        }
        assertThat(tokens).hasSize(1);
    }

    @Test
    void isReusedPerStoreAndShopper() throws ParseException {
        var merchant = Merchant.inAbsorbMode();
        var another = Merchant.inAbsorbMode();
        for (int i = 0; i < 3; i++) {
            merchant.calls().get(BALANCE).then().spec(success(200));
            merchant.calls().header("x-shopper-email", "ann@example.com").get(BALANCE);
            merchant.calls().header("x-shopper-email", "bob@example.com").get(BALANCE);
            another.calls().header("x-shopper-email", "ann@example.com").get(BALANCE);
        }
        Set<String> tokens = new HashSet<>();
        Set<Principal.Store> callers = new HashSet<>();
        for (Seen seen : credits().seen()) {
            tokens.add(token(seen));
            callers.add(principalOf(seen));
        }
        assertThat(credits().seen()).hasSize(12);
        assertThat(tokens).hasSize(4);
        assertThat(callers).hasSize(4);
    }

    @Test
    void dropsTheClaimsOfTheClient() {
        var merchant = Merchant.inAbsorbMode();
        merchant.calls()
                .header("X-Request-Id", "kept-1")
                .header("X-Store-Id", "another-store")
                .header("X-Forwarded-For", "10.0.0.1")
                .header("X-Forwarded-Host", "evil.example.com")
                .header("Forwarded", "for=10.0.0.1")
                .header("x-shopper-email", "ann@example.com")
                .header("Cookie", "a=b")
                .header("Proxy-Authorization", "Basic x")
                .header("TE", "trailers")
                .header("Keep-Alive", "timeout=5")
                .header("X-Smuggled", "1")
                .header("Connection", "close, X-Smuggled")
                .header("Idempotency-Key", "key-1")
                .get(BALANCE)
                .then()
                .spec(success(200));
        var headers = credits().onlySeen().headers();
        assertThat(headers.names().stream().map(String::toLowerCase))
                .isSubsetOf(
                        "host",
                        "authorization",
                        "x-request-id",
                        "idempotency-key",
                        "accept",
                        "user-agent",
                        "content-length");
        assertThat(headers.get("X-Request-Id")).isEqualTo("kept-1");
        assertThat(headers.get("Idempotency-Key")).isEqualTo("key-1");
        assertThat(headers.toString()).doesNotContain(merchant.apiKey()).doesNotContain("ann@example.com");
    }
}
