package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.Samples;
import dev.wearon.generation.photos.PhotoReader.Reason;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegPhotoTest {

    private static final int TOLERANCE = 3;
    private static final int SIZE = 32;

    @Nested
    class Components {

        /** Y, Cb and Cr of orange, without JFIF and Adobe marker: luminance and chrominance, whatever the ids are. */
        @ParameterizedTest
        @CsvSource({"1, 2, 3", "0, 1, 2", "7, 9, 200", "89, 67, 99"})
        void ofThreeColoursAreLuminanceAndChrominance(int first, int second, int third) throws IOException {
            byte[] jpeg = withIds(raw(false, 149, 62, 203), first, second, third);

            assertThat(colour(jpeg)).satisfies(near(new Color(255, 119, 32)));
        }

        @Test
        void withTheIdsOfRgbAreRgb() throws IOException {
            assertThat(colour(withIds(raw(false, 149, 62, 203), 'R', 'G', 'B')))
                    .satisfies(near(new Color(149, 62, 203)));
        }

        @Test
        void areRgbIfAdobeSaysSo() throws IOException {
            assertThat(colour(with(raw(false, 149, 62, 203), adobe(0)))).satisfies(near(new Color(149, 62, 203)));
        }

        @Test
        void areLuminanceAndChrominanceIfJfifIsThereWhateverAdobeSays() throws IOException {
            byte[] jfif = segment(0xE0, new byte[] {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0});

            assertThat(colour(with(raw(false, 149, 62, 203), jfif, adobe(0)))).satisfies(near(new Color(255, 119, 32)));
        }

        /** Stored is the light that the inks leave: 200, 100, 50, and black leaves four fifths of it. */
        @Test
        void ofFourInksAreInverted() throws IOException {
            byte[] plain = raw(false, 200, 100, 50, 204);

            assertThat(colour(plain)).satisfies(near(new Color(160, 80, 40)));
            assertThat(colour(with(plain, adobe(0)))).satisfies(near(new Color(160, 80, 40)));
        }

        /** Adobe's transform 2: luminance and chrominance of the inks. */
        @Test
        void ofFourInksMayBeTransformed() throws IOException {
            // Inks of 255, 119 and 32 leave 0, 136 and 223; black leaves everything.
            assertThat(colour(with(raw(false, 149, 62, 203, 255), adobe(2)))).satisfies(near(new Color(0, 136, 223)));
        }

        @Test
        void ofAProgressiveJpegAreTheSame() throws IOException {
            assertThat(colour(raw(true, 149, 62, 203))).satisfies(near(new Color(255, 119, 32)));
        }
    }

    @Nested
    class Notes {

        @Test
        void ofAProfileAreUsedOnlyIfComplete() throws IOException {
            byte[] profile =
                    JpegSegments.of(Expected.sample("jpeg-prophoto-icc.jpg")).profile();
            byte[] jpeg = raw(false, 149, 128, 128);
            Color converted = colour(with(jpeg, icc(1, 1, profile)));
            Color stored = new Color(149, 149, 149);
            assertThat(converted.getRed()).isGreaterThan(155);

            byte[] front = Arrays.copyOf(profile, 9000);
            byte[] back = Arrays.copyOfRange(profile, 9000, profile.length);
            assertThat(colour(with(jpeg, icc(2, 2, back), icc(1, 2, front)))).isEqualTo(converted);
            assertThat(colour(with(jpeg, icc(1, 1, profile), icc(1, 1, profile))))
                    .satisfies(near(stored));
            assertThat(colour(with(jpeg, icc(1, 2, profile)))).satisfies(near(stored));
            assertThat(colour(with(jpeg, icc(0, 0, profile)))).satisfies(near(stored));
            assertThat(colour(with(jpeg, icc(1, 1, new byte[600])))).satisfies(near(stored));
        }

        @ParameterizedTest
        @ValueSource(ints = {0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE})
        void neverRefuseGoodPixels(int marker) throws IOException {
            byte[] jpeg = Samples.encoded(Samples.plain(SIZE, SIZE, BufferedImage.TYPE_INT_RGB, Color.ORANGE), "jpeg");
            for (String content :
                    new String[] {"", "JFIF", "Exif\0\0MM", "ICC_PROFILE\0", "Adobe", "JFXX\0\u0010broken"}) {
                byte[] note = segment(marker, content.getBytes(StandardCharsets.ISO_8859_1));

                assertThat(colour(with(jpeg, note))).satisfies(near(Color.ORANGE));
            }
        }

        @ParameterizedTest
        @CsvSource({"II, 8", "MM, 20"})
        void sayTheOrientationAlsoAfterFillBytes(String order, int list) throws IOException {
            BufferedImage lying = Samples.plain(64, SIZE, BufferedImage.TYPE_INT_RGB, Color.ORANGE);
            byte[] fill = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
            byte[] exif = segment(0xE1, ExifTest.exif(order, list, 6, 3, true));

            BufferedImage photo = Expected.photo(with(Samples.encoded(lying, "jpeg"), fill, exif));

            assertThat(photo.getHeight()).isEqualTo(64);
        }
    }

    @Nested
    class End {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void mayBeMissingIfEveryRowIsThere(boolean progressive) throws IOException {
            byte[] jpeg = person(progressive);
            byte[] withoutEnd = Arrays.copyOf(jpeg, jpeg.length - 2);

            assertThat(Expected.difference(Expected.photo(withoutEnd), Expected.photo(jpeg)))
                    .isZero();
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void isRefusedIfPixelsAreMissing(boolean progressive) throws IOException {
            byte[] jpeg = person(progressive);
            for (double kept : new double[] {0.1, 0.4, 0.7, 0.95}) {
                byte[] cut = Arrays.copyOf(jpeg, (int) (jpeg.length * kept));
                byte[] ended = Arrays.copyOf(cut, cut.length + 2);
                ended[cut.length] = (byte) 0xFF;
                ended[cut.length + 1] = (byte) 0xD9;

                assertThat(Expected.unreadable(cut).reason()).as("%s", kept).isEqualTo(Reason.DAMAGED);
                if (!progressive) {
                    assertThat(Expected.unreadable(ended).reason())
                            .as("%s", kept)
                            .isEqualTo(Reason.DAMAGED);
                }
            }
        }

        @Test
        void isFollowedByAnything() throws IOException {
            byte[] jpeg = person(false);
            byte[] longer = Arrays.copyOf(jpeg, jpeg.length + 5000);
            System.arraycopy(jpeg, 0, longer, jpeg.length, 4000);

            assertThat(Expected.difference(Expected.photo(longer), Expected.photo(jpeg)))
                    .isZero();
        }
    }

    @Nested
    class Kinds {

        @ParameterizedTest
        @CsvSource({
            "0xC3, a lossless JPEG",
            "0xC5, a hierarchical JPEG",
            "0xC9, an arithmetic-coded JPEG",
            "0xCA, an arithmetic-coded JPEG"
        })
        void thatCannotBeDecodedAreNamed(String marker, String kind) throws IOException {
            byte[] jpeg = person(false);
            jpeg[frame(jpeg) + 1] = (byte) (int) Integer.decode(marker);

            assertThat(Expected.unreadable(jpeg))
                    .isEqualTo(new PhotoReader.Result.Unreadable(Reason.UNSUPPORTED, kind));
        }

        @Test
        void ofTwelveBitsAreNamed() throws IOException {
            byte[] jpeg = person(false);
            jpeg[frame(jpeg) + 4] = 12;

            assertThat(Expected.unreadable(jpeg).why()).isEqualTo("a JPEG with 12 bits for each colour");
        }

        @Test
        void withHundredsOfScansAreRefused() throws IOException {
            byte[] jpeg = person(true);
            int end = jpeg.length - 2;
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.write(jpeg, 0, end);
            for (int i = 0; i < 200; i++) {
                bomb.writeBytes(segment(0xDA, new byte[] {1, 1, 0, 1, 63, 0}));
            }
            bomb.write(jpeg, end, 2);

            assertThat(Expected.unreadable(bomb.toByteArray()).reason()).isEqualTo(Reason.UNSUPPORTED);
        }
    }

    private static ThrowingConsumer<Color> near(Color expected) {
        return colour -> assertThat(Expected.difference(colour.getRGB(), expected.getRGB()))
                .as("%s instead of %s", colour, expected)
                .isLessThanOrEqualTo(TOLERANCE);
    }

    private static Color colour(byte[] jpeg) {
        return new Color(Expected.photo(jpeg).getRGB(SIZE / 2, SIZE / 2));
    }

    /** A JPEG of one colour, with these components and no marker that says what they mean. */
    private static byte[] raw(boolean progressive, int... components) throws IOException {
        WritableRaster raster =
                Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, SIZE, SIZE, components.length, null);
        for (int band = 0; band < components.length; band++) {
            int[] samples = new int[SIZE * SIZE];
            Arrays.fill(samples, components[band]);
            raster.setSamples(0, 0, SIZE, SIZE, band, samples);
        }
        return written(new IIOImage(raster, null, null), progressive);
    }

    private static byte[] person(boolean progressive) throws IOException {
        BufferedImage person = Samples.decoded(Samples.person()).getSubimage(150, 80, 200, 160);
        BufferedImage rgb = new BufferedImage(200, 160, BufferedImage.TYPE_INT_RGB);
        rgb.getGraphics().drawImage(person, 0, 0, null);
        return written(new IIOImage(rgb, null, null), progressive);
    }

    private static byte[] written(IIOImage image, boolean progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(0.95f);
            if (progressive) {
                settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            writer.setOutput(out);
            writer.write(null, image, settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] withIds(byte[] jpeg, int... ids) {
        int frame = frame(jpeg);
        int scan = indexOf(jpeg, 0xDA);
        for (int i = 0; i < ids.length; i++) {
            jpeg[frame + 10 + 3 * i] = (byte) ids[i];
            jpeg[scan + 5 + 2 * i] = (byte) ids[i];
        }
        return jpeg;
    }

    private static int frame(byte[] jpeg) {
        int baseline = indexOf(jpeg, 0xC0);
        return baseline >= 0 ? baseline : indexOf(jpeg, 0xC2);
    }

    private static int indexOf(byte[] jpeg, int marker) {
        return new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00ff" + (char) marker);
    }

    private static byte[] adobe(int transform) {
        return segment(0xEE, new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform});
    }

    private static byte[] icc(int number, int count, byte[] part) {
        ByteBuffer content = ByteBuffer.allocate(14 + part.length);
        content.put("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII));
        return segment(
                0xE2, content.put((byte) number).put((byte) count).put(part).array());
    }

    private static byte[] segment(int marker, byte[] content) {
        ByteBuffer segment = ByteBuffer.allocate(content.length + 4);
        segment.put((byte) 0xFF).put((byte) marker).putShort((short) (content.length + 2));
        return segment.put(content).array();
    }

    private static byte[] with(byte[] jpeg, byte[]... segments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        for (byte[] segment : segments) {
            out.writeBytes(segment);
        }
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }
}
