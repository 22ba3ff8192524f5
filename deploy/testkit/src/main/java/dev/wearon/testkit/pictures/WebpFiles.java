package dev.wearon.testkit.pictures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** WebPs with headers of every kind. */
final class WebpFiles {

    private WebpFiles() {}

    static List<PictureFile> all() {
        List<PictureFile> files = new ArrayList<>(supported());
        files.addAll(unsupported());
        byte[] one = Images.lossyWebp(16, 16);
        for (int end : new int[] {4, 12, 20, 25, one.length - 1}) {
            files.add(PictureFile.incomplete("webp", "%d bytes".formatted(end), Arrays.copyOf(one, end)));
        }
        return files;
    }

    private static List<PictureFile> supported() {
        List<PictureFile> files = new ArrayList<>();
        for (String sample : List.of(
                "exif-orientation-6.webp",
                "webp-8.1-megapixels.webp",
                "webp-garment-uncompressed-alpha.webp",
                "webp-lossy-method0-green.webp")) {
            files.add(good(sample, PictureFiles.sample(sample)));
        }
        files.add(good("lossy", Images.lossyWebp(16, 16)));
        files.add(good("lossy of version 3", PictureFiles.withByte(Images.lossyWebp(16, 16), 20, 0x16)));
        files.add(good("lossless", Images.losslessWebp(16, 16)));
        files.add(good("extended", Images.stillWebp(300, 200, 300, 200)));
        files.add(good("animated", Images.extendedWebp(300, 200, 300, 200)));
        files.add(good("animated, its first frame in a corner", Images.animatedWebp(300, 200, 200, 100, 100, 100)));
        files.add(good("8192 pixels wide", Images.losslessWebp(8_192, 1)));
        files.add(good("25,000,000 pixels", Images.losslessWebp(5_000, 5_000)));
        return files;
    }

    static List<PictureFile> unsupported() {
        String header = "This WebP is damaged: the header of its pixels cannot be read";
        String size = "its pixels have another size than its header says";
        byte[] animated = Images.extendedWebp(300, 200, 300, 200);
        byte[] lossy = Images.lossyWebp(16, 16);
        byte[] lossless = Images.losslessWebp(16, 16);
        return List.of(
                webp("no key frame", PictureFiles.withByte(lossy, 20, 0x11), header),
                webp("unknown version of VP8", PictureFiles.withByte(lossy, 20, 0x18), header),
                webp("hidden frame", PictureFiles.withByte(lossy, 20, 0), header),
                webp("no start code", PictureFiles.withByte(lossy, 23, 0), header),
                webp("unknown version of VP8L", PictureFiles.withByte(lossless, 24, 0x20), header),
                webp("no mark of VP8L", PictureFiles.withByte(lossless, 20, 0), header),
                webp("smaller pixels than its canvas", Images.stillWebp(300, 200, 299, 200), size),
                webp("larger pixels than its canvas", Images.stillWebp(300, 200, 300, 201), size),
                webp("frame outside of its canvas", Images.animatedWebp(300, 200, 202, 100, 100, 100), size),
                webp("frame below its canvas", Images.animatedWebp(300, 200, 200, 102, 100, 100), size),
                webp("another size than its frame", PictureFiles.withByte(animated, 12 + 18 + 14 + 8 + 6, 1), size),
                webp("frames without the flag", PictureFiles.withByte(animated, 20, 0), "it has no pixels"),
                webp(
                        "the flag without frames",
                        PictureFiles.withByte(Images.stillWebp(300, 200, 300, 200), 20, 2),
                        "it has no pixels"),
                webp("no pixels", PictureFiles.ascii("RIFF\14\0\0\0WEBPEXIF\0\0\0\0"), "it has no pixels"),
                webp("no height", Images.lossyWebp(16, 0), "16 x 0 pixels"),
                webp(
                        "9000 pixels wide",
                        Images.losslessWebp(9_000, 1),
                        "9000 x 1 pixels",
                        "A WebP may have at most 8192"));
    }

    private static PictureFile good(String name, byte[] bytes) {
        return PictureFile.supported("webp", name, bytes);
    }

    private static PictureFile webp(String name, byte[] bytes, String... words) {
        return PictureFile.unsupported("webp", name, bytes, words);
    }
}
