package dev.wearon.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvisibleCharactersTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
                0x202d, 0x202e, 0x2060, 0x2061, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0x3164, 0xfe0f, 0xfeff,
                0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe0100
            })
    void areFoundAnywhere(int codePoint) {
        String invisible = Character.toString(codePoint);
        String name = "U+%04X".formatted(codePoint);
        for (String text :
                new String[] {invisible + "ann@example.com", "an" + invisible + "n@b.c", "a@b.c" + invisible}) {
            assertThat(InvisibleCharacters.firstIn(text)).contains(name);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ann+b.c_d-e@example.com",
                "jos\u00e9@b\u00fccher.example",
                "\u5c71\u7530@\u4f8b.jp",
                "\u0939\u093f\u0928\u094d@b.c"
            })
    void areNotLettersAndMarks(String text) {
        assertThat(InvisibleCharacters.firstIn(text)).isEmpty();
    }
}
