package dev.wearon.gateway.origins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {

    private static final String SHOP = "https://shop.example.com";

    @ParameterizedTest
    @ValueSource(
            strings = {
                SHOP,
                "https://shop.example.com:8443",
                "http://localhost:3000",
                "http://127.0.0.1",
                "http://[::1]:3000",
                "https://my_shop.example.com",
                "https://xn--bcher-kva.example",
                "capacitor://localhost",
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
            })
    void acceptsOriginsOfBrowsers(String text) {
        assertThat(Origin.of(List.of(text))).isEqualTo(new Origin.Page(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "*",
                "shop.example.com",
                "//shop.example.com",
                "https://",
                "https://shop.example.com/",
                "https://shop.example.com/path",
                "https://shop.example.com?x",
                "https://user@shop.example.com",
                "https://shop.example.com:",
                "https://shop.example.com:123456",
                "https://SHOP.example.com",
                "https://shop.example.com https://other.example.com",
                "https://shop.example.com, https://other.example.com",
                "https://shop.example.com\r\nX: y",
                "https://shop.example.com\u0000",
                "https://b\u00fccher.example",
                "<script>://x"
            })
    void refusesEverythingElse(String text) {
        assertThat(Origin.of(List.of(text))).isEqualTo(new Origin.Malformed());
    }

    @Test
    void refusesSeveralAndTooLongOrigins() {
        assertThat(Origin.of(List.of(SHOP, SHOP))).isEqualTo(new Origin.Malformed());
        assertThat(Origin.of(List.of("https://" + "x".repeat(100_000)))).isEqualTo(new Origin.Malformed());
    }

    @Test
    void matchesOnlyExactly() {
        assertThat(Origin.of(List.of(SHOP)).isAmong(Set.of("https://a.example", SHOP)))
                .isTrue();
        for (String other : List.of(
                "http://shop.example.com",
                "https://shop.example.com:443",
                "https://www.shop.example.com",
                "https://shop.example.co",
                "https://shop.example.com.evil.example",
                "https://shopXexample.com".toLowerCase())) {
            assertThat(Origin.of(List.of(other)).isAmong(Set.of(SHOP)))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void allowsServersAlwaysAndPagesOnlyIfListed() {
        assertThat(Origin.of(List.of()).isAmong(Set.of())).isTrue();
        assertThat(Origin.of(List.of(SHOP)).isAmong(Set.of())).isFalse();
        assertThat(Origin.of(List.of("null")).isAmong(Set.of("null"))).isFalse();
    }
}
