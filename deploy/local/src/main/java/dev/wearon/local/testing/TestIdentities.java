package dev.wearon.local.testing;

import dev.wearon.http.Caller;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.smallrye.jwt.util.KeyUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Values of an {@code Authorization} header, signed with the keys of {@link SuiteServers}: what the gateway would send. */
public final class TestIdentities {

    private TestIdentities() {}

    /** A store that pays from its own pool. */
    public static String store(UUID storeId) {
        return store(storeId, Caller.BillingMode.ABSORB_MODE, null);
    }

    /** A store of either mode; {@code shopperEmail} may be null. */
    public static String store(UUID storeId, Caller.BillingMode mode, String shopperEmail) {
        return bearer(storeClaims(storeId, mode, shopperEmail), "gateway", "gateway");
    }

    /** A store whose identity ends after {@code lifetime}. */
    public static String storeFor(UUID storeId, Duration lifetime) {
        return bearer(storeClaims(storeId, Caller.BillingMode.ABSORB_MODE, null), "gateway", "gateway", lifetime);
    }

    /** A subscribed store of tier {@code growth} whose empty pool may go on until a month has cost {@code capCents}. */
    public static String storeWithOverage(UUID storeId, int capCents) {
        JwtClaimsBuilder claims = storeClaims(storeId, Caller.BillingMode.ABSORB_MODE, null)
                .claim(Caller.Claims.SUBSCRIPTION_TIER, "growth")
                .claim(Caller.Claims.SUBSCRIPTION_STATUS, "active")
                .claim(Caller.Claims.OVERAGE_CAP_CENTS, capCents);
        return bearer(claims, "gateway", "gateway");
    }

    /** A store that pays itself and wants every try-on to name its shopper; {@code shopperEmail} may be null. */
    public static String storeThatAsksForShoppers(UUID storeId, String shopperEmail) {
        JwtClaimsBuilder claims = storeClaims(storeId, Caller.BillingMode.ABSORB_MODE, shopperEmail)
                .claim(Caller.Claims.REQUIRE_SHOPPER_EMAIL, true);
        return bearer(claims, "gateway", "gateway");
    }

    /** A service acting as itself: {@code gateway} or {@code generation}. */
    public static String service(String issuer) {
        return bearer(Jwt.claims().subject(issuer).groups(Set.of(Caller.SERVICE)), issuer, issuer);
    }

    /** A store's identity signed by a service that may not speak for stores: must be refused everywhere. */
    public static String storeForgedBy(String issuer, UUID storeId) {
        return bearer(storeClaims(storeId, Caller.BillingMode.ABSORB_MODE, null), "gateway", issuer);
    }

    /** A store's identity that says it is the gateway's, signed with a key that nobody knows: must be refused everywhere. */
    public static String storeSignedByAStranger(UUID storeId) throws GeneralSecurityException {
        return bearer(
                storeClaims(storeId, Caller.BillingMode.ABSORB_MODE, null),
                "gateway",
                "gateway",
                Duration.ofMinutes(5),
                KeyUtils.generateKeyPair(2048).getPrivate());
    }

    private static JwtClaimsBuilder storeClaims(UUID storeId, Caller.BillingMode mode, String shopperEmail) {
        JwtClaimsBuilder claims = Jwt.claims()
                .subject(storeId.toString())
                .groups(Set.of(Caller.STORE))
                .claim(Caller.Claims.STORE_ID, storeId.toString())
                .claim(Caller.Claims.BILLING_MODE, mode.wire());
        return shopperEmail == null ? claims : claims.claim(Caller.Claims.SHOPPER_EMAIL, shopperEmail);
    }

    private static String bearer(JwtClaimsBuilder claims, String issuer, String signer) {
        return bearer(claims, issuer, signer, Duration.ofMinutes(5));
    }

    private static String bearer(JwtClaimsBuilder claims, String issuer, String signer, Duration lifetime) {
        return bearer(claims, issuer, signer, lifetime, privateKey(signer));
    }

    private static String bearer(
            JwtClaimsBuilder claims, String issuer, String signer, Duration lifetime, PrivateKey key) {
        try {
            String keyName = SuiteServers.keys().nameOf(signer);
            return "Bearer "
                    + claims.issuer(issuer)
                            .expiresIn(lifetime)
                            .jws()
                            .keyId(keyName)
                            .sign(key);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static PrivateKey privateKey(String issuer) {
        try {
            return SuiteServers.keys().readPrivateKey(issuer);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
