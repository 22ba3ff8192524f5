package dev.wearon.gateway.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HmacSha256Test {

    /** The second test case of RFC 4231. */
    @Test
    void matchesOnlyTheRightCode() {
        byte[] secret = "Jefe".getBytes(StandardCharsets.US_ASCII);
        byte[] body = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        byte[] right = HexFormat.of().parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(HmacSha256.matches(secret, body, right)).isTrue();
        right[31] ^= 1;
        assertThat(HmacSha256.matches(secret, body, right)).isFalse();
        assertThat(HmacSha256.matches(secret, body, new byte[0])).isFalse();
    }
}
