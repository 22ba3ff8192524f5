package dev.wearon.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.identity.Principal.Terms;
import io.quarkus.runtime.Startup;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwt.JwtClaims;

/**
 * Converts principals to signed identities, with the key of this service, and back. Only this class knows the names of
 * the claims. An identity is valid for five minutes and reused for four, because an RSA signature costs more than the rest of
 * an internal call.
 */
@ApplicationScoped
@Startup
public class Identities {

    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration REUSE = Duration.ofMinutes(4);

    private static final String GROUPS = "groups";
    private static final String STORE_ID = "store_id";
    private static final String KEY_ID = "key_id";
    private static final String TOKEN_ID = "token_id";
    private static final String CONSUMER_ID = "consumer_id";
    private static final String SHOPPER_EMAIL = "shopper_email";
    private static final String BILLING_MODE = "billing_mode";
    private static final String SUBSCRIPTION_TIER = "subscription_tier";
    private static final String SUBSCRIPTION_STATUS = "subscription_status";
    private static final String OVERAGE_CAP_CENTS = "overage_cap_cents";
    private static final String REQUIRE_SHOPPER_EMAIL = "require_shopper_email";
    private static final String DAILY_CREDIT_CAP = "daily_credit_cap";
    private static final String LOW_CREDITS_AT = "low_credits_at";
    private static final String TEST = "test";
    private static final String KEEPS_IMAGES = "keeps_images";
    private static final String IMAGE_HOSTS = "image_hosts";

    private final String service;
    private final Optional<IssuerBinding.SigningKey> key;
    final Cache<Principal, String> signed;

    /**
     * Reads the key once at the start.
     *
     * @param issuer empty, like {@code privateKey}, in a service that only verifies
     * @param cacheSize how many signed identities are cached for reuse
     */
    public Identities(
            @ConfigProperty(name = "wearon.identity.issuer") Optional<String> issuer,
            @ConfigProperty(name = "smallrye.jwt.sign.key.location") Optional<String> privateKey,
            @ConfigProperty(name = "mp.jwt.verify.publickey.location") String publicKeys,
            @ConfigProperty(name = "wearon.identity.signed-cache-size") int cacheSize) {
        this.service = issuer.orElse("");
        this.key = privateKey.map(file -> IssuerBinding.signingKey(service, file, publicKeys));
        this.signed = Caffeine.newBuilder()
                .maximumSize(cacheSize)
                .expireAfterWrite(REUSE)
                .build();
    }

    /** The {@code Authorization} header for a principal; valid for at least one minute. */
    public String of(Principal principal) {
        return signed.get(principal, this::sign);
    }

    /** The {@code Authorization} header for this service itself. */
    public String asService() {
        return of(new Principal.Service(service));
    }

    private String sign(Principal principal) {
        IssuerBinding.SigningKey own = key.orElseThrow();
        return "Bearer "
                + claims(principal)
                        .issuer(service)
                        .expiresIn(LIFETIME)
                        .jws()
                        .keyId(own.name())
                        .sign(own.key());
    }

    /** The claims for a principal, without issuer and expiry. */
    public static JwtClaimsBuilder claims(Principal principal) {
        JwtClaimsBuilder claims = Jwt.claims().subject(principal.name()).groups(Set.of(principal.role()));
        switch (principal) {
            case Principal.Store store -> addStore(claims, store);
            case Principal.ShopperToken token ->
                addStore(claims.claim(TOKEN_ID, token.tokenId().toString()), token);
            case Principal.Consumer consumer ->
                claims.claim(CONSUMER_ID, consumer.consumerId().toString());
            case Principal.Service ignored -> {}
        }
        return claims;
    }

    private static void addStore(JwtClaimsBuilder claims, Principal.OfStore caller) {
        Terms terms = caller.terms();
        claims.claim(STORE_ID, caller.storeId().toString());
        caller.keyId().ifPresent(key -> claims.claim(KEY_ID, key.toString()));
        claims.claim(BILLING_MODE, terms.billingMode().wire());
        terms.tier().ifPresent(tier -> claims.claim(SUBSCRIPTION_TIER, tier));
        terms.subscriptionStatus().ifPresent(status -> claims.claim(SUBSCRIPTION_STATUS, status));
        terms.overageCapCents().ifPresent(cents -> claims.claim(OVERAGE_CAP_CENTS, cents));
        if (terms.shopperRequired()) {
            claims.claim(REQUIRE_SHOPPER_EMAIL, true);
        }
        terms.dailyCreditCap().ifPresent(credits -> claims.claim(DAILY_CREDIT_CAP, credits));
        terms.lowCreditsAt().ifPresent(credits -> claims.claim(LOW_CREDITS_AT, credits));
        if (terms.test()) {
            claims.claim(TEST, true);
        }
        if (!terms.imageHosts().isEmpty()) {
            claims.claim(IMAGE_HOSTS, terms.imageHosts().stream().sorted().toList());
        }
        caller.shopper().ifPresent(shopper -> claims.claim(SHOPPER_EMAIL, shopper));
        if (caller.keepsImages()) {
            claims.claim(KEEPS_IMAGES, true);
        }
    }

