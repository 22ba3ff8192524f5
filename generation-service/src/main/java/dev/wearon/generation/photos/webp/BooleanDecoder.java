package dev.wearon.generation.photos.webp;

import java.io.EOFException;

/** Reads the arithmetic code of VP8 (RFC 6386, section 7). */
final class BooleanDecoder {

    /** Encoders may leave out zeros at the end. More missing bytes than these mean that the data is cut off. */
    private static final int MAX_MISSING = 4;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int missing;

    private int range = 255;
    private int value;

    /** The number of bits in {@link #value} below the eight that are compared with the range. */
    private int spare = -8;

    BooleanDecoder(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** @param probability of a zero, in 256ths */
    int bit(int probability) {
        if (spare < 0) {
            fill();
        }
        int split = 1 + ((range - 1) * probability >> 8);
        int scaled = split << spare;
        int bit;
        if (value >= scaled) {
            value -= scaled;
            range -= split;
            bit = 1;
        } else {
            range = split;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(range) - 24;
        range <<= shift;
        spare -= shift;
        return bit;
    }

    private void fill() {
        while (spare <= 8) {
            int next = 0;
            if (position < end) {
                next = bytes[position++] & 0xFF;
            } else {
                missing++;
            }
            value = value << 8 | next;
            spare += 8;
        }
    }

    boolean flag() {
        return bit(128) == 1;
    }

    int number(int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | bit(128);
        }
        return number;
    }

    /** The sign follows the digits. */
    int signed(int bits) {
        int number = number(bits);
        return flag() ? -number : number;
    }

    int optionalSigned(int bits) {
        return flag() ? signed(bits) : 0;
    }

    void refuseIfCutOff() throws EOFException {
        if (missing > MAX_MISSING) {
            throw new EOFException("ends before its last pixel");
        }
    }
}
