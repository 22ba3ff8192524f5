package dev.wearon.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uses real signed tokens, because the parser decides the types of the claims. */
class PrincipalTest {

    private static final UUID STORE = UUID.fromString("0193c0de-0000-7000-8000-000000000001");
    private static final UUID KEY = UUID.fromString("0193c0de-0000-7000-8000-00000000000b");
    private static final KeyPair KEYS = KeyPairs.FIRST;

    private final VerifiedIdentities identities = new VerifiedIdentities(10);
    private final JWTAuthContextInfo rules = new JWTAuthContextInfo(KEYS.getPublic(), "gateway");

    static List<Principal> principals() {
        var terms = new Principal.Terms(
                Principal.BillingMode.ABSORB_MODE,
                Optional.of("growth"),
                Optional.of("active"),
                Optional.of(5_000),
                true,
                Optional.of(40),
                Optional.of(0),
                true,
                Set.of("cdn.shopify.com", "images.example.com"));
        var fewTerms = new Principal.Terms(
                Principal.BillingMode.RESELL_MODE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
        return List.of(
                new Principal.Store(STORE, Optional.of(KEY), Optional.of("ann@example.com"), terms),
                new Principal.Store(STORE, Optional.empty(), Optional.empty(), fewTerms),
                new Principal.Store(STORE, Optional.of(KEY), Optional.empty(), fewTerms, true),
                new Principal.ShopperToken(
                        UUID.randomUUID(), STORE, Optional.of(KEY), Optional.of("ref:4711"), fewTerms),
                new Principal.ShopperToken(UUID.randomUUID(), STORE, Optional.empty(), Optional.empty(), terms),
                new Principal.Consumer(UUID.randomUUID()),
                new Principal.Service("gateway"));
    }

    @ParameterizedTest
    @MethodSource("principals")
    void readsBackEveryPrincipal(Principal principal) throws ParseException {
        VerifiedIdentities.Verified identity = parse(Identities.claims(principal));
        assertThat(identity.principal()).isEqualTo(principal);
        assertThat(identity.getGroups()).containsExactly(principal.role());
        assertThat(identity.getSubject()).isEqualTo(principal.name());
    }

    /** Processes of the previous and the next version read the same claims. */
    @Test
    void writesTheClaimsThatOtherVersionsRead() throws Exception {
        var terms = new Principal.Terms(
                Principal.BillingMode.RESELL_MODE,
                Optional.of("growth"),
                Optional.of("active"),
                Optional.of(5_000),
                true,
                Optional.of(40),
                Optional.of(0),
                true,
                Set.of("cdn.shopify.com", "images.example.com"));
        UUID id = UUID.randomUUID();
        assertThat(claims(new Principal.Store(STORE, Optional.of(KEY), Optional.of("ann@example.com"), terms)))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("sub", STORE.toString()),
                        Map.entry("groups", List.of("store")),
                        Map.entry("store_id", STORE.toString()),
                        Map.entry("key_id", KEY.toString()),
                        Map.entry("shopper_email", "ann@example.com"),
                        Map.entry("billing_mode", "resell_mode"),
                        Map.entry("subscription_tier", "growth"),
                        Map.entry("subscription_status", "active"),
                        Map.entry("overage_cap_cents", 5_000L),
                        Map.entry("require_shopper_email", true),
                        Map.entry("daily_credit_cap", 40L),
                        Map.entry("low_credits_at", 0L),
                        Map.entry("test", true),
                        Map.entry("image_hosts", List.of("cdn.shopify.com", "images.example.com"))));
        assertThat(claims(new Principal.Store(STORE, Optional.of(KEY), Optional.empty(), terms, true)))
                .containsEntry("keeps_images", true);
        assertThat(claims(new Principal.Service("generation")))
                .containsExactlyInAnyOrderEntriesOf(Map.of("sub", "generation", "groups", List.of("service")));
        assertThat(claims(new Principal.Consumer(id)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("sub", id.toString(), "groups", List.of("consumer"), "consumer_id", id.toString()));
        assertThat(claims(new Principal.ShopperToken(id, STORE, Optional.empty(), Optional.empty(), terms)))
                .containsEntry("sub", id.toString())
                .containsEntry("groups", List.of("shopper"))
                .containsEntry("token_id", id.toString())
                .containsEntry("store_id", STORE.toString());
    }

