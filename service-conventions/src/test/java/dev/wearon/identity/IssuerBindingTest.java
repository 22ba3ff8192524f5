package dev.wearon.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerBindingTest {

    private static final KeyPair OLD = KeyPairs.FIRST;
    private static final KeyPair NEW = KeyPairs.SECOND;

    @TempDir
    Path folder;

    @Test
    void refusesToStartWithoutItsKeys() throws Exception {
        String set = set(named("gateway", OLD));
        String key = pem(OLD);
        assertThatThrownBy(() -> start("unset", null)).hasMessageContaining("WEARON_IDENTITY_PUBLIC_KEYS");
        assertThatThrownBy(() -> start(key, null)).hasMessageContaining("WEARON_IDENTITY_PUBLIC_KEYS");
        assertThatThrownBy(() -> start(set, "unset")).hasMessageContaining("WEARON_IDENTITY_PRIVATE_KEY");
        assertThatThrownBy(() -> start(set, set)).hasMessageContaining("WEARON_IDENTITY_PRIVATE_KEY");
        assertThatCode(() -> start(set, key)).doesNotThrowAnyException();
        assertThatCode(() -> start(set, null)).doesNotThrowAnyException();
    }

    /** The owner of an API key can name any number of shoppers. */
    @Test
    void limitsTheCacheOfSignedIdentities() throws Exception {
        var identities = new Identities(Optional.of("gateway"), Optional.of(pem(OLD)), set(named("gateway", OLD)), 20);
        assertThat(identities.asService()).isEqualTo(identities.asService());
        for (int i = 0; i < 60; i++) {
            assertThat(identities.of(new Principal.Consumer(UUID.randomUUID()))).startsWith("Bearer ");
        }
        identities.signed.cleanUp();
        assertThat(identities.signed.estimatedSize()).isBetween(1L, 20L);
    }

    /** Only the gateway has verified a store's key, a shopper's token or a consumer's password. */
    @Test
    void acceptsOtherPrincipalsOnlyFromTheGateway() throws Exception {
        String set = set(named("gateway", OLD), named("generation", NEW));
        var terms = new Principal.Terms(
                Principal.BillingMode.ABSORB_MODE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
        List<Principal> others = List.of(
                new Principal.Store(UUID.randomUUID(), Optional.empty(), Optional.empty(), terms),
                new Principal.ShopperToken(
                        UUID.randomUUID(), UUID.randomUUID(), Optional.empty(), Optional.empty(), terms),
                new Principal.Consumer(UUID.randomUUID()));
        var gateway = new Identities(Optional.of("gateway"), Optional.of(pem(OLD)), set, 10);
        var generation = new Identities(Optional.of("generation"), Optional.of(pem(NEW)), set, 10);
        for (Principal other : others) {
            assertThat(accepts(set, token(gateway.of(other)))).as(other.role()).isTrue();
            assertThat(accepts(set, token(generation.of(other))))
                    .as(other.role())
                    .isFalse();
        }
        assertThat(accepts(set, token(generation.asService()))).isTrue();
    }

    private static String token(String header) {
        return header.substring("Bearer ".length());
    }

    /** Only the first of two keys with the same name would be used. */
    @Test
    void refusesToStartWithTwoKeysOfTheSameName() throws Exception {
        String set = set(named("gateway", OLD), named("gateway", NEW));
        assertThatThrownBy(() -> start(set, pem(OLD))).hasMessageContaining("same name (kid) gateway");
    }

    @Test
    void refusesToStartWithAKeyThatIsNotInTheSet() throws Exception {
        String set = set(named("gateway/old", OLD));
        assertThatThrownBy(() -> start(set, pem(NEW))).hasMessageContaining("is not in the set");
    }

    @Test
    void refusesToStartWithTheKeyOfAnotherIssuer() throws Exception {
        String set = set(named("gateway/old", OLD), named("generation/new", NEW));
        assertThatThrownBy(() -> start(set, pem(NEW))).hasMessageContaining("must be the file of a key of gateway");
    }

    /** The steps of a rotation, with both forms of key names. */
    @Test
    void acceptsOldAndNewKeysOfAnIssuerDuringARotation() throws Exception {
        for (String old : List.of("gateway", "gateway/old")) {
            String before = set(named(old, OLD), named("generation", KeyPairs.THIRD));
            String during = set(named(old, OLD), named("gateway/new", NEW), named("generation", KeyPairs.THIRD));
            String after = set(named("gateway/new", NEW), named("generation", KeyPairs.THIRD));
            assertThat(accepts(before, signedWith(OLD, before))).isTrue();
            assertThat(accepts(during, signedWith(OLD, before))).isTrue();
            assertThat(accepts(during, signedWith(NEW, during))).isTrue();
            assertThat(accepts(after, signedWith(NEW, during))).isTrue();
            assertThat(accepts(after, signedWith(OLD, during))).isFalse();
        }
    }

    @Test
    void acceptsAKeyOnlyForTheIssuerInItsName() throws Exception {
        String set = set(named("gateway/old", OLD), named("generation/gateway", NEW));
        for (String name : List.of("generation/gateway", "gateway/old", "gateway", "gateway/generation/gateway", "/")) {
            String forged = Jwt.issuer("gateway")
                    .subject("gateway")
                    .groups(Set.of(Principal.Service.ROLE))
                    .expiresIn(300)
                    .jws()
                    .keyId(name)
                    .sign(NEW.getPrivate());
            assertThat(accepts(set, forged)).as(name).isFalse();
        }
    }

    private String signedWith(KeyPair own, String set) throws IOException {
        return new Identities(Optional.of("gateway"), Optional.of(pem(own)), set, 10)
                .asService()
                .substring("Bearer ".length());
    }

    private static boolean accepts(String set, String token) {
        JWTAuthContextInfo rules = new JWTAuthContextInfo(set, null);
        try {
            new VerifiedIdentities(10).parse(token, rules);
            return true;
        } catch (ParseException refused) {
            return false;
        }
    }

    /** @param ownKey null for a service that only verifies */
    private static void start(String publicKeys, String ownKey) {
        new IssuerBinding().requireKeys(new StartupEvent(), publicKeys);
        Optional<String> issuer = Optional.ofNullable(ownKey).map(key -> "gateway");
        assertThat(new Identities(issuer, Optional.ofNullable(ownKey), publicKeys, 10))
                .isNotNull();
    }

    private static JsonWebKey named(String name, KeyPair pair) throws JoseException {
        JsonWebKey jwk = JsonWebKey.Factory.newJwk(pair.getPublic());
        jwk.setKeyId(name);
        return jwk;
    }

    private String set(JsonWebKey... keys) throws IOException {
        Path file = Files.createTempFile(folder, "identities", ".jwks");
        String json =
                new JsonWebKeySet(new ArrayList<>(List.of(keys))).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        return Files.writeString(file, json).toString();
    }

    private String pem(KeyPair pair) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(pair.getPrivate().getEncoded());
        String text = "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
        return Files.writeString(Files.createTempFile(folder, "key", ".pem"), text)
                .toString();
    }
}
