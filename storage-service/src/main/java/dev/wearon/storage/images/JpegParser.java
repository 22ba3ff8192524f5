package dev.wearon.storage.images;

import java.nio.ByteBuffer;

/**
 * Parses a JPEG from marker to marker (ITU-T T.81, annex B). It reads the size from a frame and skips the content of every
 * other segment, for example a thumbnail. Like every decoder, it skips the bytes between segments; within a scan these bytes are pixel data.
 */
final class JpegParser {

    private static final int START_OF_IMAGE = 0xFFD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int FIRST_FRAME = 0xC0;
    private static final int LAST_FRAME = 0xCF;

    private final Limits limits;
    private boolean hasFrame;
    private boolean hasScan;

    JpegParser(Limits limits) {
        this.limits = limits;
    }

    Step start() {
        return new Step.Read(
                3,
                first -> Short.toUnsignedInt(first.getShort()) == START_OF_IMAGE && first.get() == (byte) 0xFF
                        ? code()
                        : new Step.Wrong());
    }

    private Step marker() {
        return new Step.Find((byte) 0xFF, this::code);
    }

    private Step code() {
        return new Step.Read(1, code -> segment(Byte.toUnsignedInt(code.get())));
    }

    private Step segment(int code) {
        return switch (code) {
            // This is a fill byte before the code of a marker.
            case 0xFF -> code();
            // These are pixel data that looks like a marker, and markers without a segment.
            case 0x00, 0x01, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7 -> marker();
            case END_OF_IMAGE -> hasFrame && hasScan ? new Step.End() : new Step.Wrong();
            default -> isFrame(code) ? new Step.Read(7, this::frame) : new Step.Read(2, length -> body(code, length));
        };
    }

    /** Whether the segment is a frame of any kind. The segments DHT, JPG and DAC have codes in the same range. */
    private static boolean isFrame(int code) {
        return code >= FIRST_FRAME && code <= LAST_FRAME && code != 0xC4 && code != 0xC8 && code != 0xCC;
    }

    private Step frame(ByteBuffer head) {
        int rest = Short.toUnsignedInt(head.getShort()) - 7;
        int height = Short.toUnsignedInt(head.getShort(3));
        int width = Short.toUnsignedInt(head.getShort(5));
        if (rest < 0) {
            return new Step.Wrong();
        }
        hasFrame = true;
        return limits.check(width, height, Step.skip(rest, this::marker));
    }

    private Step body(int code, ByteBuffer length) {
        int rest = Short.toUnsignedInt(length.getShort()) - 2;
        if (rest < 0 || (code == START_OF_SCAN && !hasFrame)) {
            return new Step.Wrong();
        }
        hasScan |= code == START_OF_SCAN;
        return Step.skip(rest, this::marker);
    }
}