    /**
     * Reverses {@link #claims}.
     *
     * @param claims the claims of a verified identity. A {@code JsonWebToken} would be slower: it looks every name up among
     *     the standard claims first and throws internally for each of ours
     * @throws IllegalArgumentException if a claim is missing or malformed
     */
    public static Principal read(JwtClaims claims) {
        String role = role(claims.getClaimValue(GROUPS));
        return switch (role) {
            case Principal.Store.ROLE ->
                new Principal.Store(
                        id(claims, STORE_ID),
                        keyId(claims),
                        text(claims, SHOPPER_EMAIL),
                        terms(claims),
                        flag(claims, KEEPS_IMAGES));
            case Principal.ShopperToken.ROLE ->
                new Principal.ShopperToken(
                        id(claims, TOKEN_ID),
                        id(claims, STORE_ID),
                        keyId(claims),
                        text(claims, SHOPPER_EMAIL),
                        terms(claims));
            case Principal.Consumer.ROLE -> new Principal.Consumer(id(claims, CONSUMER_ID));
            case Principal.Service.ROLE -> new Principal.Service(required(claims, "sub"));
            default -> throw new IllegalArgumentException(GROUPS + " names no role");
        };
    }

    private static String role(Object groups) {
        return groups instanceof List<?> list && list.size() == 1 && list.getFirst() instanceof String role ? role : "";
    }

    private static Terms terms(JwtClaims claims) {
        return new Terms(
                BillingMode.ofWire(required(claims, BILLING_MODE)),
                text(claims, SUBSCRIPTION_TIER),
                text(claims, SUBSCRIPTION_STATUS),
                wholeNumber(claims, OVERAGE_CAP_CENTS, 1),
                flag(claims, REQUIRE_SHOPPER_EMAIL),
                wholeNumber(claims, DAILY_CREDIT_CAP, 1),
                wholeNumber(claims, LOW_CREDITS_AT, 0),
                flag(claims, TEST),
                texts(claims, IMAGE_HOSTS));
    }

    private static Optional<UUID> keyId(JwtClaims claims) {
        return text(claims, KEY_ID).map(UUID::fromString);
    }

    private static UUID id(JwtClaims claims, String name) {
        return UUID.fromString(required(claims, name));
    }

    private static String required(JwtClaims claims, String name) {
        return text(claims, name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static Optional<String> text(JwtClaims claims, String name) {
        return Optional.ofNullable(claims.getClaimValue(name)).map(value -> {
            if (value instanceof String text) {
                return text;
            }
            throw new IllegalArgumentException(name + " is not a text");
        });
    }

    /** Returns no texts if the claim is absent. */
    private static Set<String> texts(JwtClaims claims, String name) {
        Object value = claims.getClaimValue(name);
        if (value == null) {
            return Set.of();
        } else if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet());
        }
        throw new IllegalArgumentException(name + " is not a list of texts");
    }

    /** Returns false if the claim is absent. */
    private static boolean flag(JwtClaims claims, String name) {
        Object value = claims.getClaimValue(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new IllegalArgumentException(name + " is not true or false");
    }

    private static Optional<Integer> wholeNumber(JwtClaims claims, String name, int least) {
        return Optional.ofNullable(claims.getClaimValue(name)).map(value -> {
            if (value instanceof Number number) {
                try {
                    int whole = new BigDecimal(number.toString()).intValueExact();
                    if (whole >= least) {
                        return whole;
                    }
                } catch (ArithmeticException fractionOrTooLarge) {
                    throw new IllegalArgumentException(name + " is not a whole number", fractionOrTooLarge);
                }
            }
            throw new IllegalArgumentException(name + " is not a number from " + least);
        });
    }
}
