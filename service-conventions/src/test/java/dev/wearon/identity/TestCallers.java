package dev.wearon.identity;

import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;

/** A {@link Caller} that verifies identities of a test's own key. */
public final class TestCallers {

    private final KeyPair keys;

    public TestCallers(KeyPair keys) {
        this.keys = keys;
    }

    public Caller caller() {
        return new Caller(
                null,
                new DefaultJWTParser(new JWTAuthContextInfo(keys.getPublic(), "gateway"), new VerifiedIdentities(100)));
    }

    /** The {@code Authorization} header of a principal, signed by the gateway. */
    public String header(Principal principal, Duration lifetime) {
        return "Bearer "
                + Identities.claims(principal)
                        .issuer("gateway")
                        .expiresAt(Instant.now().plus(lifetime))
                        .jws()
                        .keyId("gateway")
                        .sign(keys.getPrivate());
    }
}
