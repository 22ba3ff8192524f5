package dev.wearon.http;

import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Signs the identity of this service acting as itself. A token lives five minutes and is reused for four, because an RSA
 * signature costs more than the rest of an internal hop.
 */
@ApplicationScoped
public class Identities {

    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration REUSE = Duration.ofMinutes(4);

    private final String service;
    private volatile Signed current = new Signed("", Instant.MIN);

    Identities(@ConfigProperty(name = "wearon.identity.issuer") String service) {
        this.service = service;
    }

    private record Signed(String token, Instant reuseUntil) {}

    /** The value of an {@code Authorization} header that says {@link Caller#SERVICE}. */
    public String asService() {
        Signed signed = current;
        // Two threads may both sign at the turn of the minute; both tokens are good.
        if (Instant.now().isAfter(signed.reuseUntil())) {
            signed = new Signed(sign(), Instant.now().plus(REUSE));
            current = signed;
        }
        return "Bearer " + signed.token();
    }

    private String sign() {
        return Jwt.issuer(service)
                .subject(service)
                .groups(Set.of(Caller.SERVICE))
                .expiresIn(LIFETIME)
                .jws()
                .keyId(service)
                .sign();
    }
}
