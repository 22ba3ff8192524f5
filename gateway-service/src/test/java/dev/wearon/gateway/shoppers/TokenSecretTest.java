package dev.wearon.gateway.shoppers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSecretTest {

    private static final String HEX = "0123456789abcdef0123456789abcdef";

    @Test
    void isShownNowhere() {
        TokenSecret secret = TokenSecret.generate();
        assertThat(secret.value()).matches("wst_[0-9a-f]{32}");
        assertThat(secret).hasToString("wst_…");
        assertThat(new IssuedToken(secret.value(), Instant.EPOCH).toString()).doesNotContain(secret.value());
        assertThat(TokenSecret.generate()).isNotEqualTo(secret);
    }

    @Test
    void isStoredAsItsHash() {
        assertThat(new TokenSecret("wst_" + HEX).hash())
                .isEqualTo("d908f841a2cb8ff67414db398b5e675abb881b5377f7b67474265d53ecfa0d1e");
    }

    @Test
    void isReadFromOneHeader() {
        assertThat(TokenSecret.fromHeaders(List.of("Bearer wst_" + HEX))).hasValue(new TokenSecret("wst_" + HEX));
        assertThat(TokenSecret.fromHeaders(List.of("Bearer wst_" + HEX, "Bearer wst_" + HEX)))
                .isEmpty();
        assertThat(TokenSecret.fromHeaders(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wst_" + HEX,
                "bearer wst_" + HEX,
                "Bearer  wst_" + HEX,
                "Bearer wk_" + HEX,
                "Bearer wst_" + HEX + "0",
                "Bearer wst_0123456789ABCDEF0123456789abcdef",
                "Bearer wst_",
                "Bearer wst_' OR '1'='1"
            })
    void hasOneForm(String header) {
        assertThat(TokenSecret.fromHeaders(List.of(header))).isEmpty();
    }
}