    private static Map<String, Object> claims(Principal principal) throws Exception {
        String payload = signed(Identities.claims(principal)).split("\\.")[1];
        Map<String, Object> claims = new HashMap<>(
                JwtClaims.parse(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8))
                        .getClaimsMap());
        claims.keySet().removeAll(Set.of("iss", "iat", "exp", "jti"));
        return claims;
    }

    /** Rows and signed URLs have these values, so they never change. */
    @Test
    void namesAnOwnerByAPseudonym() {
        assertThat(Principal.OfStore.owner(STORE, Optional.of("ann@example.com"), Optional.of(KEY)))
                .contains(UUID.fromString("60eff489-1b79-d932-1599-06932283d997"));
        assertThat(Principal.OfStore.owner(STORE, Optional.empty(), Optional.of(KEY)))
                .contains(UUID.fromString("3738986e-31e4-ba04-8fc1-98ecb13da3c6"));
        assertThat(Principal.OfStore.owner(STORE, Optional.empty(), Optional.empty()))
                .isEmpty();
    }

    @Test
    void givesEachShopperAndEachAnonymousTokenOfAStoreItsOwnOwner() {
        UUID other = UUID.randomUUID();
        Optional<String> ann = Optional.of("ann@example.com");
        assertThat(Stream.of(
                                Principal.OfStore.owner(STORE, ann, Optional.empty()),
                                Principal.OfStore.owner(other, ann, Optional.empty()),
                                Principal.OfStore.owner(STORE, Optional.of("ref:4711"), Optional.empty()),
                                Principal.OfStore.owner(STORE, Optional.empty(), Optional.of(KEY)),
                                Principal.OfStore.owner(STORE, Optional.empty(), Optional.of(other)),
                                Principal.OfStore.owner(other, Optional.empty(), Optional.of(KEY)),
                                // The text of a token's id is no shopper of that name.
                                Principal.OfStore.owner(STORE, Optional.of(KEY.toString()), Optional.empty()))
                        .map(Optional::orElseThrow))
                .doesNotHaveDuplicates();
    }

    @Test
    void confinesOnlyTokens() {
        var terms = ((Principal.OfStore) principals().getFirst()).terms();
        var store = new Principal.Store(STORE, Optional.of(KEY), Optional.of("ann@example.com"), terms);
        var ann = new Principal.ShopperToken(KEY, STORE, Optional.empty(), Optional.of("ann@example.com"), terms);
        var anonymous = new Principal.ShopperToken(KEY, STORE, Optional.empty(), Optional.empty(), terms);

        assertThat(store.confinedTo()).isEmpty();
        assertThat(ann.confinedTo()).isPresent().isEqualTo(ann.owner()).isEqualTo(store.owner());
        assertThat(anonymous.confinedTo())
                .isPresent()
                .isEqualTo(anonymous.owner())
                .isNotEqualTo(ann.owner());
    }

    @Test
    void isCreatedOncePerToken() throws ParseException {
        String token = signed(Identities.claims(new Principal.Consumer(UUID.randomUUID())));
        assertThat(principal(token)).isSameAs(principal(token));
    }

    @Test
    void acceptsTheLargestCapAndACapWithAFractionOfZero() throws ParseException {
        for (Object largest : List.of(Integer.MAX_VALUE, 2_147_483_647L, new BigDecimal("2147483647.0"))) {
            assertThat(terms(Map.of("overage_cap_cents", largest)).overageCapCents())
                    .hasValue(Integer.MAX_VALUE);
        }
    }

    @Test
    void readsMissingClaimsAsEmpty() throws ParseException {
        Principal.Terms terms = terms(Map.of());
        assertThat(terms.tier()).isEmpty();
        assertThat(terms.subscriptionStatus()).isEmpty();
        assertThat(terms.overageCapCents()).isEmpty();
        assertThat(terms.shopperRequired()).isFalse();
    }

    static List<Map<String, Object>> malformed() {
        return List.of(
                Map.of("overage_cap_cents", 0),
                Map.of("overage_cap_cents", -1),
                Map.of("overage_cap_cents", 1.5),
                Map.of("overage_cap_cents", 2_147_483_648L),
                Map.of("overage_cap_cents", new BigDecimal("1e30")),
                Map.of("overage_cap_cents", "5000"),
                Map.of("overage_cap_cents", true),
                Map.of("overage_cap_cents", List.of(5_000)),
                Map.of("require_shopper_email", "true"),
                Map.of("require_shopper_email", 1),
                Map.of("store_id", "not-a-uuid"),
                Map.of("store_id", 7),
                Map.of("billing_mode", "free_mode"),
                Map.of("shopper_email", 7),
                Map.of("groups", List.of()),
                Map.of("groups", List.of("king")),
                // Two roles are invalid.
                Map.of("groups", List.of("store", "service")),
                Map.of("groups", List.of("shopper")),
                Map.of("groups", List.of("consumer")));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesAnIdentityWithAMalformedClaim(Map<String, Object> claims) {
        assertThatThrownBy(() -> parse(store(claims))).isInstanceOf(ParseException.class);
    }

    @Test
    void refusesAnIdentityWithoutAStoreId() {
        assertThatThrownBy(() ->
                        parse(Jwt.claims(Map.of("billing_mode", "absorb_mode")).groups(Set.of(Principal.Store.ROLE))))
                .isInstanceOf(ParseException.class);
    }

    private Principal.Terms terms(Map<String, Object> claims) throws ParseException {
        return ((Principal.Store) principal(signed(store(claims)))).terms();
    }

    private static JwtClaimsBuilder store(Map<String, Object> claims) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "store_id", STORE.toString(), "billing_mode", "absorb_mode", "groups", List.of(Principal.Store.ROLE)));
        all.putAll(claims);
        return Jwt.claims(all).subject("store");
    }

    private Principal principal(String token) throws ParseException {
        return parse(token).principal();
    }

    private VerifiedIdentities.Verified parse(JwtClaimsBuilder claims) throws ParseException {
        return parse(signed(claims));
    }

    private VerifiedIdentities.Verified parse(String token) throws ParseException {
        return (VerifiedIdentities.Verified) identities.parse(token, rules);
    }

    private static String signed(JwtClaimsBuilder claims) {
        return claims.issuer("gateway").expiresIn(300).jws().keyId("gateway").sign(KEYS.getPrivate());
    }
}
