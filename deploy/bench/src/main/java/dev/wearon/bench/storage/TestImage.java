package dev.wearon.bench.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * A JPEG that is complete in form. Its content is noise, which is as hard to compress as a photo.
 *
 * @param size the size, as the report shows it
 */
record TestImage(String size, byte[] bytes) {

    private static final int HEAD = 2 + 13 + 10;
    private static final short END_OF_IMAGE = (short) 0xFFD9;

    /** A small photo of a shop, and the largest image that storage accepts. */
    static List<TestImage> sizes() {
        return List.of(of("200 KiB", 200 << 10), of("10 MiB", 10 << 20));
    }

    private static TestImage of(String size, int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        for (int at = HEAD; at < length - 1; at++) {
            // Within a scan a zero follows each 0xFF; otherwise the two bytes are a marker.
            if (bytes[at] == (byte) 0xFF) {
                bytes[at + 1] = 0;
            }
        }
        ByteBuffer jpeg = ByteBuffer.wrap(bytes);
        jpeg.putShort((short) 0xFFD8);
        jpeg.putShort((short) 0xFFC0).putShort((short) 11).put((byte) 8);
        jpeg.putShort((short) 768).putShort((short) 1024).put(new byte[] {1, 1, 0x11, 0});
        jpeg.putShort((short) 0xFFDA).putShort((short) 8).put(new byte[] {1, 1, 0, 0, 63, 0});
        jpeg.putShort(length - 2, END_OF_IMAGE);
        return new TestImage(size, bytes);
    }

    double megabytes() {
        return bytes.length / 1e6;
    }
}
