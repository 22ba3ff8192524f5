package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.Samples;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("pictures")
class PngPhotoTest {

    private static final int AFTER_HEADER = 8 + 25;

    /** A dark reddish grey of 40 × 30 pixels. */
    private static final Color DARK = new Color(100, 64, 64);

    private static byte[] plain() throws IOException {
        return Samples.encoded(Samples.plain(40, 30, BufferedImage.TYPE_INT_RGB, DARK), "png");
    }

    private static Color colourWith(byte[]... chunks) throws IOException {
        return new Color(Expected.photo(with(plain(), chunks)).getRGB(20, 15));
    }

    @Nested
    class Colours {

        /** 64 is stored and 64 is meant. Light between black and white would be about 140. */
        @Test
        void ofGreyWithAlphaAreAsStored() throws IOException {
            byte[] row = new byte[1 + 2 * 4];
            for (int x = 0; x < 4; x++) {
                row[1 + 2 * x] = 64;
                row[2 + 2 * x] = (byte) (80 * x);
            }
            BufferedImage photo = Expected.photo(png(4, 1, 8, 4, row));

            assertThat(photo.getRGB(3, 0)).isEqualTo(0xF0404040);
            assertThat(photo.getRGB(0, 0) >>> 24).isZero();
        }

        @Test
        void useGammaAlone() throws IOException {
            Color linear = colourWith(chunk("gAMA", ints(100_000)));

            assertThat(linear).isEqualTo(new Color(168, 137, 137));
        }

        @Test
        void usePrimaries() throws IOException {
            // Those of Adobe RGB: its red is redder than that of sRGB.
            byte[] primaries = ints(31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000);

            Color wide = colourWith(chunk("cHRM", primaries));

            assertThat(wide.getRed()).isBetween(109, 116);
            assertThat(wide.getGreen()).isBetween(62, 66);
        }

        @ParameterizedTest
        @ValueSource(strings = {"sRGB 00", "cICP 010d0001"})
        void areSrgbIfAChunkSaysSoWhateverGammaIs(String srgb) throws IOException {
            byte[] chunk = chunk(srgb.substring(0, 4), HexFormat.of().parseHex(srgb.substring(5)));

            assertThat(colourWith(chunk("gAMA", ints(100_000)), chunk)).isEqualTo(DARK);
        }

        @Test
        void withGammaOfSrgbAreSrgb() throws IOException {
            assertThat(colourWith(chunk("gAMA", ints(45455)))).isEqualTo(DARK);
        }

        /** The profile of a sample. The same pixels as JPEG with the same profile look the same. */
        @Test
        void useTheProfileBeforeEverythingElse() throws IOException {
            byte[] profile =
                    JpegSegments.of(Expected.sample("jpeg-prophoto-icc.jpg")).profile();
            byte[] iccp = iccp("wide", profile);

            Color wide = colourWith(chunk("gAMA", ints(100_000)), chunk("sRGB", new byte[1]), iccp);

            assertThat(wide.getRed()).isGreaterThan(DARK.getRed() + 20);
            assertThat(wide.getGreen()).isBetween(50, 90);
        }

        @Test
        void areTheHighByteOfSixteenBits() throws IOException {
            byte[] row = {0, 0x40, 0x00, (byte) 0xFF, (byte) 0xFF};

            BufferedImage photo = Expected.photo(png(2, 1, 16, 0, row));

            assertThat(photo.getRGB(0, 0)).isEqualTo(0xFF404040);
            assertThat(photo.getRGB(1, 0)).isEqualTo(0xFFFFFFFF);
        }

        @Test
        void areTransparentWherePaletteOrKeySaySo() throws IOException {
            byte[] palette = chunk("PLTE", new byte[] {10, 20, 30, 40, 50, 60});
            byte[] halfAndFull = chunk("tRNS", new byte[] {(byte) 128});
            byte[] bits = {0, 0b0100_0000};

            BufferedImage photo = Expected.photo(with(png(2, 1, 1, 3, bits), palette, halfAndFull));

            assertThat(photo.getRGB(0, 0)).isEqualTo(0x800A141E);
            assertThat(photo.getRGB(1, 0)).isEqualTo(0xFF28323C);

            byte[] key = chunk("tRNS", new byte[] {0, 7});
            BufferedImage keyed = Expected.photo(with(png(2, 1, 8, 0, new byte[] {0, 7, 8}), key));
            assertThat(keyed.getRGB(0, 0) >>> 24).isZero();
            assertThat(keyed.getRGB(1, 0)).isEqualTo(0xFF080808);
        }

        @ParameterizedTest
        @CsvSource({"1, 1", "3, 5", "17, 9", "64, 40"})
        void areTheSameIfInterlaced(int width, int height) throws IOException {
            BufferedImage person = Samples.decoded(Samples.person()).getSubimage(150, 80, width, height);
            BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            picture.getGraphics().drawImage(person, 0, 0, null);

            assertThat(Expected.difference(Expected.photo(interlaced(picture)), picture))
                    .isZero();
        }
    }

    @Nested
    class Notes {

