package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.generation.photos.PhotoReader.Result.Readable;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads photos for tests, and compares pixels. */
final class Expected {

    private static final Path SAMPLES = Path.of("../deploy/testkit/samples");

    private Expected() {}

    static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve(name));
    }

    static BufferedImage photo(byte[] bytes) {
        return photo(bytes, 8192);
    }

    static BufferedImage photo(byte[] bytes, int longestSide) {
        return assertThat(PhotoReader.read(bytes, longestSide))
                .asInstanceOf(type(Readable.class))
                .actual()
                .photo();
    }

    static Unreadable unreadable(byte[] bytes) {
        return assertThat(PhotoReader.read(bytes, 8192))
                .asInstanceOf(type(Unreadable.class))
                .actual();
    }

    /** The largest difference of a channel. Transparent pixels have no colour. */
    static int difference(int one, int other) {
        if (one >>> 24 == 0 && other >>> 24 == 0) {
            return 0;
        }
        int largest = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            largest = Math.max(largest, Math.abs((one >> shift & 0xFF) - (other >> shift & 0xFF)));
        }
        return largest;
    }

    /** The largest difference of all pixels. */
    static int difference(BufferedImage one, BufferedImage other) {
        assertThat(one.getWidth()).isEqualTo(other.getWidth());
        assertThat(one.getHeight()).isEqualTo(other.getHeight());
        int largest = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                largest = Math.max(largest, difference(one.getRGB(x, y), other.getRGB(x, y)));
            }
        }
        return largest;
    }
}
