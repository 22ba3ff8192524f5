package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    @Test
    void keepsAValidId() {
        assertThat(RequestId.keepOrMake("order-4711/b")).isEqualTo("order-4711/b");
        assertThat(RequestId.keepOrMake("x".repeat(128))).hasSize(128);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" ", "two words", "line\nbreak", "ümlaut", "\u0007"})
    void replacesAnInvalidId(String offered) {
        assertThat(RequestId.keepOrMake(offered)).matches("req_[0-9a-f-]{36}");
    }

    /** A client may send these by mistake; they must not be logged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann@example.com",
                "order-of:ann@example.com",
                "wk_0123456789abcdef0123456789abcdef",
                "wst_0123456789abcdef0123456789abcdef",
                "call-wk_0123456789abcdef",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImdhdGV3YXkifQ.e30.x"
            })
    void replacesAnIdThatLooksLikeASecret(String offered) {
        assertThat(RequestId.keepOrMake(offered)).matches("req_[0-9a-f-]{36}");
    }

    @Test
    void replacesATooLongId() {
        assertThat(RequestId.keepOrMake("x".repeat(129))).startsWith("req_");
    }
}
