package dev.wearon.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

class VerifiedIdentitiesTest {

    private static final KeyPair KEYS = KeyPairs.FIRST;

    private final VerifiedIdentities identities = new VerifiedIdentities(10);
    private final JWTAuthContextInfo rules = new JWTAuthContextInfo(KEYS.getPublic(), "gateway");

    @Test
    void verifiesATokenOnce() throws ParseException {
        String token = token(Duration.ofMinutes(5));
        assertThat(identities.parse(token, rules)).isSameAs(identities.parse(token, rules));
        assertThat(identities.parse(token(Duration.ofMinutes(4)), rules)).isNotSameAs(identities.parse(token, rules));
    }

    @Test
    void refusesAModifiedTokenAfterTheValidOne() throws ParseException {
        String token = token(Duration.ofMinutes(5));
        identities.parse(token, rules);
        assertThatThrownBy(() -> identities.parse(withAnotherSignature(token), rules))
                .isInstanceOf(ParseException.class);
        assertThatThrownBy(() -> identities.parse(token + "A", rules)).isInstanceOf(ParseException.class);
        assertThat(identities.parse(token, rules)).isNotNull();
    }

    @Test
    void refusesACachedTokenAfterItsExpiry() throws ParseException {
        String token = token(Duration.ofSeconds(4));
        JsonWebToken identity = identities.parse(token, rules);
        while (Instant.now().getEpochSecond() < identity.getExpirationTime()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> identities.parse(token, rules)).isInstanceOf(ParseException.class);
    }

    @Test
    void sharesNoResultBetweenDifferentRules() throws ParseException {
        String token = token(Duration.ofMinutes(5));
        identities.parse(token, rules);
        var ofAnotherKey = new JWTAuthContextInfo(KeyPairs.SECOND.getPublic(), "gateway");
        assertThatThrownBy(() -> identities.parse(token, ofAnotherKey)).isInstanceOf(ParseException.class);
    }

    @Test
    void refusesAnExpiredTokenThatIsNotCached() {
        String token = token(Duration.ofSeconds(-2));
        assertThatThrownBy(() -> identities.parse(token, rules)).isInstanceOf(ParseException.class);
    }

    @Test
    void refusesTheSignatureOfAnotherIssuersKey() {
        String ofAnotherKey = token("gateway", "generation", Principal.Service.ROLE, Duration.ofMinutes(5));
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> identities.parse(ofAnotherKey, rules)).isInstanceOf(ParseException.class);
        }
    }

    @Test
    void acceptsStoresOnlyFromTheGateway() throws ParseException {
        var ofGeneration = new JWTAuthContextInfo(KEYS.getPublic(), "generation");
        Duration lifetime = Duration.ofMinutes(5);
        assertThat(identities.parse(token("gateway", "gateway", Principal.Store.ROLE, lifetime), rules))
                .isNotNull();
        assertThat(identities.parse(token("generation", "generation", Principal.Service.ROLE, lifetime), ofGeneration))
                .isNotNull();
        assertThatThrownBy(() -> identities.parse(
                        token("generation", "generation", Principal.Store.ROLE, lifetime), ofGeneration))
                .isInstanceOf(ParseException.class);
    }

    private static String token(Duration lifetime) {
        return token("gateway", "gateway", Principal.Service.ROLE, lifetime);
    }

    private static String token(String issuer, String key, String group, Duration lifetime) {
        Principal principal = group.equals(Principal.Service.ROLE)
                ? new Principal.Service(issuer)
                : new Principal.Store(
                        UUID.randomUUID(),
                        Optional.empty(),
                        Optional.empty(),
                        new Principal.Terms(
                                Principal.BillingMode.ABSORB_MODE,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.empty()));
        return Identities.claims(principal)
                .issuer(issuer)
                .expiresIn(lifetime)
                .jws()
                .keyId(key)
                .sign(KEYS.getPrivate());
    }

    private static String withAnotherSignature(String token) {
        int end = token.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(end));
        signature[0] ^= 1;
        return token.substring(0, end) + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }
}
