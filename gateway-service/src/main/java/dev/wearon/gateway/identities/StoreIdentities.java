package dev.wearon.gateway.identities;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.http.Caller;
import io.quarkus.runtime.Startup;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.smallrye.jwt.util.KeyUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Signs and remembers the identities of stores and their shoppers. */
@ApplicationScoped
@Startup
public class StoreIdentities {

    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration REUSE = Duration.ofMinutes(4);

    private final String issuer;
    private final PrivateKey key;
    final Cache<Caller, String> signed;

    StoreIdentities(
            @ConfigProperty(name = "wearon.identity.issuer") String issuer,
            @ConfigProperty(name = "smallrye.jwt.sign.key.location") String privateKey,
            @ConfigProperty(name = "wearon.identity.remembered-count", defaultValue = "10000") int rememberedCount) {
        this.issuer = issuer;
        this.key = read(privateKey);
        this.signed = Caffeine.newBuilder()
                .maximumSize(rememberedCount)
                .expireAfterWrite(REUSE)
                .build();
    }

    /** The value of an {@code Authorization} header that says who is calling; good for at least a minute. */
    public String of(Caller caller) {
        return signed.get(caller, this::sign);
    }

    private String sign(Caller caller) {
        JwtClaimsBuilder claims = Jwt.issuer(issuer)
                .subject(caller.storeId().toString())
                .groups(Set.of(Caller.STORE))
                .claim(Caller.Claims.STORE_ID, caller.storeId().toString())
                .claim(Caller.Claims.BILLING_MODE, caller.terms().billingMode().wire())
                .expiresIn(LIFETIME);
        caller.terms().tier().ifPresent(tier -> claims.claim(Caller.Claims.SUBSCRIPTION_TIER, tier));
        caller.terms()
                .subscriptionStatus()
                .ifPresent(status -> claims.claim(Caller.Claims.SUBSCRIPTION_STATUS, status));
        caller.terms().overageCapCents().ifPresent(cents -> claims.claim(Caller.Claims.OVERAGE_CAP_CENTS, cents));
        if (caller.terms().shopperRequired()) {
            claims.claim(Caller.Claims.REQUIRE_SHOPPER_EMAIL, true);
        }
        caller.shopperEmail().ifPresent(email -> claims.claim(Caller.Claims.SHOPPER_EMAIL, email));
        return "Bearer " + claims.jws().keyId(issuer).sign(key);
    }

    /** Read once and at start: a missing key must stop the start and not the first request. */
    private static PrivateKey read(String location) {
        try {
            return KeyUtils.decodePrivateKey(Files.readString(Path.of(location)));
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new IllegalStateException(
                    "WEARON_IDENTITY_PRIVATE_KEY must name a readable PEM file with the gateway's private key; it is "
                            + location,
                    unreadable);
        }
    }
}
