package dev.wearon.gateway.origins;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginTest {

    @ParameterizedTest
    @CsvSource({
        "https://shop.example, https://shop.example",
        "https://shop.example:443, https://shop.example",
        "https://shop.example:0443, https://shop.example",
        "https://shop.example/, https://shop.example",
        "https://shop.example:443/, https://shop.example",
        "HTTPS://Shop.EXAMPLE, https://shop.example",
        "https://shop.example:80, https://shop.example:80",
        "https://shop.example:08443, https://shop.example:8443",
        "https://b\u00fccher.example, https://xn--bcher-kva.example",
        "https://B\u00dcCHER.example:443/, https://xn--bcher-kva.example",
        "https://XN--bcher-kva.example, https://xn--bcher-kva.example",
        "https://\u304a\u5e97\u3002example, https://xn--t8jz70l.example",
        "http://localhost:80, http://localhost",
        "http://LOCALHOST:3000/, http://localhost:3000",
        "http://127.0.0.1:443, http://127.0.0.1:443",
    })
    void hasTheFormThatBrowsersSend(String written, String sent) {
        assertThat(AllowedOrigin.normalised(written)).contains(sent);
        assertThat(AllowedOrigin.normalised(sent)).contains(sent);
        assertThat(Origin.WELL_FORMED.matcher(sent).matches()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "*",
                "shop.example",
                "//shop.example",
                "https://",
                "https:///",
                "https://*.shop.example",
                "https://shop.example/path",
                "https://shop.example//",
                "https://shop.example?x",
                "https://shop.example#x",
                "https://user@shop.example",
                "https://user:secret@shop.example",
                "https://shop.example:",
                "https://shop.example:0",
                "https://shop.example:65536",
                "https://shop.example:443:443",
                "https://shop..example",
                "https://.example",
                "https://shop.example.",
                "https://-shop.example",
                "https://shop_1.example",
                "https://shop example",
                " https://shop.example",
                "https://shop.example\n",
                "https://%73hop.example",
                "http://shop.example",
                "ftp://shop.example",
                "https://fa\u00df.example",
                "https://\ud83d\ude00.example",
                "https://sh\u200dop.example",
            })
    void refusesWhatNoBrowserSends(String written) {
        assertThat(AllowedOrigin.normalised(written)).isEmpty();
    }
}
