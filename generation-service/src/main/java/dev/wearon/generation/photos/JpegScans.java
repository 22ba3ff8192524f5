package dev.wearon.generation.photos;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** Which coefficients the scans of a JPEG have brought. */
final class JpegScans {

    private static final int COEFFICIENTS = 64;
    private static final int ABSENT = 99;

    private final int[][] components;
    private final boolean progressive;

    /** By component and coefficient: the number of bits that are still missing. */
    private final int[][] missingBits;

    private int count;

    JpegScans(JpegFrame frame) {
        components = frame.components();
        progressive = frame.isProgressive();
        missingBits = new int[components.length][COEFFICIENTS];
        for (int[] bits : missingBits) {
            Arrays.fill(bits, ABSENT);
        }
    }

    /** Adds the scan with this header: the components, the range of coefficients, the bits. */
    void add(byte[] bytes, int start, int end) throws IOException {
        int inScan = end > start ? bytes[start] : 0;
        if (inScan < 1 || inScan > 4 || end - start < 4 + 2 * inScan) {
            throw new IOException("the header of a scan is damaged");
        }
        count++;
        int first = progressive ? bytes[start + 1 + 2 * inScan] & 63 : 0;
        int last = progressive ? bytes[start + 2 + 2 * inScan] & 63 : 63;
        int missing = progressive ? bytes[start + 3 + 2 * inScan] & 0xF : 0;
        for (int i = 0; i < inScan; i++) {
            int id = bytes[start + 1 + 2 * i] & 0xFF;
            for (int component = 0; component < components.length; component++) {
                if (components[component][0] == id && first <= last) {
                    Arrays.fill(missingBits[component], first, last + 1, missing);
                }
            }
        }
    }

    int count() {
        return count;
    }

    /** @param ended whether the file says so itself; then details may be missing, but no colour */
    void refuseUnlessComplete(boolean ended) throws EOFException {
        for (int[] bits : missingBits) {
            boolean complete = ended ? bits[0] != ABSENT : Arrays.stream(bits).allMatch(missing -> missing == 0);
            if (!complete) {
                throw new EOFException("ends before its last pixel");
            }
        }
    }
}
