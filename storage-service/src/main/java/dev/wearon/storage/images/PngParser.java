package dev.wearon.storage.images;

import static dev.wearon.storage.images.ImageType.PNG;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Parses a PNG from chunk to chunk (PNG, third edition, section 5). */
final class PngParser {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final byte[] IHDR_NAME = {'I', 'H', 'D', 'R'};
    private static final int CGBI = 0x43674249;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int PALETTE_COLOURS = 3;
    private static final int MAX_PALETTE_BYTES = 768;
    private static final int HEADER_BYTES = 13;
    private static final int CRC_BYTES = 4;

    private final Limits limits;
    private boolean needsPalette;
    private boolean hasPixels;

    PngParser(Limits limits) {
        this.limits = limits;
    }

    Step start() {
        return new Step.Read(
                8,
                signature -> signature.getLong() == SIGNATURE
                        ? new Step.Read(8, this::first)
                        : Step.damaged(PNG, "its first bytes were changed, perhaps by a transfer as text"));
    }

    /** The header must be the first chunk, and has a fixed length. */
    private Step first(ByteBuffer head) {
        int length = head.getInt();
        int type = head.getInt();
        if (type == CGBI) {
            return new Step.Reject(new Rejection.UnreadableVariant(Variant.PNG_FOR_IPHONE_APPS));
        }
        return type == IHDR && length == HEADER_BYTES
                ? new Step.Read(HEADER_BYTES + CRC_BYTES, this::header)
                : Step.damaged(PNG, "it does not begin with its header");
    }

    /** Decoders compare the checksum of the header, so a changed byte in it cannot be read. */
    private Step header(ByteBuffer header) {
        long width = Integer.toUnsignedLong(header.getInt());
        long height = Integer.toUnsignedLong(header.getInt());
        int bits = header.get();
        int colours = header.get();
        if (!exists(bits, colours)) {
            return Step.damaged(
                    PNG,
                    "its bit depth %d does not exist for its colour type %d".formatted(bits & 0xFF, colours & 0xFF));
        }
        if (header.get() != 0 || header.get() != 0 || (header.get() & ~1) != 0) {
            return Step.damaged(PNG, "it has a compression, filter or interlacing that does not exist");
        }
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            return Step.damaged(PNG, "its header declares a width or height that does not exist");
        }
        needsPalette = colours == PALETTE_COLOURS;
        CRC32 crc = new CRC32();
        crc.update(IHDR_NAME);
        crc.update(header.array(), 0, HEADER_BYTES);
        boolean isIntact = header.getInt() == (int) crc.getValue();
        return limits.check(PNG, width, height, isIntact ? chunk() : Step.damaged(PNG, "its header was changed"));
    }

    /** The combinations of table 11.1: grey, RGB, palette, grey with alpha, RGB with alpha. */
    private static boolean exists(int bits, int colours) {
        boolean small = bits == 1 || bits == 2 || bits == 4;
        return switch (colours) {
            case 0 -> small || bits == 8 || bits == 16;
            case PALETTE_COLOURS -> small || bits == 8;
            case 2, 4, 6 -> bits == 8 || bits == 16;
            default -> false;
        };
    }

    private Step chunk() {
        return new Step.Read(8, head -> chunk(head.getInt(), head.getInt()));
    }

    private Step chunk(int length, int type) {
        if (length < 0 || type == IHDR) {
            return Step.damaged(PNG, "a part of it has an impossible length or place");
        }
        if (type == IEND && !hasPixels) {
            return Step.damaged(PNG, "it has no pixels");
        }
        if (type == PLTE && length > 0 && length <= MAX_PALETTE_BYTES && length % 3 == 0) {
            needsPalette = false;
        }
        if (type == IDAT && needsPalette) {
            return Step.damaged(PNG, "it has no palette of colours");
        }
        hasPixels |= type == IDAT;
        return Step.skip((long) length + CRC_BYTES, () -> type == IEND ? new Step.End() : chunk());
    }
}
