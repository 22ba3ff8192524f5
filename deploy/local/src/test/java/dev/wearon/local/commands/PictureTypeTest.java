package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTypeTest {

    @TempDir
    private Path folder;

    private Path file(String name, String bytes) throws Exception {
        return Files.write(folder.resolve(name), bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void followsTheBytesAndNotTheName() throws Exception {
        assertThat(PictureType.of(file("a.png", "\u00ff\u00d8\u00ff\u00e0..."))).contains("image/jpeg");
        assertThat(PictureType.of(file("a.jpg", "\u0089PNG\r\n\u001a\n..."))).contains("image/png");
        assertThat(PictureType.of(file("b.jpg", "RIFF\1\2\3\4WEBPVP8 "))).contains("image/webp");
    }

    @Test
    void isEmptyForOtherFiles() throws Exception {
        assertThat(PictureType.of(file("a.jpg", "\0\0\0\30ftypheic"))).isEmpty();
        assertThat(PictureType.of(file("b.webp", "RIFF\1\2\3\4AVI LIST"))).isEmpty();
        assertThat(PictureType.of(file("c.png", ""))).isEmpty();
    }
}
