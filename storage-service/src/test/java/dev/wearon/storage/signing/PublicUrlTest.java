package dev.wearon.storage.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlTest {

    private final PublicUrl publicUrl = new PublicUrl(URI.create("https://shop.test/images/"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.test/images/a/b",
                "https://shop.test:443/images/a/b",
                "HTTPS://SHOP.test/images/a/b",
                "https://shop.test/images/a/b?x=1#y",
                "https://shop.test/images/a/%62",
                "https://shop.test/images/a%2Fb"
            })
    void findsThePathBelowTheBase(String url) {
        assertThat(publicUrl.pathOf(url)).contains("a/b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/b",
                "/images/a/b",
                "//shop.test/images/a/b",
                "http://shop.test/images/a/b",
                "http://shop.test:443/images/a/b",
                "https://shop.test:444/images/a/b",
                "https://evil.test/images/a/b",
                "https://shop.test.evil.test/images/a/b",
                "https://user@shop.test/images/a/b",
                "https://shop.test@evil.test/images/a/b",
                "https://shop.test\\@evil.test/images/a/b",
                "https://shop.test/images\\a/b",
                "https://shop.test/IMAGES/a/b",
                "https://shop.test/imagesa/b",
                "https://shop.test/a/b",
                "https:shop.test/images/a/b",
                "https://shop.test/images/a/%zz",
                "https://shop.test/images/a b",
                "file:///images/a/b",
                "data:image/png;base64,AAAA"
            })
    void rejectsUrlsOutsideTheBase(String url) {
        assertThat(publicUrl.pathOf(url)).isEmpty();
    }

    @Test
    void decodesOnce() {
        assertThat(publicUrl.pathOf("https://shop.test/images/a%252fb")).contains("a%2fb");
        assertThat(publicUrl.pathOf("https://shop.test/images/%2e%2e/b")).contains("../b");
    }

    /** A URL in another spelling is always parsed, so both must have the same path. */
    @Test
    void findsTheSamePathWithAndWithoutTheParser() {
        for (char sign = 0; sign < 256; sign++) {
            for (String form :
                    List.of("/a_b", "/a_/b?c=d", "/a/b?c_d", "/a/b?c=d_", "/_", "_/a", "/a%4_b", "/a?%4_b")) {
                String rest = form.replace('_', sign);
                assertThat(publicUrl.pathOf("https://shop.test/images" + rest))
                        .as(rest)
                        .isEqualTo(publicUrl.pathOf("HTTPS://shop.test/images" + rest));
            }
        }
    }

    @Test
    void rejectsALongUrl() {
        assertThat(publicUrl.pathOf("https://shop.test/images/" + "a".repeat(5_000)))
                .isEmpty();
        assertThat(publicUrl.pathOf(null)).isEmpty();
    }

    @Test
    void buildsAUrlWithOneSlashAfterTheBase() {
        assertThat(publicUrl.of("a/b")).isEqualTo("https://shop.test/images/a/b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop.test", "ftp://shop.test", "https://u:p@shop.test", "https://shop.test/?a=b", "https:///x"})
    void refusesToStartOnAnUnusableBase(String base) {
        assertThatThrownBy(() -> new PublicUrl(URI.create(base))).hasMessageContaining("WEARON_PUBLIC_URL");
    }
}
