package dev.wearon.generation.photos.webp;

import java.io.IOException;

/** The header of a VP8 key frame (RFC 6386, section 9). It is read once, and gives every number that blocks need. */
final class Vp8Header {

    private static final int SEGMENTS = 4;

    final int width;
    final int height;

    /** Continues with the modes of the blocks. */
    final BooleanDecoder modes;

    /** The coefficients of row {@code y} are in {@code y % coefficients.length}. */
    final BooleanDecoder[] coefficients;

    final boolean segmentsInMap;
    final int[] segmentProbabilities = {255, 255, 255};
    final boolean simpleFilter;
    final int sharpness;

    /** By segment; the second index says whether the block is predicted in parts. */
    final int[][] filterLevels = new int[SEGMENTS][2];

    /** By segment: the steps of y with DC, y with AC, y2 with DC, y2 with AC, colour with DC, colour with AC. */
    final int[][] steps = new int[SEGMENTS][6];

    final int[] probabilities = Vp8Tables.DEFAULTS.clone();

    /** The probability that a block has coefficients; 0: every block may have some. */
    final int skipProbability;

    Vp8Header(byte[] bytes, int start, int end) throws IOException {
        if (end - start < 10) {
            throw new IOException("the frame has no header");
        }
        int tag = littleEndian(bytes, start, 3);
        int startCode = littleEndian(bytes, start + 3, 3);
        if ((tag & 1) != 0 || startCode != 0x2A019D) {
            throw new IOException("the frame is no key frame");
        }
        width = littleEndian(bytes, start + 6, 2) & 0x3FFF;
        height = littleEndian(bytes, start + 8, 2) & 0x3FFF;
        int first = start + 10;
        int second = first + (tag >> 5);
        if (second > end) {
            throw new IOException("ends before its last pixel");
        }
        modes = new BooleanDecoder(bytes, first, second);
        modes.number(2); // Colour space and clamping: decoders of WebP use neither.
        boolean segments = modes.flag();
        boolean map = false;
        boolean absolute = true;
        int[] quantizers = new int[SEGMENTS];
        int[] levels = new int[SEGMENTS];
        if (segments) {
            map = modes.flag();
            if (modes.flag()) {
                absolute = modes.flag();
                readSegments(quantizers, 7);
                readSegments(levels, 6);
            }
            for (int i = 0; map && i < 3; i++) {
                segmentProbabilities[i] = modes.flag() ? modes.number(8) : 255;
            }
        }
        segmentsInMap = map;
        simpleFilter = modes.flag();
        int level = modes.number(6);
        sharpness = modes.number(3);
        readFilterLevels(segments, absolute, level, levels);
        coefficients = partitions(bytes, second, end, 1 << modes.number(2));
        readSteps(segments, absolute, quantizers);
        modes.flag(); // Whether the probabilities are kept for later frames.
        for (int i = 0; i < probabilities.length; i++) {
            if (modes.bit(Vp8Tables.UPDATES[i]) == 1) {
                probabilities[i] = modes.number(8);
            }
        }
        skipProbability = modes.flag() ? modes.number(8) : 0;
        modes.refuseIfCutOff();
    }

    private void readSegments(int[] values, int bits) {
        for (int i = 0; i < SEGMENTS; i++) {
            values[i] = modes.optionalSigned(bits);
        }
    }

    private void readFilterLevels(boolean segments, boolean absolute, int level, int[] ofSegments) {
        int key = 0;
        int parts = 0;
        if (modes.flag()) {
            int[] deltas = new int[8];
            if (modes.flag()) {
                readSegmentsInto(deltas);
            }
            // The first four are for references to other frames, the others for ways of prediction.
            key = deltas[0];
            parts = deltas[4];
        }
        for (int i = 0; i < SEGMENTS; i++) {
            if (level == 0) {
                // The filter is off, also for segments with a level.
                break;
            }
            int base = !segments ? level : absolute ? ofSegments[i] : level + ofSegments[i];
            filterLevels[i][0] = Math.clamp(base + key, 0, 63);
            filterLevels[i][1] = Math.clamp(base + key + parts, 0, 63);
        }
    }

    private void readSegmentsInto(int[] deltas) {
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = modes.optionalSigned(6);
        }
    }

    private void readSteps(boolean segments, boolean absolute, int[] ofSegments) {
        int base = modes.number(7);
        int[] deltas = new int[5];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = modes.optionalSigned(4);
        }
        for (int i = 0; i < SEGMENTS; i++) {
            int index = !segments ? base : absolute ? ofSegments[i] : base + ofSegments[i];
            steps[i][0] = Vp8Tables.DC[Math.clamp(index + deltas[0], 0, 127)];
            steps[i][1] = Vp8Tables.AC[Math.clamp(index, 0, 127)];
            steps[i][2] = 2 * Vp8Tables.DC[Math.clamp(index + deltas[1], 0, 127)];
            steps[i][3] = Math.max(8, Vp8Tables.AC[Math.clamp(index + deltas[2], 0, 127)] * 155 / 100);
            steps[i][4] = Vp8Tables.DC[Math.clamp(index + deltas[3], 0, 117)];
            steps[i][5] = Vp8Tables.AC[Math.clamp(index + deltas[4], 0, 127)];
        }
    }

    private static BooleanDecoder[] partitions(byte[] bytes, int start, int end, int count) throws IOException {
        int from = start + 3 * (count - 1);
        if (from > end) {
            throw new IOException("ends before its last pixel");
        }
        BooleanDecoder[] partitions = new BooleanDecoder[count];
        for (int i = 0; i < count; i++) {
            int to = i == count - 1 ? end : from + littleEndian(bytes, start + 3 * i, 3);
            if (to > end) {
                throw new IOException("ends before its last pixel");
            }
            partitions[i] = new BooleanDecoder(bytes, from, to);
            from = to;
        }
        return partitions;
    }

    private static int littleEndian(byte[] bytes, int offset, int count) {
        int number = 0;
        for (int i = count - 1; i >= 0; i--) {
            number = number << 8 | bytes[offset + i] & 0xFF;
        }
        return number;
    }
}
