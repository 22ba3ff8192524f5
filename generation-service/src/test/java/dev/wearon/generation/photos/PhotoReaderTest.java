package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.generation.models.Samples;
import dev.wearon.generation.photos.PhotoReader.Result.Readable;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhotoReaderTest {

    private static final Color TEAL = new Color(10, 130, 140);

    @Nested
    class Reads {

        @ParameterizedTest
        @ValueSource(
                ints = {
                    BufferedImage.TYPE_INT_RGB,
                    BufferedImage.TYPE_INT_ARGB,
                    BufferedImage.TYPE_BYTE_GRAY,
                    BufferedImage.TYPE_USHORT_GRAY,
                    BufferedImage.TYPE_BYTE_INDEXED,
                    BufferedImage.TYPE_BYTE_BINARY
                })
        void pngOfAnyColourModel(int type) throws IOException {
            byte[] png = Samples.encoded(Samples.plain(40, 30, type, Color.WHITE), "png");

            BufferedImage photo = readable(png, 100);

            assertThat(photo.getType()).isEqualTo(BufferedImage.TYPE_INT_ARGB);
            assertThat(new Color(photo.getRGB(20, 15))).isEqualTo(Color.WHITE);
        }

        @Test
        void grayscaleJpeg() throws IOException {
            byte[] jpeg = Samples.encoded(Samples.plain(40, 30, BufferedImage.TYPE_BYTE_GRAY, Color.WHITE), "jpeg");

            assertThat(new Color(readable(jpeg, 100).getRGB(20, 15))).isEqualTo(Color.WHITE);
        }

        @Test
        void lossyWebp() throws IOException {
            assertThat(readable(Samples.webp("person"), 300).getWidth()).isEqualTo(256);
        }

        @Test
        void losslessWebpWithItsTransparency() throws IOException {
            BufferedImage shirt = readable(Samples.webp("t-shirt"), 300);

            assertThat(shirt.getRGB(1, 1) >>> 24).isZero();
            assertThat(shirt.getRGB(80, 80) >>> 24).isEqualTo(255);
        }

        @Test
        void noLargerThanRequested() throws IOException {
            byte[] png = Samples.encoded(Samples.plain(3000, 1500, BufferedImage.TYPE_BYTE_GRAY, TEAL), "png");

            BufferedImage photo = readable(png, 1024);

            assertThat(photo.getWidth()).isEqualTo(1000);
            assertThat(photo.getHeight()).isEqualTo(500);
        }

        /** Orientation 6: the left side of the stored pixels is the top of the scene. */
        @Test
        void jpegUprightAsItsExifSays() throws IOException {
            BufferedImage lying = Samples.plain(80, 40, BufferedImage.TYPE_INT_RGB, Color.WHITE);
            for (int y = 0; y < 40; y++) {
                for (int x = 0; x < 40; x++) {
                    lying.setRGB(x, y, Color.BLACK.getRGB());
                }
            }

            BufferedImage photo = readable(Samples.withOrientation(Samples.encoded(lying, "jpeg"), 6), 100);

            assertThat(photo.getWidth()).isEqualTo(40);
            assertThat(photo.getHeight()).isEqualTo(80);
            assertThat(red(photo, 20, 10)).isLessThan(30);
            assertThat(red(photo, 20, 70)).isGreaterThan(225);
        }
    }

    @Nested
    class ForgivesBrokenExif {

        @ParameterizedTest
        @ValueSource(ints = {0, 9, -1})
        void inAValidJpeg(int orientation) throws IOException {
            byte[] jpeg = Samples.encoded(Samples.plain(80, 40, BufferedImage.TYPE_INT_RGB, TEAL), "jpeg");

            assertThat(readable(Samples.withOrientation(jpeg, orientation), 100).getWidth())
                    .isEqualTo(80);
        }
    }

    @Nested
    class Refuses {

        @ParameterizedTest
        @CsvSource({"30000, 30000", "8193, 1", "1, 8193", "5001, 5000", "2147483647, 2147483647"})
        @Timeout(value = 5, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void tooLargeImagesByTheirHeader(int width, int height) {
            assertThat(unreadable(Samples.pngDeclaring(width, height)))
                    .isEqualTo("%d × %d pixels are too many", width, height);
        }

        @Test
        @Timeout(value = 5, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void tooLargeWebpByItsHeader() {
            assertThat(unreadable(Samples.webpDeclaring(5001, 5000))).isEqualTo("5001 × 5000 pixels are too many");
        }

        @Test
        void otherTypes() throws IOException {
            assertThat(unreadable(Samples.encoded(Samples.plain(4, 4, BufferedImage.TYPE_INT_RGB, TEAL), "bmp")))
                    .contains("neither");
            assertThat(unreadable("<svg/>".getBytes(StandardCharsets.UTF_8))).contains("neither");
            assertThat(unreadable(new byte[0])).contains("neither");
        }

        @Test
        void garbageAfterAValidStart() {
            byte[] garbage = new byte[400];
            Arrays.fill(garbage, (byte) 0x5A);
            for (String beginning :
                    new String[] {"\u00ff\u00d8\u00ff", "\u0089PNG\r\n\u001a\n", "RIFF\0\0\1\0WEBPVP8 "}) {
                byte[] start = beginning.getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(start, 0, garbage, 0, start.length);

                assertThat(unreadable(garbage)).as(beginning).isNotEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(doubles = {0.02, 0.3, 0.6, 0.9})
        void truncatedImages(double kept) throws IOException {
            byte[] png = Samples.person();
            byte[] jpeg = Samples.encoded(Samples.decoded(png), "jpeg");

            assertThat(unreadable(Arrays.copyOf(png, (int) (png.length * kept))))
                    .isNotEmpty();
            assertThat(unreadable(Arrays.copyOf(jpeg, (int) (jpeg.length * kept))))
                    .isNotEmpty();
            for (String name : new String[] {"person", "t-shirt"}) {
                byte[] webp = Samples.webp(name);
                assertThat(unreadable(Arrays.copyOf(webp, (int) (webp.length * kept))))
                        .as(name)
                        .isNotEmpty();
            }
        }
    }

    private static BufferedImage readable(byte[] bytes, int longestSide) {
        return assertThat(PhotoReader.read(bytes, longestSide))
                .asInstanceOf(type(Readable.class))
                .actual()
                .photo();
    }

    private static int red(BufferedImage photo, int x, int y) {
        return photo.getRGB(x, y) >> 16 & 0xFF;
    }

    private static String unreadable(byte[] bytes) {
        return assertThat(PhotoReader.read(bytes, 1024))
                .asInstanceOf(type(Unreadable.class))
                .actual()
                .why();
    }
}
