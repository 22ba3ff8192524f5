package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopDomainTest {

    @ParameterizedTest
    @ValueSource(strings = {"a.myshopify.com", "0-shop--1.myshopify.com", "My-Shop.MyShopify.com"})
    void acceptsTheDomainOfAShop(String text) {
        assertThat(ShopDomain.of(text))
                .hasValueSatisfying(shop -> assertThat(shop.name()).isEqualTo(text.toLowerCase(java.util.Locale.ROOT)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "a.myshopify.com.evil.com",
                "-a.myshopify.com",
                "a.b.myshopify.com",
                "a.myshopify.com#x",
                "a.myshopify.com/",
                "a.myshopify.com\n",
                "a.myshopify.com:443",
                "x@a.myshopify.com",
                "a_b.myshopify.com",
                ".myshopify.com",
                "myshopify.com",
                "amyshopify.com",
                "a.myshopifyxcom",
                "a.myshopify.io",
                "a.shopify.com",
                "127.0.0.1",
                // Its lower case has a second character.
                "\u0130.myshopify.com",
            })
    void acceptsNothingElse(String text) {
        assertThat(ShopDomain.of(text)).isEmpty();
    }

    @Test
    void aLabelHasAtMost63Characters() {
        assertThat(ShopDomain.of("a".repeat(63) + ".myshopify.com")).isPresent();
        assertThat(ShopDomain.of("a".repeat(64) + ".myshopify.com")).isEmpty();
    }

    @Test
    void noOtherInstanceExists() {
        assertThatThrownBy(() -> new ShopDomain("evil.com")).isInstanceOf(IllegalArgumentException.class);
    }
}
