package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample photos have the pixels of libjpeg-turbo, libpng, libwebp and Little CMS. */
class SamplePixelsTest {

    /** Decoders of JPEG may round differently. */
    private static final int TOLERANCE = 3;

    private static final int POINTS = 5;

    /** Each line: name, width and height upright, then ARGB at 5 × 5 points. */
    static List<String> samples() throws IOException {
        try (InputStream in = SamplePixelsTest.class.getResourceAsStream("/photos/pixels-of-samples.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void haveTheirColoursUpright(String line) throws IOException {
        String[] words = line.split(" ");
        BufferedImage photo = Expected.photo(Expected.sample(words[0]));

        assertThat(photo.getWidth()).isEqualTo(Integer.parseInt(words[1]));
        assertThat(photo.getHeight()).isEqualTo(Integer.parseInt(words[2]));
        for (int i = 0; i < POINTS * POINTS; i++) {
            int x = (2 * (i % POINTS) + 1) * photo.getWidth() / (2 * POINTS);
            int y = (2 * (i / POINTS) + 1) * photo.getHeight() / (2 * POINTS);
            int expected = Integer.parseUnsignedInt(words[3 + i], 16);
            assertThat(Expected.difference(photo.getRGB(x, y), expected))
                    .as("%s at %d, %d: %08x", words[0], x, y, photo.getRGB(x, y))
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }

    @Test
    void anArithmeticCodedJpegIsRefusedByItsKind() throws IOException {
        assertThat(Expected.unreadable(Expected.sample("jpeg-arithmetic.jpg")))
                .isEqualTo(
                        new PhotoReader.Result.Unreadable(PhotoReader.Reason.UNSUPPORTED, "an arithmetic-coded JPEG"));
    }
}
