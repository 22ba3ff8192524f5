package dev.wearon.generation.photos;

import java.io.IOException;

/**
 * The header of a JPEG's frame.
 *
 * @param marker of the segment
 * @param components for each: its id, and its columns and rows of blocks in a unit
 */
record JpegFrame(int marker, int width, int height, int[][] components) {

    private static final int PROGRESSIVE = 0xC2;
    private static final int LOSSLESS = 0xC3;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int EXTENSION = 0xC8;
    private static final int ARITHMETIC_CONDITIONING = 0xCC;

    /** Whether the segment with this marker is the header of a frame. */
    static boolean isHeader(int marker) {
        return marker >= 0xC0
                && marker <= 0xCF
                && marker != HUFFMAN_TABLES
                && marker != EXTENSION
                && marker != ARITHMETIC_CONDITIONING;
    }

    /** @throws UnsupportedPhotoException if the decoder cannot read such a frame */
    static JpegFrame of(int marker, byte[] bytes, int start, int end) throws IOException {
        if (end - start < 6 || end - start != 6 + 3 * (bytes[start + 5] & 0xFF)) {
            throw new IOException("its header is damaged");
        }
        if (marker > EXTENSION) {
            throw new UnsupportedPhotoException("an arithmetic-coded JPEG");
        }
        if (marker == LOSSLESS) {
            throw new UnsupportedPhotoException("a lossless JPEG");
        }
        if (marker > HUFFMAN_TABLES) {
            throw new UnsupportedPhotoException("a hierarchical JPEG");
        }
        if (bytes[start] != 8) {
            throw new UnsupportedPhotoException("a JPEG with %d bits for each colour".formatted(bytes[start] & 0xFF));
        }
        int height = unsigned(bytes, start + 1);
        int width = unsigned(bytes, start + 3);
        int count = bytes[start + 5] & 0xFF;
        if (height == 0) {
            throw new UnsupportedPhotoException("a JPEG without its height in the header");
        }
        if (width == 0) {
            throw new IOException("its header is damaged");
        }
        if (count != 1 && count != 3 && count != 4) {
            throw new UnsupportedPhotoException("a JPEG with %d colours".formatted(count));
        }
        int[][] components = new int[count][];
        int widest = 1;
        int highest = 1;
        for (int i = 0; i < count; i++) {
            int at = start + 6 + 3 * i;
            int[] component = {bytes[at] & 0xFF, bytes[at + 1] >> 4 & 0xF, bytes[at + 1] & 0xF};
            if (component[1] < 1 || component[1] > 4 || component[2] < 1 || component[2] > 4) {
                throw new IOException("its header is damaged");
            }
            components[i] = component;
            widest = Math.max(widest, component[1]);
            highest = Math.max(highest, component[2]);
        }
        for (int[] component : components) {
            if (widest % component[1] != 0 || highest % component[2] != 0) {
                throw new UnsupportedPhotoException("a JPEG with fractional subsampling");
            }
        }
        return new JpegFrame(marker, width, height, components);
    }

    private static int unsigned(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    boolean isProgressive() {
        return marker == PROGRESSIVE;
    }

    boolean hasIds(int... ids) {
        for (int i = 0; i < ids.length; i++) {
            if (components[i][0] != ids[i]) {
                return false;
            }
        }
        return true;
    }

    /** The bytes of all coefficients: two for each. */
    long coefficientBytes() {
        int widest = 1;
        int highest = 1;
        for (int[] component : components) {
            widest = Math.max(widest, component[1]);
            highest = Math.max(highest, component[2]);
        }
        long units = (long) Math.ceilDiv(width, 8 * widest) * Math.ceilDiv(height, 8 * highest);
        long blocks = 0;
        for (int[] component : components) {
            blocks += units * component[1] * component[2];
        }
        return 128 * blocks;
    }
}