        /** A decoder must survive each of them. All but the last break a rule. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "tEXt", "zTXt", "iTXt", "tIME", "pHYs", "gAMA", "cHRM", "sBIT", "bKGD", "hIST", "eXIf", "iCCP",
                    "acTL", "oFFs", "abcd"
                })
        void neverRefuseGoodPixels(String type) throws IOException {
            byte[] garbage = new byte[120];
            Arrays.fill(garbage, (byte) 'k');

            assertThat(colourWith(chunk(type, garbage))).isEqualTo(DARK);
            assertThat(colourWith(chunk(type, new byte[0]))).isEqualTo(DARK);
            assertThat(colourWith(chunk(type, new byte[] {1}), chunk(type, new byte[] {1})))
                    .isEqualTo(DARK);
        }

        @Test
        void withAWrongChecksumAreIgnored() throws IOException {
            byte[] gamma = chunk("gAMA", ints(100_000));
            gamma[gamma.length - 1] ^= 1;

            assertThat(colourWith(gamma)).isEqualTo(DARK);
        }

        @Test
        void withABrokenOrForeignProfileAreIgnored() throws IOException {
            byte[] nonsense = new byte[500];
            byte[] profile =
                    JpegSegments.of(Expected.sample("jpeg-prophoto-icc.jpg")).profile();
            byte[] forInks = profile.clone();
            System.arraycopy("CMYK".getBytes(StandardCharsets.US_ASCII), 0, forInks, 16, 4);
            byte[] forGrey = profile.clone();
            System.arraycopy("GRAY".getBytes(StandardCharsets.US_ASCII), 0, forGrey, 16, 4);
            byte[] cut = Arrays.copyOf(profile, 200);
            for (byte[] unusable : new byte[][] {nonsense, forInks, forGrey, cut}) {
                assertThat(colourWith(iccp("x", unusable))).isEqualTo(DARK);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 3, 6, 8})
        void sayTheOrientation(int orientation) throws IOException {
            byte[] exif = chunk("eXIf", ExifTest.exif("MM", 20, orientation, 3, false));

            BufferedImage photo = Expected.photo(with(plain(), exif));

            assertThat(photo.getWidth()).isEqualTo(orientation >= 5 ? 30 : 40);
        }
    }

    @Nested
    class Damage {

        @Test
        void inPixelsIsRefused() throws IOException {
            byte[] png = Samples.person();
            int data = indexOf(png, "IDAT");
            byte[] wrongBit = png.clone();
            wrongBit[data + 2000] ^= 4;

            assertThat(Expected.unreadable(wrongBit).reason()).isEqualTo(PhotoReader.Reason.DAMAGED);
            assertThat(Expected.unreadable(Arrays.copyOf(png, png.length / 2)).reason())
                    .isEqualTo(PhotoReader.Reason.DAMAGED);
        }

        @Test
        void ofMissingRowsIsRefused() {
            byte[] oneRowOfTwo = {0, 1, 2, 3};

            assertThat(Expected.unreadable(png(3, 2, 8, 0, oneRowOfTwo)).why()).contains("ends before its last pixel");
        }

        @Test
        void afterTheLastRowIsNotPixels() {
            byte[] twoRows = {0, 1, 2, 3, 0, 4, 5, 6, 99, 99};

            assertThat(Expected.photo(png(3, 2, 8, 0, twoRows)).getRGB(2, 1)).isEqualTo(0xFF060606);
        }
    }

    @Nested
    class ManyChunks {

        /** In a file of 10 MiB. A painting opens up to ten before it takes its share of the memory. */
        private static final int COUNT = 800_000;

        @ParameterizedTest
        @ValueSource(strings = {"tEXt", "gAMA", "IDAT"})
        void takeNoMemory(String type) throws IOException {
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            byte[] empty = chunk(type, new byte[0]);
            for (int i = 0; i < COUNT; i++) {
                chunks.writeBytes(empty);
            }
            byte[] png = with(plain(), chunks.toByteArray());
            long before = usedMemory();

            List<PhotoReader.Opened> opened = List.of(PhotoReader.open(png), PhotoReader.open(png));

            // An object for each chunk would be more than twice as much.
            assertThat(usedMemory() - before).isLessThan(16 << 20);
            assertThat(opened).allMatch(PhotoReader.Opened.Photo.class::isInstance);
            assertThat(new Color(Expected.photo(png).getRGB(20, 15))).isEqualTo(DARK);
        }

        private static long usedMemory() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }

    private static byte[] with(byte[] png, byte[]... chunks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(png, 0, AFTER_HEADER);
        for (byte[] chunk : chunks) {
            out.writeBytes(chunk);
        }
        out.write(png, AFTER_HEADER, png.length - AFTER_HEADER);
        return out.toByteArray();
    }

    private static byte[] png(int width, int height, int depth, int kind, byte[] rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        out.writeBytes(chunk("IHDR", header.put((byte) depth).put((byte) kind).array()));
        out.writeBytes(chunk("IDAT", packed(rows)));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    private static byte[] chunk(String type, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(content.length + 12).putInt(content.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, content.length + 4);
        return chunk.putInt((int) crc.getValue()).array();
    }

    private static byte[] iccp(String name, byte[] profile) {
        byte[] packed = packed(profile);
        ByteBuffer content = ByteBuffer.allocate(name.length() + 2 + packed.length);
        content.put(name.getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 0)
                .put(packed);
        return chunk("iCCP", content.array());
    }

    private static byte[] packed(byte[] bytes) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] packed = new byte[bytes.length + 100];
            return Arrays.copyOf(packed, deflater.deflate(packed));
        } finally {
            deflater.end();
        }
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        Arrays.stream(values).forEach(bytes::putInt);
        return bytes.array();
    }

    private static int indexOf(byte[] bytes, String word) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(word);
    }

    private static byte[] interlaced(BufferedImage picture) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
