package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignaturesTest {

    /** Both vectors were computed with Shopify's JavaScript library. */
    @Test
    void signsTheAppProxyAsShopifyDoes() {
        assertThat(Signatures.proxy("hush", query("1")))
                .isEqualTo("4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb");
    }

    @Test
    void keepsTheEmptyCustomerOfALoggedOutShopper() {
        assertThat(Signatures.proxy("hush", query("")))
                .isEqualTo("e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb");
    }

    /** The second test case of RFC 4231, in base64. */
    @Test
    void signsTheRawBytesOfAWebhook() {
        byte[] body = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        assertThat(Signatures.webhook("Jefe", body))
                .isEqualTo(base64("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    @Test
    void namesShopAppAndTimesInASessionToken() {
        String[] parts = Signatures.sessionToken("hush", "app", "a.myshopify.com", Instant.ofEpochSecond(1_000))
                .split("\\.");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[1])))
                .contains("\"iss\":\"https://a.myshopify.com/admin\"", "\"dest\":\"https://a.myshopify.com\"")
                .contains("\"aud\":\"app\"", "\"exp\":1060", "\"nbf\":1000");
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private static Map<String, List<String>> query(String customer) {
        return Map.of(
                "extra", List.of("1", "2"),
                "logged_in_customer_id", List.of(customer),
                "path_prefix", List.of("/apps/awesome_reviews"),
                "shop", List.of("shop-name.myshopify.com"),
                "timestamp", List.of("1317327555"));
    }
}
