package dev.wearon.testkit.pictures;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** JPEGs with headers of every kind. */
final class JpegFiles {

    private static final int BASELINE = 0xC0;
    private static final int PROGRESSIVE = 0xC2;

    private JpegFiles() {}

    static List<PictureFile> all() {
        List<PictureFile> files = new ArrayList<>(supported());
        files.addAll(unsupported());
        files.addAll(incomplete());
        return files;
    }

    private static List<PictureFile> supported() {
        List<PictureFile> files = new ArrayList<>();
        for (String sample : List.of(
                "full-body.jpg",
                "jpeg-444-ids-012-no-marker-segments.jpg",
                "jpeg-cmyk.jpg",
                "jpeg-exif-ifd-not-at-8.jpg",
                "jpeg-icc-chunk-twice.jpg",
                "jpeg-no-eoi.jpg",
                "jpeg-prophoto-icc.jpg")) {
            files.add(good(sample, PictureFiles.sample(sample)));
        }
        byte[] one = Images.jpeg(16, 16);
        byte[] second = Images.withExif(one, new byte[0]);
        files.add(good("baseline", frame(BASELINE, 8, 3, 0x11)));
        files.add(good("extended", frame(0xC1, 8, 3, 0x11)));
        files.add(good("progressive", frame(PROGRESSIVE, 8, 3, 0x22, 0x11)));
        files.add(good("4:2:2", scanOfAll(frame(BASELINE, 8, 3, 0x21, 0x11), 3)));
        files.add(good("4:1:1", scanOfAll(frame(BASELINE, 8, 3, 0x41, 0x11), 3)));
        files.add(good("4:4:4 with the factor 2 for all, in one scan each", frame(BASELINE, 8, 3, 0x22)));
        files.add(good("grey with the factor 4", frame(BASELINE, 8, 1, 0x44)));
        files.add(good("10 blocks in a unit", scanOfAll(frame(BASELINE, 8, 4, 0x41, 0x12, 0x12, 0x12), 4)));
        files.add(good("a second picture behind its pixels, without an end marker", Images.joined(unended(), second)));
        files.add(good("a second picture behind its end", Images.joined(one, second)));
        files.add(good("a reserved marker in its header", inserted(one, 2, 0xFF, 0x02, 0xFF, 0xBF)));
        files.add(good("a reserved marker in its pixels", inserted(one, 40, 0xFF, 0x4F, 0xF0)));
        files.add(good("fill bytes", inserted(one, 2, 0xFF, 0xFF, 0xFF)));
        files.add(good("100 scans", scans(100)));
        files.add(good("8192 pixels wide", Images.jpeg(8_192, 1)));
        files.add(good("25,000,000 pixels", Images.jpeg(5_000, 5_000)));
        return files;
    }

    private static List<PictureFile> incomplete() {
        byte[] one = Images.jpeg(16, 16);
        return List.of(
                PictureFile.incomplete("jpeg", "3 bytes", Arrays.copyOf(one, 3)),
                PictureFile.incomplete("jpeg", "cut off before its scan", Arrays.copyOf(one, 15)),
                PictureFile.incomplete("jpeg", "cut off in its frame", Arrays.copyOf(one, 10)));
    }

    static List<PictureFile> unsupported() {
        String header = "This JPEG is damaged: its header cannot be read";
        String scan = "This JPEG is damaged: the header of its pixels cannot be read";
        String ordinary = "ordinary";
        return List.of(
                jpeg(
                        "arithmetic",
                        PictureFiles.sample("jpeg-arithmetic.jpg"),
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
                jpeg(
                        "12 blocks in a unit",
                        scanOfAll(frame(BASELINE, 8, 3, 0x22), 3),
                        "more than 10 blocks in a unit",
                        "4:2:0"),
                jpeg(
                        "12 blocks in a unit of its second scan",
                        secondScanOfAll(frame(BASELINE, 8, 3, 0x22), 3),
                        "more than 10 blocks in a unit"),
                jpeg("101 scans", scans(101), "more than 100 scans", ordinary),
                jpeg("a scan of no component", PictureFiles.withByte(Images.jpeg(16, 16), 19, 0), scan),
                jpeg("a scan of an unknown component", PictureFiles.withByte(Images.jpeg(16, 16), 20, 2), scan),
                jpeg("wrong length of a scan", PictureFiles.withByte(Images.jpeg(16, 16), 18, 9), scan),
                jpeg("hierarchy before a frame", inserted(Images.jpeg(16, 16), 2, 0xFF, 0xDE, 0, 2), "hierarchical"),
                jpeg("too long a header", tooLong(), header),
                jpeg("sampling factor 0", frame(0xC0, 8, 3, 0x01), header),
                jpeg("sampling factor 5", frame(0xC0, 8, 3, 0x15), header),
                jpeg("wrong length of the header", PictureFiles.withByte(frame(0xC0, 8, 3, 0x11), 5, 16), header),
                jpeg("two headers", twoFrames(), "it has two headers"),
                jpeg("no height", Images.jpeg(16, 0), "16 x 0 pixels"),
                jpeg("9000 pixels wide", Images.jpeg(9_000, 1), "9000 x 1 pixels", "A JPEG may have at most 8192"),
                jpeg("25,010,000 pixels", Images.jpeg(5_002, 5_000), "25,010,000 in all", "25,000,000", "smaller"));
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

    /** Puts all components into the scan of a frame that this class made. */
    private static byte[] scanOfAll(byte[] frame, int components) {
        int start = 12 + 3 * components;
        ByteBuffer scan = ByteBuffer.allocate(8 + 2 * components).putShort((short) 0xFFDA);
        scan.putShort((short) (6 + 2 * components)).put((byte) components);
        for (int i = 1; i <= components; i++) {
            scan.put((byte) i).put((byte) 0);
        }
        scan.put(new byte[] {0, 63, 0});
        return Images.joined(
                Images.joined(Arrays.copyOf(frame, start), scan.array()),
                Arrays.copyOfRange(frame, start + 10, frame.length));
    }

    private static byte[] secondScanOfAll(byte[] frame, int components) {
        int start = 12 + 3 * components;
        byte[] all = scanOfAll(frame, components);
        return Images.joined(Arrays.copyOf(frame, start + 15), Arrays.copyOfRange(all, start - 2, all.length));
    }

    /** A byte more than its components need. */
    private static byte[] tooLong() {
        byte[] one = Images.jpeg(16, 16);
        return inserted(PictureFiles.withByte(one, 5, one[5] + 1), 15, 0);
    }

    private static byte[] unended() {
        byte[] one = Images.jpeg(16, 16);
        return Arrays.copyOf(one, one.length - 2);
    }

    private static byte[] scans(int count) {
        byte[] one = Images.jpeg(16, 16);
        ByteBuffer jpeg = ByteBuffer.allocate(one.length + 11 * count).put(one, 0, 15);
        for (int i = 0; i < count; i++) {
            jpeg.put(one, 15, 11);
        }
        return Arrays.copyOf(jpeg.putShort((short) 0xFFD9).array(), jpeg.position());
    }

    private static byte[] inserted(byte[] bytes, int at, int... values) {
        byte[] inserted = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            inserted[i] = (byte) values[i];
        }
        return Images.joined(
                Images.joined(Arrays.copyOf(bytes, at), inserted), Arrays.copyOfRange(bytes, at, bytes.length));
    }

    private static PictureFile good(String name, byte[] bytes) {
        return PictureFile.supported("jpeg", name, bytes);
    }

    private static PictureFile jpeg(String name, byte[] bytes, String... words) {
        return PictureFile.unsupported("jpeg", name, bytes, words);
    }
}
