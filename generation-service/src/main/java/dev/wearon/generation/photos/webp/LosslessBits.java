package dev.wearon.generation.photos.webp;

import java.io.EOFException;

/** Reads the bits of a lossless WebP; the lowest bit of a byte comes first. */
final class LosslessBits {

    private final byte[] bytes;
    private final int end;
    private int position;
    private long buffer;
    private int available;

    LosslessBits(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** @param count at most 32 */
    int read(int count) throws EOFException {
        if (available < count) {
            fill();
            if (available < count) {
                throw new EOFException("ends before its last pixel");
            }
        }
        int value = (int) (buffer & (1L << count) - 1);
        skip(count);
        return value;
    }

    boolean flag() throws EOFException {
        return read(1) == 1;
    }

    /** The next bits, with zeros after the end. */
    int peek(int count) {
        if (available < count) {
            fill();
        }
        return (int) buffer & (1 << count) - 1;
    }

    void take(int count) throws EOFException {
        if (available < count) {
            throw new EOFException("ends before its last pixel");
        }
        skip(count);
    }

    private void skip(int count) {
        buffer >>>= count;
        available -= count;
    }

    private void fill() {
        while (available <= 56 && position < end) {
            buffer |= (bytes[position++] & 0xFFL) << available;
            available += 8;
        }
    }
}
