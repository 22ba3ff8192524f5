package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.Samples;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * WebP files that libwebp 1.6 wrote with each of its options, and the checksums of the pixels that it reads from them. Names say
 * the kind: method, filter type, sharpness, strength, quality and size; for alpha the compression and the filter.
 */
class WebpPixelsTest {

    private static final Map<String, byte[]> FILES = new TreeMap<>();

    @BeforeAll
    static void unpack() throws IOException {
        try (InputStream in = WebpPixelsTest.class.getResourceAsStream("/photos/webp.zip");
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                FILES.put(entry.getName(), zip.readAllBytes());
            }
        }
    }

    /** Each line: name, width, height, and the CRC-32 of the pixels as ARGB; transparent pixels are zero. */
    static Stream<String> lines() {
        return new String(FILES.get("pixels.txt"), StandardCharsets.US_ASCII).lines();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void arePreciselyThoseOfLibwebp(String line) {
        String[] words = line.split(" ");

        BufferedImage photo = Expected.photo(FILES.get(words[0]));

        assertThat("%d %d %08x".formatted(photo.getWidth(), photo.getHeight(), checksum(photo)))
                .isEqualTo(words[1] + " " + words[2] + " " + words[3]);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void areTheSameIfSomeAreSkipped(String line) {
        byte[] webp = FILES.get(line.split(" ")[0]);
        BufferedImage whole = Expected.photo(webp);
        int longestSide = Math.ceilDiv(Math.max(whole.getWidth(), whole.getHeight()), 3);

        BufferedImage small = Expected.photo(webp, longestSide);

        int step = Math.ceilDiv(Math.max(whole.getWidth(), whole.getHeight()), longestSide);
        for (int y = 0; y < small.getHeight(); y++) {
            for (int x = 0; x < small.getWidth(); x++) {
                assertThat(small.getRGB(x, y)).isEqualTo(whole.getRGB(x * step, y * step));
            }
        }
    }

    /** Any byte may be wrong. The decoder answers with pixels or a refusal, within its memory and time. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void damagedFilesAreReadOrRefused() {
        int refused = 0;
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            byte[] webp = file.getValue();
            for (int seed = 1; seed <= 20 && file.getKey().endsWith(".webp"); seed++) {
                byte[] damaged = webp.clone();
                damaged[12 + seed * 7919 % (webp.length - 12)] ^= (byte) (1 << seed % 8);
                refused += isRefused(damaged, file.getKey() + ", " + seed) ? 1 : 0;
            }
        }
        // Most bytes are codes. A wrong one gives other pixels, or an end before the last.
        assertThat(refused).isBetween(50, 2000);
    }

    /** A photo that is read is as small as was asked for. A refusal comes from a check, not from an exception of the code. */
    private static boolean isRefused(byte[] webp, String name) {
        return switch (PhotoReader.read(webp, 64)) {
            case PhotoReader.Result.Readable(BufferedImage photo) -> {
                assertThat(Math.max(photo.getWidth(), photo.getHeight()))
                        .as(name)
                        .isBetween(1, 64);
                yield false;
            }
            case PhotoReader.Result.Unreadable(PhotoReader.Reason reason, String why) -> {
                assertThat(why).as(name).doesNotContain("Exception");
                yield true;
            }
        };
    }

    /** Also if the headers were changed to the new length. */
    @ParameterizedTest
    @MethodSource("lines")
    void areRefusedIfTheLastAreMissing(String line) {
        String name = line.split(" ")[0];
        byte[] webp = FILES.get(name);
        if (name.startsWith("animated") || webp.length < 150) {
            // Of an animation later frames may be missing. In tiny files the rest of the code may be zeros.
            return;
        }
        byte[] cut = Arrays.copyOf(webp, webp.length * 2 / 3);
        assertThat(Expected.unreadable(cut).reason()).isEqualTo(PhotoReader.Reason.DAMAGED);

        ByteBuffer header = ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(4, cut.length - 8);
        if (cut[15] != 'X') {
            header.putInt(16, cut.length - 20);
        }
        assertThat(Expected.unreadable(cut).reason()).isEqualTo(PhotoReader.Reason.DAMAGED);
    }

    /** As large as for the other types. */
    @Test
    void ignoreAProfileOfMoreThan4MiB() throws IOException {
        byte[] simple = Samples.webp("person");
        assertThat(new String(simple, 12, 4, StandardCharsets.US_ASCII)).isEqualTo("VP8 ");
        assertThat(WebpFile.of(withProfile(simple, 256, 4 << 20)).colours().icc())
                .hasSize(4 << 20);

        assertThat(WebpFile.of(withProfile(simple, 256, (4 << 20) + 2))
                        .colours()
                        .icc())
                .isNull();
    }

    private static byte[] withProfile(byte[] simple, int side, int length) {
        ByteBuffer webp = ByteBuffer.allocate(simple.length + 18 + 8 + length).order(ByteOrder.LITTLE_ENDIAN);
        webp.put(simple, 0, 4).putInt(webp.capacity() - 8).put(simple, 8, 4);
        webp.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(0x20);
        webp.put((byte) (side - 1)).putShort((short) 0).put((byte) (side - 1)).putShort((short) 0);
        webp.put("ICCP".getBytes(StandardCharsets.US_ASCII)).putInt(length);
        webp.position(webp.position() + length);
        return webp.put(simple, 12, simple.length - 12).array();
    }

    private static int checksum(BufferedImage photo) {
        CRC32 crc = new CRC32();
        for (int y = 0; y < photo.getHeight(); y++) {
            ByteBuffer row = ByteBuffer.allocate(4 * photo.getWidth());
            for (int x = 0; x < photo.getWidth(); x++) {
                int argb = photo.getRGB(x, y);
                row.putInt(argb >>> 24 == 0 ? 0 : argb);
            }
            crc.update(row.array());
        }
        return (int) crc.getValue();
    }
}
