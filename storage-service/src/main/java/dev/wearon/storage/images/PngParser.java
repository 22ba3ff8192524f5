package dev.wearon.storage.images;

import java.nio.ByteBuffer;

/** Parses a PNG from chunk to chunk (PNG, third edition, section 5). */
final class PngParser {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int HEADER_BYTES = 13;
    private static final int CRC_BYTES = 4;

    private final Limits limits;
    private boolean hasPixels;

    PngParser(Limits limits) {
        this.limits = limits;
    }

    Step start() {
        return new Step.Read(
                8, signature -> signature.getLong() == SIGNATURE ? new Step.Read(16, this::header) : new Step.Wrong());
    }

    /** The header must be the first chunk, and has a fixed length. */
    private Step header(ByteBuffer chunk) {
        if (chunk.getInt() != HEADER_BYTES || chunk.getInt() != IHDR) {
            return new Step.Wrong();
        }
        long width = Integer.toUnsignedLong(chunk.getInt());
        long height = Integer.toUnsignedLong(chunk.getInt());
        return limits.check(width, height, Step.skip(HEADER_BYTES - 8 + CRC_BYTES, this::chunk));
    }

    private Step chunk() {
        return new Step.Read(8, head -> chunk(head.getInt(), head.getInt()));
    }

    private Step chunk(int length, int type) {
        if (length < 0 || type == IHDR || (type == IEND && !hasPixels)) {
            return new Step.Wrong();
        }
        hasPixels |= type == IDAT;
        return Step.skip((long) length + CRC_BYTES, () -> type == IEND ? new Step.End() : chunk());
    }
}
