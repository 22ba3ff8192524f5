package dev.wearon.gateway.identities;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.http.Caller;
import dev.wearon.http.Identities;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Signs and remembers the identities of stores and their shoppers. */
@ApplicationScoped
public class StoreIdentities {

    /** Of the five minutes that an identity lives. */
    private static final Duration REUSE = Duration.ofMinutes(4);

    private final Identities identities;
    final Cache<Caller, String> signed;

    StoreIdentities(
            Identities identities, @ConfigProperty(name = "wearon.identity.remembered-count") int rememberedCount) {
        this.identities = identities;
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
        JwtClaimsBuilder claims = Jwt.claims()
                .subject(caller.storeId().toString())
                .groups(Set.of(Caller.STORE))
                .claim(Caller.Claims.STORE_ID, caller.storeId().toString())
                .claim(Caller.Claims.BILLING_MODE, caller.terms().billingMode().wire());
        caller.terms().tier().ifPresent(tier -> claims.claim(Caller.Claims.SUBSCRIPTION_TIER, tier));
        caller.terms()
                .subscriptionStatus()
                .ifPresent(status -> claims.claim(Caller.Claims.SUBSCRIPTION_STATUS, status));
        caller.terms().overageCapCents().ifPresent(cents -> claims.claim(Caller.Claims.OVERAGE_CAP_CENTS, cents));
        if (caller.terms().shopperRequired()) {
            claims.claim(Caller.Claims.REQUIRE_SHOPPER_EMAIL, true);
        }
        caller.shopperEmail().ifPresent(email -> claims.claim(Caller.Claims.SHOPPER_EMAIL, email));
        return identities.sign(claims);
    }
}
