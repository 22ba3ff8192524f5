package dev.wearon.generation.photos;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Joins the ICC profile of a JPEG, which is cut into numbered segments. Any fault in the numbers makes it unusable. */
final class JpegProfile {

    private static final byte[] NAME = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);

    /** The name, the number of the part, and the number of parts. */
    private static final int HEADER = NAME.length + 2;

    /** By the number of the part: the start and the end of its content; null: not found yet. */
    private final int[][] parts = new int[256][];

    private byte[] file;
    private int expected;
    private int found;
    private int length;
    private boolean broken;

    /** Takes the content of a segment, if it is a part of a profile. */
    void add(byte[] bytes, int start, int end) {
        if (broken || end - start < HEADER || !Arrays.equals(bytes, start, start + NAME.length, NAME, 0, NAME.length)) {
            return;
        }
        int number = bytes[start + NAME.length] & 0xFF;
        int count = bytes[start + NAME.length + 1] & 0xFF;
        length += end - start - HEADER;
        broken = number < 1
                || number > count
                || expected != 0 && expected != count
                || parts[number] != null
                || length > Colours.MAX_PROFILE;
        if (!broken) {
            expected = count;
            found++;
            parts[number] = new int[] {start + HEADER, end};
            file = bytes;
        }
    }

    /** Null: no profile, or a broken one. */
    byte[] bytes() {
        if (broken || found == 0 || found < expected) {
            return null;
        }
        byte[] profile = new byte[length];
        int at = 0;
        for (int i = 1; i <= expected; i++) {
            int size = parts[i][1] - parts[i][0];
            System.arraycopy(file, parts[i][0], profile, at, size);
            at += size;
        }
        return profile;
    }
}
