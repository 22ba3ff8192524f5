package dev.wearon.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    /** The second test case of RFC 4231. */
    @Test
    void isHmacSha256() {
        byte[] secret = "Jefe".getBytes(StandardCharsets.US_ASCII);
        byte[] body = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        byte[] right = HexFormat.of().parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(WebhookSignature.isHmacSha256(secret, body, right)).isTrue();
        right[31] ^= 1;
        assertThat(WebhookSignature.isHmacSha256(secret, body, right)).isFalse();
        assertThat(WebhookSignature.isHmacSha256(secret, body, new byte[0])).isFalse();
    }
}
