package dev.wearon.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/docs/",
                "/api/v1/credits/balance",
                "/stores/0190a000/uploads/a..b.png",
                "/stores/0190a000/uploads/.hidden",
                "/stores/0190a000/uploads/a%20b%C3%A9.png",
                "/stores/0190a000/uploads/a+b~c_d-e,f=g@h:i!j$k&l'm(n)o*p"
            })
    void acceptsUnambiguousPaths(String path) {
        assertThat(RequestPath.isPlain(path)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "*",
                "api/v1",
                "//api/v1",
                "/api//v1",
                "/docs//",
                "/api/./v1",
                "/api/../internal",
                "/api/v1/..",
                "/api/v1/.",
                "/api/%2e%2e/internal",
                "/api/%2E./internal",
                "/api%2finternal",
                "/api%2Finternal",
                "/api%5cinternal",
                "/api\\internal",
                "/api%252finternal",
                "/api;x=1/v1",
                "/api%3bx/v1",
                "/api%00",
                "/api%0d%0aX: y",
                "/api%7f",
                "/api%",
                "/api%2",
                "/api%zz",
                "/a b",
                "/é",
                "/a\tb",
                "/a\"b",
                "/a<b>",
                "/a|b",
                "/a#b"
            })
    void refusesAmbiguousPaths(String path) {
        assertThat(RequestPath.isPlain(path)).isFalse();
    }

    @Test
    void readsALongPathWithoutRecursion() {
        assertThat(RequestPath.isPlain("/a%20".repeat(100_000))).isTrue();
    }
}
