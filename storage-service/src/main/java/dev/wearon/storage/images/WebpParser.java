package dev.wearon.storage.images;

import static dev.wearon.storage.images.ImageType.WEBP;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiFunction;

/**
 * Parses a WebP from chunk to chunk of its RIFF container (RFC 9649), which declares its own length. In an extended
 * file the canvas and every picture are checked, because a decoder allocates memory for both. Chunks that no decoder uses are
 * skipped, for example frames in a file that is not animated.
 */
final class WebpParser {

    private static final int RIFF = 0x52494646;
    private static final int WEBP_FORM = 0x57454250;
    private static final int VP8_LOSSY = 0x56503820;
    private static final int VP8_LOSSLESS = 0x5650384C;
    private static final int VP8_EXTENDED = 0x56503858;
    private static final int ANIMATION_FRAME = 0x414E4D46;
    private static final int HEAD_BYTES = 8;

    private final Limits limits;
    private long remaining;
    private boolean hasPixels;
    /** Null without an extended header. */
    private Size canvas;

    private boolean animated;
    private boolean inFrame;
    /** The bytes behind the frame; 0 outside of a frame. */
    private long frameEnd;

    private Size frame;
    private boolean frameIsInCanvas;

    WebpParser(Limits limits) {
        this.limits = limits;
    }

    Step start() {
        return new Step.Read(12, head -> {
            boolean riff = head.getInt() == RIFF;
            remaining = length(head.getInt()) - 4;
            return riff && head.getInt() == WEBP_FORM && remaining > 0 ? chunk() : wrongLength();
        });
    }

    private Step chunk() {
        if (inFrame && remaining - frameEnd < HEAD_BYTES) {
            long rest = remaining - frameEnd;
            inFrame = false;
            frameEnd = 0;
            return skip(rest);
        }
        if (remaining == 0) {
            return hasPixels ? new Step.End() : Step.damaged(WEBP, "it has no pixels");
        }
        return remaining < HEAD_BYTES ? wrongLength() : new Step.Read(HEAD_BYTES, this::chunk);
    }

    private Step chunk(ByteBuffer head) {
        int type = head.getInt();
        long length = length(head.getInt());
        remaining -= HEAD_BYTES;
        if (length > remaining - frameEnd) {
            return wrongLength();
        }
        // Chunks are padded to even lengths; some encoders omit the last padding byte.
        long padded = Math.min(length + (length & 1), remaining - frameEnd);
        boolean isPicture = inFrame == animated;
        return switch (type) {
            case VP8_LOSSY -> isPicture ? read(10, length, padded, this::lossy) : skip(padded);
            case VP8_LOSSLESS -> isPicture ? read(5, length, padded, this::lossless) : skip(padded);
            case VP8_EXTENDED -> canvas == null && !hasPixels ? read(10, length, padded, this::extended) : skip(padded);
            case ANIMATION_FRAME -> animated && !inFrame ? read(16, length, padded, this::frame) : skip(padded);
            default -> skip(padded);
        };
    }

    private record Size(int width, int height) {}

    /** Reads the first bytes of a chunk. The other bytes are given as their number. */
    private Step read(int bytes, long length, long padded, BiFunction<ByteBuffer, Long, Step> next) {
        if (length < bytes) {
            return wrongLength();
        }
        return new Step.Read(bytes, first -> {
            remaining -= bytes;
            return next.apply(first.order(ByteOrder.LITTLE_ENDIAN), padded - bytes);
        });
    }

    /** A still picture fills its canvas. The first picture of an animation fills its frame, which is within the canvas. */
    private Step picture(Size size, long rest) {
        if (size == null) {
            return Step.damaged(WEBP, "the header of its pixels cannot be read");
        }
        boolean fits =
                hasPixels || (animated ? frameIsInCanvas && size.equals(frame) : canvas == null || size.equals(canvas));
        hasPixels = true;
        return limits.check(
                WEBP,
                size.width,
                size.height,
                fits ? skip(rest) : Step.damaged(WEBP, "its pixels have another size than its header says"));
    }

    private Step skip(long bytes) {
        remaining -= bytes;
        return Step.skip(bytes, this::chunk);
    }

    /** Reads the head of a frame (RFC 6386, 9.1): three bytes of flags, a start code, two sizes of 14 bits. */
    private Step lossy(ByteBuffer first, long rest) {
        int flags = first.get(0);
        boolean isKeyFrame = (flags & 1) == 0;
        boolean isKnownVersion = (flags >> 1 & 7) <= 3;
        boolean isShown = (flags & 0x10) != 0;
        boolean hasStartCode = first.get(3) == (byte) 0x9D && first.get(4) == 1 && first.get(5) == 0x2A;
        boolean isReadable = isKeyFrame && isKnownVersion && isShown && hasStartCode;
        return picture(isReadable ? new Size(first.getShort(6) & 0x3FFF, first.getShort(8) & 0x3FFF) : null, rest);
    }

    /** Reads a signature, two sizes of 14 bits, each minus one, a bit for alpha, and a version that must be 0. */
    private Step lossless(ByteBuffer first, long rest) {
        int sizes = first.getInt(1);
        boolean isReadable = first.get(0) == 0x2F && sizes >>> 29 == 0;
        return picture(isReadable ? new Size((sizes & 0x3FFF) + 1, (sizes >>> 14 & 0x3FFF) + 1) : null, rest);
    }

    /** Reads four bytes of flags, then two sizes of 24 bits, each minus one. */
    private Step extended(ByteBuffer first, long rest) {
        animated = (first.get(0) & 2) != 0;
        canvas = new Size(threeBytes(first, 4) + 1, threeBytes(first, 7) + 1);
        return limits.check(WEBP, canvas.width, canvas.height, skip(rest));
    }

    /** Reads half of the place of a frame, and its sizes minus one. Its chunks follow. */
    private Step frame(ByteBuffer first, long rest) {
        frame = new Size(threeBytes(first, 6) + 1, threeBytes(first, 9) + 1);
        frameIsInCanvas = 2L * threeBytes(first, 0) + frame.width <= canvas.width
                && 2L * threeBytes(first, 3) + frame.height <= canvas.height;
        inFrame = true;
        frameEnd = remaining - rest;
        return chunk();
    }

    private static int threeBytes(ByteBuffer littleEndian, int at) {
        return Short.toUnsignedInt(littleEndian.getShort(at)) | Byte.toUnsignedInt(littleEndian.get(at + 2)) << 16;
    }

    private static Step wrongLength() {
        return Step.damaged(WEBP, "a part of it has an impossible length");
    }

    private static long length(int littleEndian) {
        return Integer.toUnsignedLong(Integer.reverseBytes(littleEndian));
    }
}
