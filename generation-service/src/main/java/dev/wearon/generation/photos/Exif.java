package dev.wearon.generation.photos;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the orientation from EXIF. Its layout is that of TIFF: a list of entries at any place, in either byte order. */
final class Exif {

    static final int UPRIGHT = 1;

    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY = 12;

    private Exif() {}

    /** @return 1 to 8; 1 if the EXIF is broken or says nothing */
    static int orientation(byte[] bytes, int start, int end) {
        int from = startsWithPrefix(bytes, start, end) ? start + PREFIX.length : start;
        ByteBuffer tiff = ByteBuffer.wrap(bytes, from, end - from).slice();
        if (tiff.remaining() < 8) {
            return UPRIGHT;
        }
        short order = tiff.getShort(0);
        if (order != 0x4949 && order != 0x4D4D) {
            return UPRIGHT;
        }
        tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long list = Integer.toUnsignedLong(tiff.getInt(4));
        if (tiff.getShort(2) != 42 || list < 8 || list + 2 > tiff.limit()) {
            return UPRIGHT;
        }
        int entries = Short.toUnsignedInt(tiff.getShort((int) list));
        for (int i = 0; i < entries; i++) {
            int entry = (int) list + 2 + ENTRY * i;
            if (entry + ENTRY > tiff.limit()) {
                return UPRIGHT;
            }
            if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION) {
                return orientation(tiff, entry);
            }
        }
        return UPRIGHT;
    }

    static boolean startsWithPrefix(byte[] bytes, int start, int end) {
        return end - start >= PREFIX.length
                && Arrays.equals(bytes, start, start + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    private static int orientation(ByteBuffer tiff, int entry) {
        int value = Short.toUnsignedInt(tiff.getShort(entry + 8));
        boolean oneShort = tiff.getShort(entry + 2) == SHORT && tiff.getInt(entry + 4) == 1;
        return oneShort && value >= 1 && value <= 8 ? value : UPRIGHT;
    }
}
