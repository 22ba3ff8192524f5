package dev.wearon.local.commands;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The media type of a picture by its first bytes, because its name may be wrong. storage-service checks the content itself. */
final class PictureType {

    private PictureType() {}

    /** @return empty if the file is no JPEG, PNG or WebP */
    static Optional<String> of(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            String head = new String(bytes.readNBytes(12), StandardCharsets.ISO_8859_1);
            if (head.startsWith("\u00ff\u00d8\u00ff")) {
                return Optional.of("image/jpeg");
            }
            if (head.startsWith("\u0089PNG\r\n")) {
                return Optional.of("image/png");
            }
            return head.startsWith("RIFF") && head.endsWith("WEBP") ? Optional.of("image/webp") : Optional.empty();
        }
    }
}
