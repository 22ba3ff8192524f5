package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedIdentitiesTest {

    @TempDir
    private Path folder;

    @Test
    void verifyWithTheKeySet() throws Exception {
        IdentityKeys keys = new IdentityKeys(folder);
        keys.makeIfMissing();
        SignedIdentities identities = new SignedIdentities(keys);
        UUID store = UUID.randomUUID();

        JwtClaims claims = verified(keys, identities.store(store, Map.of("subscription_tier", "growth")));
        assertThat(claims.getIssuer()).isEqualTo("gateway");
        assertThat(claims.getSubject()).isEqualTo(store.toString());
        assertThat(claims.getStringListClaimValue("groups")).isEqualTo(List.of("store"));
        assertThat(claims.getStringClaimValue("store_id")).isEqualTo(store.toString());
        assertThat(claims.getStringClaimValue("subscription_tier")).isEqualTo("growth");

        JwtClaims service = verified(keys, identities.service("generation"));
        assertThat(service.getIssuer()).isEqualTo("generation");
        assertThat(service.getStringListClaimValue("groups")).isEqualTo(List.of("service"));
    }

    private static JwtClaims verified(IdentityKeys keys, String header) throws Exception {
        var set = new JsonWebKeySet(Files.readString(keys.publicKeys())).getJsonWebKeys();
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(set))
                .setRequireExpirationTime()
                .build()
                .processToClaims(header.substring("Bearer ".length()));
    }
}
