package dev.wearon.http;

import io.quarkus.runtime.Startup;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Signs identities with the key of this service. That of the service itself lives five minutes and is reused for four,
 * because an RSA signature costs more than the rest of an internal hop.
 */
@ApplicationScoped
@Startup
public class Identities {

    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration REUSE = Duration.ofMinutes(4);

    private final String service;
    private final Optional<IssuerBinding.SigningKey> key;
    private volatile Signed current = new Signed("", Instant.MIN);

    /**
     * Reads the key once, at the start: a process signs with one key for all its life.
     *
     * @param issuer empty, like {@code privateKey}, in a service that only verifies
     */
    public Identities(
            @ConfigProperty(name = "wearon.identity.issuer") Optional<String> issuer,
            @ConfigProperty(name = "smallrye.jwt.sign.key.location") Optional<String> privateKey,
            @ConfigProperty(name = "mp.jwt.verify.publickey.location") String publicKeys) {
        this.service = issuer.orElse("");
        this.key = privateKey.map(file -> IssuerBinding.signingKey(service, file, publicKeys));
    }

    private record Signed(String identity, Instant reuseUntil) {}

    /** The value of an {@code Authorization} header that says {@link Caller#SERVICE}. */
    public String asService() {
        Signed signed = current;
        // Two threads may both sign at the turn of the minute; both tokens are good.
        if (Instant.now().isAfter(signed.reuseUntil())) {
            signed = new Signed(
                    sign(Jwt.claims().subject(service).groups(Set.of(Caller.SERVICE))),
                    Instant.now().plus(REUSE));
            current = signed;
        }
        return signed.identity();
    }

    /** The value of an {@code Authorization} header that says these claims, for five minutes. */
    public String sign(JwtClaimsBuilder claims) {
        IssuerBinding.SigningKey own = key.orElseThrow();
        return "Bearer "
                + claims.issuer(service)
                        .expiresIn(LIFETIME)
                        .jws()
                        .keyId(own.name())
                        .sign(own.key());
    }
}
