package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrayCharactersTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "/a?x=%, /a?x=%25",
                "/a?x=%4, /a?x=%254",
                "/a?x=%zz&y=%41, /a?x=%25zz&y=%41",
                "/a?x=%%41, /a?x=%25%41",
                "/a?x={{b.c}}|d^`, /a?x=%7B%7Bb.c%7D%7D%7Cd%5E%60",
                "/a?x=<b>\"\\[1], /a?x=%3Cb%3E%22%5C%5B1%5D",
                "/{a}/%/b, /%7Ba%7D/%25/b",
                "/a?x=Ã¼, /a?x=%C3%BC",
                "/a?x=€, /a?x=%E2%82%AC",
                "http://shop.example:80/a?x={b}, /a?x=%7Bb%7D",
                "/a?x={b}#c, /a?x=%7Bb%7D#c",
            })
    void areEncodedInPathAndQuery(String uri, String encoded) {
        assertThat(StrayCharacters.encoded(uri)).contains(encoded);
        assertThat(StrayCharacters.encoded(encoded)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a-b._~!$&'()*+,;=:@/c?d=e/f?g&h#i",
                "/a?x=%41",
                "*",
                "http://shop.example/a",
                "http://shop.example",
                "{a}",
                "http://shop.example?x={a}"
            })
    void doNotChangeOtherUris(String uri) {
        assertThat(StrayCharacters.encoded(uri)).isEmpty();
    }
}
