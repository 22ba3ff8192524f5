package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySignaturesTest {

    private static final String SECRET = "the-secret-of-the-app";
    private static final String BEFORE = "the-secret-of-yesterday";
    private static final Instant NOW = Instant.parse("2026-12-03T10:00:00Z");
    private static final String SHOP = "a.myshopify.com";
    private static final String PREFIX = "/apps/wearon";

    private static final ProxySignatures SIGNATURES = new ProxySignatures(
            new ShopifyApp(new SmallRyeConfigBuilder()
                    .withConverters(new Converter<?>[] {new DurationConverter()})
                    .withMapping(ShopifyConfig.class)
                    .withSources(new PropertiesConfigSource(
                            Map.of(
                                    "wearon.shopify.client-id",
                                    "an-app",
                                    "wearon.shopify.client-secret",
                                    SECRET,
                                    "wearon.shopify.client-secret-before",
                                    BEFORE,
                                    "wearon.shopify.token-keys",
                                    "a-key-of-the-tests-that-encrypts-tokens"),
                            "test",
                            100))
                    .build()
                    .getConfigMapping(ShopifyConfig.class)),
            InstantSource.fixed(NOW));

    private static String signature(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The query with a signature over exactly this text. */
    private static Optional<ProxyCall> call(String query, String signed) {
        return SIGNATURES.check(query + "&signature=" + signature(SECRET, signed));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Optional<ProxyCall> of(String customer, String shop, long secondsAgo, String secret) {
        long timestamp = NOW.getEpochSecond() - secondsAgo;
        String signed = "logged_in_customer_id=" + customer + "path_prefix=" + PREFIX + "shop=" + shop + "timestamp="
                + timestamp;
        return SIGNATURES.check("shop=" + encoded(shop) + "&logged_in_customer_id=" + encoded(customer)
                + "&path_prefix=" + encoded(PREFIX) + "&timestamp=" + timestamp + "&signature="
                + signature(secret, signed));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb",
        "'', e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"
    })
    void agreesWithShopify(String customer, String signature) {
        String query = "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id=" + customer
                + "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555&signature=";
        List<byte[]> hush = List.of("hush".getBytes(StandardCharsets.UTF_8));
        assertThat(ProxySignatures.isSigned(
                        ProxySignatures.parsed(query + signature).orElseThrow(), hush))
                .isTrue();
        String changed = query.replace("extra=2", "extra=3") + signature;
        assertThat(ProxySignatures.isSigned(ProxySignatures.parsed(changed).orElseThrow(), hush))
                .isFalse();
    }

    @Test
    void namesShopAndCustomer() {
        ProxyCall call = of("9007199254740993", SHOP, 0, SECRET).orElseThrow();
        assertThat(call.shop().name()).isEqualTo(SHOP);
        assertThat(call.shopper()).contains("ref:shopify:9007199254740993");
        assertThat(call.toString()).doesNotContain("9007199254740993");
    }

    @Test
    void takesAnEmptyCustomerForLoggedOut() {
        assertThat(of("", SHOP, 0, SECRET).orElseThrow().customerId()).isEmpty();
    }

    @Test
    void acceptsBothSecretsDuringARotation() {
        assertThat(of("1", SHOP, 0, BEFORE)).isPresent();
        assertThat(of("1", SHOP, 0, "the-secret-of-another-app")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"90, true", "91, false", "-90, true", "-91, false", "1000000000, false"})
    void livesForNinetySeconds(long secondsAgo, boolean accepted) {
        assertThat(of("1", SHOP, secondsAgo, SECRET).isPresent()).isEqualTo(accepted);
    }

    /** The pairs sorted, and the keys sorted: {@code img2=} stands before {@code img=} only in the first order. */
    @ParameterizedTest
    @ValueSource(strings = {"img2=bimg=a", "img=aimg2=b"})
    void acceptsBothOrders(String ours) {
        String theirs = "shop=" + SHOP + "timestamp=" + NOW.getEpochSecond();
        String query = "img=a&img2=b&shop=" + SHOP + "&timestamp=" + NOW.getEpochSecond();
        assertThat(call(query, ours + theirs)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"B=1a=2", "a=2B=1"})
    void acceptsCapitalsInBothOrders(String ours) {
        String theirs = "shop=" + SHOP + "timestamp=" + NOW.getEpochSecond();
        assertThat(call("a=2&B=1&shop=" + SHOP + "&timestamp=" + NOW.getEpochSecond(), ours + theirs))
                .isPresent();
    }

    @Test
    void refusesTwoShopsAndTwoCustomers() {
        long now = NOW.getEpochSecond();
        assertThat(call(
                        "shop=b.myshopify.com&shop=" + SHOP + "&timestamp=" + now,
                        "shop=b.myshopify.com," + SHOP + "timestamp=" + now))
                .isEmpty();
        assertThat(call(
                        "logged_in_customer_id=2&logged_in_customer_id=&shop=" + SHOP + "&timestamp=" + now,
                        "logged_in_customer_id=2,shop=" + SHOP + "timestamp=" + now))
                .isEmpty();
        assertThat(call(
                        "shop=" + SHOP + "&timestamp=" + now + "&timestamp=" + now,
                        "shop=" + SHOP + "timestamp=" + now + "," + now))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann@example.com", "0", "01", "-1", "1.0", "1,2", "١", "99999999999999999999", "gid://1"})
    void refusesWhatIsNoCustomer(String customer) {
        assertThat(of(customer, SHOP, 0, SECRET)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.example.com", "a.myshopify.com.example.com", "a.myshopify.com/"})
    void refusesWhatIsNoShop(String shop) {
        assertThat(of("1", shop, 0, SECRET)).isEmpty();
    }

    @Test
    void keepsARepeatedParameterFromTheResource() {
        long now = NOW.getEpochSecond();
        ProxyCall call = call(
                        "origin=a&origin=b&disclosure=c&shop=" + SHOP + "&timestamp=" + now,
                        "disclosure=corigin=a,bshop=" + SHOP + "timestamp=" + now)
                .orElseThrow();
        assertThat(call.parameters()).containsEntry("disclosure", "c").doesNotContainKey("origin");
    }

    @Test
    void refusesWhatIsNotSigned() {
        String query = "shop=" + SHOP + "&timestamp=" + NOW.getEpochSecond();
        String signature = signature(SECRET, "shop=" + SHOP + "timestamp=" + NOW.getEpochSecond());
        assertThat(SIGNATURES.check(query + "&signature=" + signature)).isPresent();
        assertThat(SIGNATURES.check(null)).isEmpty();
        assertThat(SIGNATURES.check("")).isEmpty();
        assertThat(SIGNATURES.check(query)).isEmpty();
        assertThat(SIGNATURES.check(query + "&signature=")).isEmpty();
        assertThat(SIGNATURES.check(query + "&signature=" + signature.substring(2)))
                .isEmpty();
        assertThat(SIGNATURES.check(query + "&signature=" + signature + "&signature=" + signature))
                .isEmpty();
        assertThat(SIGNATURES.check(query + "&more=1&signature=" + signature)).isEmpty();
        assertThat(SIGNATURES.check(query + "&a=%zz&signature=" + signature)).isEmpty();
    }

    @Test
    void refusesManyParameters() {
        long now = NOW.getEpochSecond();
        StringBuilder query = new StringBuilder();
        StringBuilder signed = new StringBuilder();
        for (int i = 100; i < 160; i++) {
            query.append("p").append(i).append("=1&");
            signed.append("p").append(i).append("=1");
        }
        assertThat(call(query + "shop=" + SHOP + "&timestamp=" + now, signed + "shop=" + SHOP + "timestamp=" + now))
                .isEmpty();
    }
}
