package dev.wearon.testkit.pictures;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** PNGs with headers of every kind. */
final class PngFiles {

    private static final int HEADER = 8 + 4;
    private static final int HEADER_END = HEADER + 4 + 13;

    private PngFiles() {}

    static List<PictureFile> all() {
        List<PictureFile> files = new ArrayList<>(supported());
        files.addAll(unsupported());
        byte[] one = Images.png(16, 16);
        for (int end : new int[] {8, 20, HEADER_END + 4, one.length - 12}) {
            files.add(PictureFile.incomplete("png", "%d bytes".formatted(end), Arrays.copyOf(one, end)));
        }
        return files;
    }

    private static List<PictureFile> supported() {
        List<PictureFile> files = new ArrayList<>();
        for (String sample : List.of(
                "exif-orientation-6.png",
                "png-gray-alpha-garment.png",
                "png-iccp-name-too-long.png",
                "png-text-keyword-too-long.png",
                "t-shirt_01.png")) {
            files.add(good(sample, PictureFiles.sample(sample)));
        }
        for (int[] right : new int[][] {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}, {8, 2}, {16, 2}, {8, 4}, {16, 6}}) {
            files.add(good(
                    "%d bits of colour type %d".formatted(right[0], right[1]),
                    header(header(Images.png(16, 16), 24, right[0]), 25, right[1])));
        }
        byte[] one = header(Images.png(16, 16), 25, 3);
        ByteBuffer colours = Images.chunk(ByteBuffer.allocate(24), "PLTE", new byte[12]);
        ByteBuffer palette = ByteBuffer.allocate(one.length + 24);
        palette.put(one, 0, HEADER_END + 4).put(colours.flip());
        palette.put(one, HEADER_END + 4, one.length - HEADER_END - 4);
        files.add(good("palette", palette.array()));
        files.add(good("interlaced", header(Images.png(16, 16), 28, 1)));
        files.add(good("8192 pixels wide", Images.png(8_192, 1)));
        files.add(good("25,000,000 pixels", Images.png(5_000, 5_000)));
        return files;
    }

    static List<PictureFile> unsupported() {
        List<PictureFile> kinds = new ArrayList<>();
        for (int[] wrong : new int[][] {{16, 3}, {4, 2}, {8, 1}, {8, 5}, {8, 7}, {3, 0}, {0, 0}, {1, 6}, {4, 4}}) {
            byte[] bytes = header(header(Images.png(16, 16), 24, wrong[0]), 25, wrong[1]);
            kinds.add(png(
                    "%d bits of colour type %d".formatted(wrong[0], wrong[1]),
                    bytes,
                    "its bit depth %d does not exist for its colour type %d".formatted(wrong[0], wrong[1])));
        }
        for (int method : new int[] {26, 27, 28}) {
            kinds.add(png("method " + method, header(Images.png(16, 16), method, 2), "does not exist"));
        }
        kinds.add(png("no palette", header(Images.png(16, 16), 25, 3), "it has no palette"));
        byte[] oneBit = PictureFiles.withByte(Images.png(16, 16), HEADER_END, 0);
        kinds.add(png("wrong checksum of the header", oneBit, "its header was changed"));
        kinds.add(png("another width than its checksum says", PictureFiles.withByte(oneBit, 19, 17), "was changed"));
        for (int side : new int[] {Integer.MIN_VALUE, -1}) {
            String sides = "a width or height that does not exist";
            kinds.add(png("impossible width", Images.png(side, 16), sides));
            kinds.add(png("impossible height", Images.png(16, side), sides));
            kinds.add(png("impossible sides", Images.png(side, side), sides));
        }
        int most = Integer.MAX_VALUE;
        kinds.add(png("largest sides", Images.png(most, most), "4,611,686,014,132,420,609 in all"));
        kinds.add(png("no width", Images.png(0, 16), "0 x 16 pixels"));
        kinds.add(
                png("30,000 pixels a side", Images.png(30_000, 30_000), "900,000,000", "A PNG may have at most 8192"));
        kinds.add(png(
                "changed line ends", PictureFiles.ascii("\u0089PNG\n\u001A\n\0\0\0\rIHDR...."), "transfer as text"));
        kinds.add(png(
                "for iPhone apps",
                PictureFiles.ascii("\u0089PNG\r\n\u001A\n\0\0\0\4CgBI\60\0\40\2...."),
                "iPhone apps",
                "original"));
        return kinds;
    }

    /** Changes a byte of the header and its checksum. */
    private static byte[] header(byte[] png, int at, int value) {
        byte[] changed = PictureFiles.withByte(png, at, value);
        CRC32 crc = new CRC32();
        crc.update(changed, HEADER, HEADER_END - HEADER);
        ByteBuffer.wrap(changed).putInt(HEADER_END, (int) crc.getValue());
        return changed;
    }

    private static PictureFile good(String name, byte[] bytes) {
        return PictureFile.supported("png", name, bytes);
    }

    private static PictureFile png(String name, byte[] bytes, String... words) {
        return PictureFile.unsupported("png", name, bytes, words);
    }
}
