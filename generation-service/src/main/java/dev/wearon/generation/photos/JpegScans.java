package dev.wearon.generation.photos;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** Which coefficients the scans of a JPEG have brought. */
final class JpegScans {

    private static final int COEFFICIENTS = 64;
    private static final int ABSENT = 99;

    /** The most blocks in a unit of several components (ITU-T T.81, B.2.3). */
    private static final int MAX_BLOCKS = 10;

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
        if (inScan < 1 || inScan > 4 || end - start != 4 + 2 * inScan) {
            throw new IOException("the header of a scan is damaged");
        }
        count++;
        int first = progressive ? bytes[start + 1 + 2 * inScan] & 63 : 0;
        int last = progressive ? bytes[start + 2 + 2 * inScan] & 63 : 63;
        int missing = progressive ? bytes[start + 3 + 2 * inScan] & 0xF : 0;
        int inUnit = 0;
        for (int i = 0; i < inScan; i++) {
            int id = bytes[start + 1 + 2 * i] & 0xFF;
            boolean known = false;
            for (int component = 0; component < components.length; component++) {
                if (components[component][0] != id) {
                    continue;
                }
                inUnit += known ? 0 : components[component][1] * components[component][2];
                known = true;
                if (first <= last) {
                    Arrays.fill(missingBits[component], first, last + 1, missing);
                }
            }
            if (!known) {
                throw new IOException("the header of a scan is damaged");
            }
        }
        if (inScan > 1 && inUnit > MAX_BLOCKS) {
            throw new UnsupportedPhotoException("a JPEG with more than %d blocks in a unit".formatted(MAX_BLOCKS));
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
