package dev.wearon.testkit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.identity.Principal.Terms;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.smallrye.jwt.util.KeyUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Identities as the gateway sends them, signed with the keys of {@link SuiteServers}: values of an {@code Authorization} header. */
public final class TestIdentities {

    /** An RSA signature takes longer than most calls of a test. Reused for less than their lifetime of five minutes. */
    private static final Cache<Principal, String> SIGNED = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(2))
            .build();

    /** The only host from which the images of these stores may be imported. */
    private static final Set<String> IMAGE_HOSTS = Set.of("localhost");

    private TestIdentities() {}

    /** A store that pays from its own pool. */
    public static String store(UUID storeId) {
        return store(storeId, BillingMode.ABSORB_MODE, null);
    }

    /** A store of either mode; {@code shopperEmail} may be null. */
    public static String store(UUID storeId, BillingMode mode, String shopperEmail) {
        return fromGateway(storePrincipal(storeId, mode, shopperEmail));
    }

    /** A store that pays itself and calls with one of its API keys. */
    public static String storeWithKey(UUID storeId, UUID keyId) {
        Terms terms = new Terms(
                BillingMode.ABSORB_MODE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
        return fromGateway(new Principal.Store(storeId, Optional.of(keyId), Optional.empty(), terms));
    }

    /** A store whose identity ends after {@code lifetime}. */
    public static String storeFor(UUID storeId, Duration lifetime) {
        return bearer(storeClaims(storeId, BillingMode.ABSORB_MODE, null), "gateway", "gateway", lifetime);
    }

    /** A subscribed store of tier {@code growth} that may use up to {@code capCents} of overage in a month. */
    public static String storeWithOverage(UUID storeId, int capCents) {
        return store(storeId, overage(capCents, Optional.empty()), Optional.empty());
    }

    /** The terms of a subscribed store of tier {@code growth}, with up to {@code capCents} of overage in a month. */
    public static Terms overage(int capCents, Optional<Integer> dailyCreditCap) {
        return new Terms(
                BillingMode.ABSORB_MODE,
                Optional.of("growth"),
                Optional.of("active"),
                Optional.of(capCents),
                false,
                dailyCreditCap,
                Optional.empty());
    }

    /** The terms of a store of either mode that may spend {@code dailyCreditCap} credits a day. */
    public static Terms capped(BillingMode mode, int dailyCreditCap) {
        return new Terms(
                mode,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(dailyCreditCap),
                Optional.empty());
    }

    /** The terms of a store of either mode that is told when a charge leaves {@code lowCreditsAt} credits, or fewer. */
    public static Terms toldAt(BillingMode mode, int lowCreditsAt) {
        return new Terms(
                mode,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.of(lowCreditsAt));
    }

    /** The terms of a test store of either mode. */
    public static Terms test(BillingMode mode) {
        return new Terms(
                mode,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                true,
                Set.of());
    }

    public static String store(UUID storeId, Terms terms, Optional<String> shopper) {
        return fromGateway(new Principal.Store(storeId, Optional.empty(), shopper, terms));
    }

    /** A store that pays itself and may keep images; {@code shopper} may be null. */
    public static String storeThatKeeps(UUID storeId, String shopper) {
        return fromGateway(new Principal.Store(
                storeId, Optional.empty(), Optional.ofNullable(shopper), terms(BillingMode.ABSORB_MODE), true));
    }

    /** A store that pays itself and requires a shopper for every try-on; {@code shopperEmail} may be null. */
    public static String storeThatAsksForShoppers(UUID storeId, String shopperEmail) {
        Terms terms = new Terms(
                BillingMode.ABSORB_MODE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty());
        return fromGateway(new Principal.Store(storeId, Optional.empty(), Optional.ofNullable(shopperEmail), terms));
    }

    /** A token of a shopper at a store that pays itself; {@code shopper} may be null, then the token is anonymous. */
    public static String shopperToken(UUID storeId, UUID tokenId, String shopper) {
        return shopperToken(storeId, tokenId, BillingMode.ABSORB_MODE, shopper);
    }

    /** A token of a shopper at a store of either mode; {@code shopper} may be null, then the token is anonymous. */
    public static String shopperToken(UUID storeId, UUID tokenId, BillingMode mode, String shopper) {
        return fromGateway(new Principal.ShopperToken(
                tokenId, storeId, Optional.empty(), Optional.ofNullable(shopper), terms(mode)));
    }

    /** A service that acts for itself: {@code gateway} or {@code generation}. */
    public static String service(String issuer) {
        return signed(new Principal.Service(issuer), issuer);
    }

    /** A store's identity with the gateway as issuer, signed by another service: every service must refuse it. */
    public static String storeForgedBy(String issuer, UUID storeId) {
        return bearer(storeClaims(storeId, BillingMode.ABSORB_MODE, null), "gateway", issuer);
    }

    /** A store's identity with the gateway as issuer, signed with an unknown key: every service must refuse it. */
    public static String storeSignedByAStranger(UUID storeId) throws GeneralSecurityException {
        return bearer(
                storeClaims(storeId, BillingMode.ABSORB_MODE, null),
                "gateway",
                "gateway",
                Duration.ofMinutes(5),
                KeyUtils.generateKeyPair(2048).getPrivate());
    }

    private static JwtClaimsBuilder storeClaims(UUID storeId, BillingMode mode, String shopperEmail) {
        return Identities.claims(storePrincipal(storeId, mode, shopperEmail));
    }

    private static Principal storePrincipal(UUID storeId, BillingMode mode, String shopperEmail) {
        return new Principal.Store(storeId, Optional.empty(), Optional.ofNullable(shopperEmail), terms(mode));
    }

    private static Terms terms(BillingMode mode) {
        return new Terms(
                mode,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                false,
                IMAGE_HOSTS);
    }

    private static String fromGateway(Principal principal) {
        return signed(principal, "gateway");
    }

    private static String signed(Principal principal, String issuer) {
        return SIGNED.get(principal, ignored -> bearer(Identities.claims(principal), issuer, issuer));
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
