package dev.wearon.testkit.pictures;

import dev.wearon.testkit.pictures.PictureFile.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One corpus for storage, which judges a file by its header, and for the image models, which read it. */
public final class PictureFiles {

    private static final Path SAMPLES = Path.of("../deploy/testkit/samples");

    private PictureFiles() {}

    public static List<PictureFile> all() {
        return Stream.of(ForeignFiles.all(), JpegFiles.all(), PngFiles.all(), WebpFiles.all())
                .flatMap(List::stream)
                .toList();
    }

    public static List<PictureFile> with(Verdict verdict) {
        return all().stream().filter(file -> file.verdict() == verdict).toList();
    }

    public static byte[] sample(String name) {
        try {
            return Files.readAllBytes(SAMPLES.resolve(name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static byte[] withByte(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
