package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.shopify.Signatures;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTokensTest {

    private static final String SECRET = "the-secret-of-the-app";
    private static final String BEFORE = "the-secret-of-yesterday";
    private static final String APP = "an-app";
    private static final String SHOP = "a.myshopify.com";
    private static final Instant NOW = Instant.parse("2026-12-03T10:00:00Z");

    private static final SessionTokens TOKENS = new SessionTokens(
            new ShopifyApp(new SmallRyeConfigBuilder()
                    .withConverters(new Converter<?>[] {new DurationConverter()})
                    .withMapping(ShopifyConfig.class)
                    .withSources(new PropertiesConfigSource(
                            Map.of(
                                    "wearon.shopify.client-id", APP,
                                    "wearon.shopify.client-secret", SECRET,
                                    "wearon.shopify.client-secret-before", BEFORE,
                                    "wearon.shopify.token-keys", "a-key-of-the-tests-that-encrypts-tokens"),
                            "test",
                            100))
                    .build()
                    .getConfigMapping(ShopifyConfig.class)),
            InstantSource.fixed(NOW));

    private static Optional<String> shop(String token) {
        return TOKENS.check(List.of("Bearer " + token))
                .map(session -> session.shop().name());
    }

    private static String claims(String iss, String dest, String aud, long nbf, long exp) {
        return "{\"iss\":\"%s\",\"dest\":\"%s\",\"aud\":\"%s\",\"nbf\":%d,\"exp\":%d}"
                .formatted(iss, dest, aud, NOW.getEpochSecond() + nbf, NOW.getEpochSecond() + exp);
    }

    private static String valid() {
        return claims("https://" + SHOP + "/admin", "https://" + SHOP, APP, 0, 60);
    }

    @Test
    void acceptsBothSecrets() {
        assertThat(shop(Signatures.sessionToken(SECRET, APP, SHOP, NOW))).contains(SHOP);
        assertThat(shop(Signatures.token(BEFORE, valid()))).contains(SHOP);
        assertThat(shop(Signatures.token("another-secret-of-nobody", valid()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,60,true", "10,70,true", "11,71,false", "-69,-9,true", "-70,-10,false", "-3600,-3540,false"})
    void allowsTenSecondsOfSkew(long nbf, long exp, boolean accepted) {
        String token = Signatures.token(SECRET, claims("https://" + SHOP + "/admin", "https://" + SHOP, APP, nbf, exp));
        assertThat(shop(token).isPresent()).isEqualTo(accepted);
    }

    @Test
    void theShopIsTheSameInBothClaimsAndAShop() {
        for (String[] wrong : new String[][] {
            {"https://b.myshopify.com/admin", "https://" + SHOP, APP},
            {"https://" + SHOP + "/admin", "https://b.myshopify.com", APP},
            {"https://evil.com/admin", "https://evil.com", APP},
            {SHOP + "/admin", SHOP, APP},
            {"http://" + SHOP + "/admin", "http://" + SHOP, APP},
            {"https://" + SHOP + "/admin", "https://" + SHOP, "another-app"},
            {"https://" + SHOP + "/x/admin", "https://" + SHOP + "/x", APP},
        }) {
            assertThat(shop(Signatures.token(SECRET, claims(wrong[0], wrong[1], wrong[2], 0, 60))))
                    .as(String.join(" ", wrong))
                    .isEmpty();
        }
    }

    @Test
    void claimsHaveTheRightTypes() {
        for (String changed : List.of(
                valid().replace("\"aud\":\"an-app\"", "\"aud\":[\"an-app\"]"),
                valid().replaceAll("\"exp\":[0-9]+", "\"exp\":\"9999999999\""),
                valid().replaceAll("\"exp\":[0-9]+", "\"exp\":1e400"),
                valid().replaceAll(",\"exp\":[0-9]+", ""),
                valid().replaceAll("\"nbf\":[0-9]+,", ""),
                "[]",
                "null",
                "no json")) {
            assertThat(shop(Signatures.token(SECRET, changed))).as(changed).isEmpty();
        }
    }

    @Test
    void noOtherAlgorithmIsKnown() {
        String[] parts = Signatures.token(SECRET, valid()).split("\\.");
        for (String header : List.of("{\"alg\":\"none\"}", "{\"alg\":\"HS512\"}", "{\"alg\":\"hs256\"}", "{}")) {
            String other =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
            assertThat(shop(other + "." + parts[1] + ".")).isEmpty();
            assertThat(shop(other + "." + parts[1] + "." + parts[2])).isEmpty();
        }
        assertThat(shop(parts[0] + "." + parts[1] + ".")).isEmpty();
        assertThat(shop(parts[0] + "." + parts[1])).isEmpty();
        assertThat(shop(String.join(".", parts) + ".x")).isEmpty();
        assertThat(shop("")).isEmpty();
    }

    @Test
    void thereIsExactlyOneHeader() {
        String bearer = "Bearer " + Signatures.token(SECRET, valid());
        assertThat(TOKENS.check(List.of(bearer))).isPresent();
        assertThat(TOKENS.check(List.of())).isEmpty();
        assertThat(TOKENS.check(List.of(bearer, bearer))).isEmpty();
        assertThat(TOKENS.check(List.of(bearer.substring(7)))).isEmpty();
    }

    @Test
    void isNotShownInALog() {
        String token = Signatures.token(SECRET, valid());
        assertThat(TOKENS.check(List.of("Bearer " + token)).orElseThrow())
                .asString()
                .contains(SHOP)
                .doesNotContain(token);
    }
}
