package dev.wearon.generation.photos.webp;

/** The inverse transforms of VP8 (RFC 6386, section 14). */
final class Transforms {

    private Transforms() {}

    /** Turns the block y2 at {@code from} into the first coefficient of each of the 16 blocks of y. */
    static void walshHadamard(short[] c, int from) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int a0 = c[from + i] + c[from + 12 + i];
            int a1 = c[from + 4 + i] + c[from + 8 + i];
            int a2 = c[from + 4 + i] - c[from + 8 + i];
            int a3 = c[from + i] - c[from + 12 + i];
            columns[i] = a0 + a1;
            columns[4 + i] = a3 + a2;
            columns[8 + i] = a0 - a1;
            columns[12 + i] = a3 - a2;
        }
        for (int i = 0; i < 4; i++) {
            int dc = columns[4 * i] + 3;
            int a0 = dc + columns[4 * i + 3];
            int a1 = columns[4 * i + 1] + columns[4 * i + 2];
            int a2 = columns[4 * i + 1] - columns[4 * i + 2];
            int a3 = dc - columns[4 * i + 3];
            c[64 * i] = (short) (a0 + a1 >> 3);
            c[64 * i + 16] = (short) (a3 + a2 >> 3);
            c[64 * i + 32] = (short) (a0 - a1 >> 3);
            c[64 * i + 48] = (short) (a3 - a2 >> 3);
        }
    }

    /** Adds the block at {@code from} to the 4 × 4 pixels at {@code to}. */
    static void addCosine(short[] c, int from, byte[] plane, int to, int stride) {
        int[] t = new int[16];
        for (int i = 0; i < 4; i++) {
            int a = c[from + i] + c[from + 8 + i];
            int b = c[from + i] - c[from + 8 + i];
            int d = sine(c[from + 4 + i]) - cosine(c[from + 12 + i]);
            int e = cosine(c[from + 4 + i]) + sine(c[from + 12 + i]);
            t[4 * i] = a + e;
            t[4 * i + 1] = b + d;
            t[4 * i + 2] = b - d;
            t[4 * i + 3] = a - e;
        }
        for (int i = 0; i < 4; i++) {
            int dc = t[i] + 4;
            int a = dc + t[8 + i];
            int b = dc - t[8 + i];
            int d = sine(t[4 + i]) - cosine(t[12 + i]);
            int e = cosine(t[4 + i]) + sine(t[12 + i]);
            int at = to + i * stride;
            add(plane, at, a + e >> 3);
            add(plane, at + 1, b + d >> 3);
            add(plane, at + 2, b - d >> 3);
            add(plane, at + 3, a - e >> 3);
        }
    }

    private static int cosine(int value) {
        return (value * 20091 >> 16) + value;
    }

    private static int sine(int value) {
        return value * 35468 >> 16;
    }

    private static void add(byte[] plane, int at, int difference) {
        plane[at] = (byte) Math.clamp((plane[at] & 0xFF) + difference, 0, 255);
    }
}
