package dev.wearon.testkit.pictures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Files that no image model can read, each declared as an accepted type, with the words that the shopper gets. */
public final class UnsupportedFiles {

    private static final Path SAMPLES = Path.of("../deploy/testkit/samples");

    public record Kind(String name, String contentType, byte[] bytes, List<String> words) {

        @Override
        public String toString() {
            return name;
        }
    }

    private UnsupportedFiles() {}

    public static byte[] sample(String name) {
        try {
            return Files.readAllBytes(SAMPLES.resolve(name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public static List<Kind> all() {
        List<Kind> kinds = new ArrayList<>(otherFormats());
        kinds.addAll(jpegs());
        kinds.addAll(pngs());
        kinds.addAll(webps());
        return kinds;
    }

    private static List<Kind> otherFormats() {
        String heic = "a HEIC photo named .jpg";
        String text = "a text file named .jpg";
        return List.of(
                jpeg("HEIC", media("heic", "mif1", "heic"), heic, "Most Compatible"),
                jpeg("HEIC of the general brand", media("mif1", "miaf", "heic"), heic),
                jpeg("burst of HEIC", media("msf1", "hevc"), heic),
                png("HEIC as PNG", media("heix", "mif1"), "a HEIC photo named .png"),
                jpeg("AVIF", media("avif", "mif1", "miaf"), "an AVIF picture named .jpg", "export it as JPEG"),
                webp("AVIF of the general brand", media("mif1", "avif"), "an AVIF picture named .webp"),
                jpeg("animated AVIF", media("avis", "msf1"), "an AVIF picture named .jpg"),
                jpeg("MP4", media("isom", "mp42"), "a film named .jpg"),
                jpeg("QuickTime", media("qt  "), "a film named .jpg"),
                webp("AVI", ascii("RIFF\40\0\0\0AVI LIST............"), "a film named .webp"),
                jpeg("WebM", ascii("\u001A\u0045\u00DF\u00A3" + "\0".repeat(40)), "a film named .jpg"),
                jpeg("GIF", ascii("GIF89a\1\0\1\0\0\0\0;"), "a GIF picture named .jpg", "PNG or JPEG"),
                png(
                        "BMP",
                        ascii("BM\u0080\0\0\0\0\0\0\0\66\0\0\0\50\0\0\0" + "\0".repeat(40)),
                        "a BMP picture named .png"),
                jpeg("TIFF", ascii("II*\0\10\0\0\0" + "\0".repeat(40)), "a TIFF picture"),
                jpeg("TIFF of the other byte order", ascii("MM\0*\0\0\0\10" + "\0".repeat(40)), "a TIFF picture"),
                jpeg("JPEG XL", ascii("\u00FF\n" + "x".repeat(40)), "a JPEG XL picture"),
                jpeg("JPEG 2000", ascii("\0\0\0\14jP  \r\n\u0087\n" + "x".repeat(40)), "a JPEG 2000 picture"),
                png("Photoshop", ascii("8BPS\0\1" + "\0".repeat(40)), "a Photoshop file"),
                png("icon", ascii("\0\0\1\0\1\0" + "\0".repeat(40)), "an icon"),
                png(
                        "SVG behind comments",
                        ascii("\u00EF\u00BB\u00BF<?xml version=\"1.0\"?>\n<!-- " + "made by hand ".repeat(60)
                                + "-->\n<svg/>"),
                        "an SVG drawing named .png"),
                jpeg(
                        "SVG",
                        ascii("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>"),
                        "an SVG drawing"),
                jpeg("PDF", ascii("%PDF-1.7 ..........."), "a PDF document"),
                jpeg("ZIP", ascii("PK\3\4................"), "a ZIP archive"),
                webp("HTML", ascii("<html><script>alert(1)</script></html>"), "a web page named .webp"),
                jpeg("large HTML", ascii("<!DOCTYPE html>\n" + "<p>not found</p>".repeat(5_000)), "a web page"),
                jpeg("JSON", ascii("{\"data\":\"/9j/4AAQSkZJRg==\"}"), text, "not base64, JSON or a form"),
                jpeg("base64", ascii("data:image/jpeg;base64,/9j/4AAQSkZJRg=="), text),
                jpeg(
                        "form",
                        ascii("--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\u00FF\u00D8\u00FF"),
                        text),
                jpeg("one letter", ascii("x"), text),
                jpeg("zeros", new byte[100], "a file of an unknown kind"),
                png("one zero", new byte[1], "a file of an unknown kind"),
                webp("sound", ascii("RIFF\40\0\0\0WAVEfmt ............"), "a file of an unknown kind"));
    }

    private static List<Kind> jpegs() {
        String header = "This JPEG is damaged: its header cannot be read";
        String ordinary = "ordinary";
        return List.of(
                jpeg(
                        "arithmetic",
                        sample("jpeg-arithmetic.jpg"),
                        "an arithmetic-coded JPEG",
                        "(baseline) JPEG without"),
                jpeg("arithmetic, progressive", frame(0xCA, 8, 1, 0x11), "arithmetic-coded", ordinary),
                jpeg("lossless", frame(0xC3, 8, 1, 0x11), "lossless JPEG", ordinary),
                jpeg("lossless, arithmetic", frame(0xCB, 8, 1, 0x11), "lossless JPEG"),
                jpeg("hierarchical", frame(0xDE, 8, 1, 0x11), "hierarchical JPEG", ordinary),
                jpeg("hierarchical frame", frame(0xC5, 8, 1, 0x11), "hierarchical JPEG"),
                jpeg("hierarchical, arithmetic", frame(0xCD, 8, 1, 0x11), "hierarchical JPEG"),
                jpeg("12 bits", frame(0xC1, 12, 3, 0x11), "a 12-bit JPEG", "8 bits for each colour"),
                jpeg("16 bits", frame(0xC0, 16, 3, 0x11), "more than 8 bits"),
                jpeg("4 bits", frame(0xC0, 4, 3, 0x11), header),
                jpeg("no components", frame(0xC0, 8, 0), header),
                jpeg("2 components", frame(0xC0, 8, 2, 0x11), "neither 1 (grey), 3 (colour) nor 4 (CMYK)", ordinary),
                jpeg("5 components", frame(0xC0, 8, 5, 0x11), "neither 1 (grey), 3 (colour) nor 4 (CMYK)"),
                jpeg("two thirds of the colours", frame(0xC0, 8, 3, 0x32, 0x22, 0x11), "fractional", "4:2:0"),
                jpeg("sampling factor 0", frame(0xC0, 8, 3, 0x01), header),
                jpeg("sampling factor 5", frame(0xC0, 8, 3, 0x15), header),
                jpeg("wrong length of the header", withByte(frame(0xC0, 8, 3, 0x11), 5, 16), header),
                jpeg("two headers", twoFrames(), "it has two headers"),
                jpeg("no height", Images.jpeg(16, 0), "16 x 0 pixels"),
                jpeg("9000 pixels wide", Images.jpeg(9_000, 1), "9000 x 1 pixels", "A JPEG may have at most 8192"),
                jpeg("25,010,000 pixels", Images.jpeg(5_002, 5_000), "25,010,000 in all", "25,000,000", "smaller"));
    }

    private static List<Kind> pngs() {
        List<Kind> kinds = new ArrayList<>();
        for (int[] wrong : new int[][] {{16, 3}, {4, 2}, {8, 1}, {8, 5}, {8, 7}, {3, 0}, {0, 0}, {1, 6}, {4, 4}}) {
            byte[] bytes = withByte(withByte(Images.png(16, 16), 24, wrong[0]), 25, wrong[1]);
            kinds.add(png(
                    "%d bits of colour type %d".formatted(wrong[0], wrong[1]),
                    bytes,
                    "its bit depth %d does not exist for its colour type %d".formatted(wrong[0], wrong[1])));
        }
        for (int method : new int[] {26, 27, 28}) {
            kinds.add(png("method " + method, withByte(Images.png(16, 16), method, 2), "does not exist"));
        }
        kinds.add(png("no palette", withByte(Images.png(16, 16), 25, 3), "it has no palette"));
        kinds.add(png("no width", Images.png(0, 16), "0 x 16 pixels"));
        kinds.add(
                png("30,000 pixels a side", Images.png(30_000, 30_000), "900,000,000", "A PNG may have at most 8192"));
        kinds.add(png("changed line ends", ascii("\u0089PNG\n\u001A\n\0\0\0\rIHDR...."), "transfer as text"));
        kinds.add(png(
                "for iPhone apps",
                ascii("\u0089PNG\r\n\u001A\n\0\0\0\4CgBI\60\0\40\2...."),
                "iPhone apps",
                "original"));
        return kinds;
    }

    private static List<Kind> webps() {
        String header = "This WebP is damaged: the header of its pixels cannot be read";
        byte[] lossy = Images.lossyWebp(16, 16);
        byte[] lossless = Images.losslessWebp(16, 16);
        return List.of(
                webp("no key frame", withByte(lossy, 20, 0x11), header),
                webp("unknown version of VP8", withByte(lossy, 20, 0x18), header),
                webp("hidden frame", withByte(lossy, 20, 0), header),
                webp("no start code", withByte(lossy, 23, 0), header),
                webp("unknown version of VP8L", withByte(lossless, 24, 0x20), header),
                webp("no mark of VP8L", withByte(lossless, 20, 0), header),
                webp("no pixels", ascii("RIFF\14\0\0\0WEBPEXIF\0\0\0\0"), "it has no pixels"),
                webp("no height", Images.lossyWebp(16, 0), "16 x 0 pixels"),
                webp(
                        "9000 pixels wide",
                        Images.losslessWebp(9_000, 1),
                        "9000 x 1 pixels",
                        "A WebP may have at most 8192"));
    }

    /** A JPEG whose frame has this code, bits and components; the last sampling factors are those of all further components. */
    private static byte[] frame(int code, int bits, int components, int... sampling) {
        ByteBuffer jpeg = ByteBuffer.allocate(100).putShort((short) 0xFFD8);
        jpeg.put((byte) 0xFF)
                .put((byte) code)
                .putShort((short) (8 + 3 * components))
                .put((byte) bits);
        jpeg.putShort((short) 16).putShort((short) 16).put((byte) components);
        for (int i = 0; i < components; i++) {
            int factors = sampling[Math.min(i, sampling.length - 1)];
            jpeg.put((byte) (i + 1)).put((byte) factors).put((byte) 0);
        }
        byte[] scan = Images.jpeg(16, 16);
        return jpeg.put(scan, 15, scan.length - 15).array();
    }

    private static byte[] twoFrames() {
        byte[] one = Images.jpeg(16, 16);
        byte[] head = Arrays.copyOf(one, 15);
        return Images.joined(head, Arrays.copyOfRange(one, 2, one.length));
    }

    /** The first box of an ISO base media file, with its own brand and compatible ones, and some content. */
    private static byte[] media(String brand, String... compatible) {
        ByteBuffer file =
                ByteBuffer.allocate(16 + 4 * compatible.length + 2_000).order(ByteOrder.BIG_ENDIAN);
        file.putInt(16 + 4 * compatible.length).put(ascii("ftyp" + brand)).putInt(0);
        for (String other : compatible) {
            file.put(ascii(other));
        }
        return file.put(ascii("....metaavif")).array();
    }

    private static byte[] withByte(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static Kind jpeg(String name, byte[] bytes, String... words) {
        return new Kind(name, "image/jpeg", bytes, List.of(words));
    }

    private static Kind png(String name, byte[] bytes, String... words) {
        return new Kind(name, "image/png", bytes, List.of(words));
    }

    private static Kind webp(String name, byte[] bytes, String... words) {
        return new Kind(name, "image/webp", bytes, List.of(words));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
