package dev.wearon.storage.images;

import static dev.wearon.storage.images.ImageType.WEBP;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Parses a WebP from chunk to chunk of its RIFF container (RFC 9649), which declares its own length. In an extended
 * file the canvas and every picture are checked, because a decoder allocates memory for both.
 */
final class WebpParser {

    private static final int RIFF = 0x52494646;
    private static final int WEBP_FORM = 0x57454250;
    private static final int VP8_LOSSY = 0x56503820;
    private static final int VP8_LOSSLESS = 0x5650384C;
    private static final int VP8_EXTENDED = 0x56503858;
    private static final int ANIMATION_FRAME = 0x414E4D46;
    private static final int FRAME_HEAD_BYTES = 16;
    private static final int HEAD_BYTES = 8;

    private final Limits limits;
    private long remaining;
    private boolean hasPixels;

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
        if (remaining == 0) {
            return hasPixels ? new Step.End() : Step.damaged(WEBP, "it has no pixels");
        }
        return remaining < HEAD_BYTES ? wrongLength() : new Step.Read(HEAD_BYTES, this::chunk);
    }

    private Step chunk(ByteBuffer head) {
        int type = head.getInt();
        long length = length(head.getInt());
        remaining -= HEAD_BYTES;
        if (length > remaining) {
            return wrongLength();
        }
        // Chunks are padded to even lengths; some encoders omit the last padding byte.
        long padded = Math.min(length + (length & 1), remaining);
        return switch (type) {
            case VP8_LOSSY -> picture(10, padded, this::lossy);
            case VP8_LOSSLESS -> picture(5, padded, this::lossless);
            case VP8_EXTENDED -> readSize(10, padded, this::extended);
            // The chunks of the frame follow its head, and are parsed like all others.
            case ANIMATION_FRAME -> readSize(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES, frame -> new Size(1, 1));
            default -> skip(padded);
        };
    }

    private record Size(int width, int height) {}

    /** Reads the size from the first bytes of a chunk; null if they are invalid. */
    private interface SizeReader {
        Size measure(ByteBuffer first);
    }

    private Step picture(int bytes, long length, SizeReader reader) {
        hasPixels = true;
        return readSize(bytes, length, reader);
    }

    private Step readSize(int bytes, long length, SizeReader reader) {
        if (length < bytes || remaining < bytes) {
            return wrongLength();
        }
        return new Step.Read(bytes, first -> {
            remaining -= bytes;
            Size size = reader.measure(first.order(ByteOrder.LITTLE_ENDIAN));
            return size == null
                    ? Step.damaged(WEBP, "the header of its pixels cannot be read")
                    : limits.check(WEBP, size.width, size.height, skip(length - bytes));
        });
    }

    private Step skip(long bytes) {
        remaining -= bytes;
        return Step.skip(bytes, this::chunk);
    }

    /** Reads the head of a frame (RFC 6386, 9.1): three bytes of flags, a start code, two sizes of 14 bits. */
    private Size lossy(ByteBuffer first) {
        int flags = first.get(0);
        boolean isKeyFrame = (flags & 1) == 0;
        boolean isKnownVersion = (flags >> 1 & 7) <= 3;
        boolean isShown = (flags & 0x10) != 0;
        boolean hasStartCode = first.get(3) == (byte) 0x9D && first.get(4) == 1 && first.get(5) == 0x2A;
        return isKeyFrame && isKnownVersion && isShown && hasStartCode
                ? new Size(first.getShort(6) & 0x3FFF, first.getShort(8) & 0x3FFF)
                : null;
    }

    /** Reads a signature, two sizes of 14 bits, each minus one, a bit for alpha, and a version that must be 0. */
    private Size lossless(ByteBuffer first) {
        int sizes = first.getInt(1);
        return first.get(0) == 0x2F && sizes >>> 29 == 0
                ? new Size((sizes & 0x3FFF) + 1, (sizes >>> 14 & 0x3FFF) + 1)
                : null;
    }

    /** Reads four bytes of flags, then two sizes of 24 bits, each minus one. */
    private Size extended(ByteBuffer first) {
        return new Size((first.getInt(4) & 0xFFFFFF) + 1, (first.getInt(6) >>> 8) + 1);
    }

    private static Step wrongLength() {
        return Step.damaged(WEBP, "a part of it has an impossible length");
    }

    private static long length(int littleEndian) {
        return Integer.toUnsignedLong(Integer.reverseBytes(littleEndian));
    }
}
