package dev.wearon.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopperEmailTest {

    /** The form of a text in an HTTP header: one character per UTF-8 byte. */
    private static String onTheWire(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "ann@example.com, ann@example.com",
        "'  Ann@Example.COM ', ann@example.com",
        "a+b@x.y, a+b@x.y",
        "jos\u00e9@example.com, jos\u00e9@example.com",
        "JOSE\u0301@example.com, jos\u00e9@example.com"
    })
    void normalisesAllSpellingsOfAnAddress(String offered, String normalised) {
        assertThat(ShopperEmail.normalised(List.of(onTheWire(offered)))).hasValue(normalised);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "ann",
                "ann@example",
                "@example.com",
                "ann@.",
                "a@b@c.d",
                "a b@c.d",
                "a@b c.d",
                "a@b.\u0007",
                "a\u00a0@b.c\u2028"
            })
    void ignoresAnUnusableAddress(String offered) {
        assertThat(ShopperEmail.normalised(List.of(onTheWire(offered)))).isEmpty();
    }

    @Test
    void acceptsAtMost254CharactersAndOneHeader() {
        String longest = "a".repeat(248) + "@b.com";
        assertThat(ShopperEmail.normalised(List.of(longest))).hasValue(longest);
        assertThat(ShopperEmail.normalised(List.of("a" + longest))).isEmpty();
        assertThat(ShopperEmail.normalised(List.of("a@b.c", "a@b.c"))).isEmpty();
        assertThat(ShopperEmail.normalised(List.of())).isEmpty();
        assertThat(ShopperEmail.normalised(List.of("\u00ff\u00fe@b.c"))).isEmpty();
    }
}
