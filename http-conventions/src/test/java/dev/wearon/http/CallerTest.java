package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.util.KeyUtils;
import java.math.BigDecimal;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads real signed tokens, since a claim has the type that their parser gives it. */
class CallerTest {

    private static final UUID STORE = UUID.fromString("0193c0de-0000-7000-8000-000000000001");
    private static final KeyPair KEYS = keys();

    @Test
    void readsEveryTerm() throws ParseException {
        JsonWebToken identity = identity(Map.of(
                Caller.Claims.SHOPPER_EMAIL, "ann@example.com",
                Caller.Claims.SUBSCRIPTION_TIER, "growth",
                Caller.Claims.SUBSCRIPTION_STATUS, "active",
                Caller.Claims.OVERAGE_CAP_CENTS, 5_000,
                Caller.Claims.REQUIRE_SHOPPER_EMAIL, true));
        assertThat(Caller.of(identity))
                .isEqualTo(new Caller(
                        STORE,
                        Optional.of("ann@example.com"),
                        new Caller.Terms(
                                Caller.BillingMode.ABSORB_MODE,
                                Optional.of("growth"),
                                Optional.of("active"),
                                Optional.of(5_000),
                                true)));
    }

    @Test
    void takesTheLargestCapAndOneWrittenWithAFraction() throws ParseException {
        for (Object largest : List.of(Integer.MAX_VALUE, 2_147_483_647L, new BigDecimal("2147483647.0"))) {
            assertThat(Caller.of(identity(Map.of(Caller.Claims.OVERAGE_CAP_CENTS, largest)))
                            .terms()
                            .overageCapCents())
                    .hasValue(Integer.MAX_VALUE);
        }
    }

    @Test
    void leavesOutWhatTheIdentityDoesNotSay() throws ParseException {
        Caller.Terms terms = Caller.of(identity(Map.of())).terms();
        assertThat(terms.tier()).isEmpty();
        assertThat(terms.subscriptionStatus()).isEmpty();
        assertThat(terms.overageCapCents()).isEmpty();
        assertThat(terms.shopperRequired()).isFalse();
    }

    static List<Map<String, Object>> malformed() {
        return List.of(
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, 0),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, -1),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, 1.5),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, 2_147_483_648L),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, new BigDecimal("1e30")),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, "5000"),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, true),
                Map.of(Caller.Claims.OVERAGE_CAP_CENTS, List.of(5_000)),
                Map.of(Caller.Claims.REQUIRE_SHOPPER_EMAIL, "true"),
                Map.of(Caller.Claims.REQUIRE_SHOPPER_EMAIL, 1),
                Map.of(Caller.Claims.STORE_ID, "not-a-uuid"),
                Map.of(Caller.Claims.STORE_ID, 7),
                Map.of(Caller.Claims.BILLING_MODE, "free_mode"),
                Map.of(Caller.Claims.SHOPPER_EMAIL, 7));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesAnIdentityWithAMalformedClaim(Map<String, Object> claims) throws ParseException {
        JsonWebToken identity = identity(claims);
        assertThatThrownBy(() -> Caller.of(identity)).isInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void refusesAnIdentityWithoutAStore() throws ParseException {
        JsonWebToken identity = parsed(Map.of(Caller.Claims.BILLING_MODE, "absorb_mode"));
        assertThatThrownBy(() -> Caller.of(identity)).isInstanceOf(AuthenticationFailedException.class);
    }

    private static JsonWebToken identity(Map<String, Object> claims) throws ParseException {
        Map<String, Object> all =
                new HashMap<>(Map.of(Caller.Claims.STORE_ID, STORE, Caller.Claims.BILLING_MODE, "absorb_mode"));
        all.replaceAll((name, value) -> value.toString());
        all.putAll(claims);
        return parsed(all);
    }

    private static JsonWebToken parsed(Map<String, Object> claims) throws ParseException {
        String token = Jwt.claims(claims)
                .issuer("gateway")
                .subject("store")
                .groups(Set.of(Caller.STORE))
                .sign(KEYS.getPrivate());
        return new DefaultJWTParser().verify(token, KEYS.getPublic());
    }

    private static KeyPair keys() {
        try {
            return KeyUtils.generateKeyPair(2048);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
