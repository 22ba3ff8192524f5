package dev.wearon.storage.images;

import static dev.wearon.storage.images.ImageType.JPEG;

import dev.wearon.images.ImageLimits;
import java.nio.ByteBuffer;

/**
 * Parses a JPEG from marker to marker (ITU-T T.81, annex B). It reads the frame and skips the content of every other
 * segment, for example a thumbnail. Like every decoder, it skips the bytes between segments; within a scan these bytes are
 * pixel data. The file may end in a scan, without an end marker: whether every row is there, only a decoder can know.
 */
final class JpegParser {

    private static final int START_OF_IMAGE = 0xFFD8;
    private static final int SECOND_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int HIERARCHY = 0xDE;
    private static final int FIRST_FRAME = 0xC0;
    private static final int LAST_FRAME = 0xCF;
    private static final int MAX_SAMPLING = 4;
    /** The most blocks in a unit of several components (T.81, B.2.3). */
    private static final int MAX_BLOCKS = 10;

    private static final int NO_COMPONENT = 0;

    private final Limits limits;
    private boolean hasFrame;
    private boolean hasScan;
    private int scans;
    /** The blocks of each component in a unit, by the id of the component. */
    private final int[] blocks = new int[256];

    private boolean inScan;

    JpegParser(Limits limits) {
        this.limits = limits;
    }

    Step start() {
        return new Step.Read(
                3,
                first -> Short.toUnsignedInt(first.getShort()) == START_OF_IMAGE && first.get() == (byte) 0xFF
                        ? code()
                        : Step.damaged(JPEG, "it does not begin as a JPEG"));
    }

    private Step marker() {
        return new Step.Find((byte) 0xFF, inScan, this::code);
    }

    private Step code() {
        return new Step.Read(1, inScan, false, code -> segment(Byte.toUnsignedInt(code.get())));
    }

    private Step segment(int code) {
        return switch (code) {
            // This is a fill byte before the code of a marker.
            case 0xFF -> code();
            // These are markers without a segment, and so are all below them: zero is pixel data, the others are
            // reserved.
            case 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7 -> marker();
            // Without an end marker, a second picture ends the first one.
            case END_OF_IMAGE, SECOND_IMAGE ->
                hasFrame && hasScan ? new Step.End() : Step.damaged(JPEG, "it has no pixels");
            default -> {
                if (code < FIRST_FRAME) {
                    yield marker();
                }
                inScan = false;
                // After the first scan, damaged pixels can look like a frame. A decoder uses the first one only.
                yield hasScan || !isFrame(code) && code != HIERARCHY ? segmentOfAnyKind(code) : frame(code);
            }
        };
    }

    /** Whether the segment is a frame of any kind. The segments DHT, JPG and DAC have codes in the same range. */
    private static boolean isFrame(int code) {
        return code >= FIRST_FRAME && code <= LAST_FRAME && code != 0xC4 && code != 0xC8 && code != 0xCC;
    }

    /** The code of a frame says how its pixels are coded (T.81, table B.1). */
    private Step frame(int code) {
        return switch (code) {
            case 0xC0, 0xC1, 0xC2 -> new Step.Read(8, this::frame);
            case 0xC9, 0xCA -> unreadable(Variant.ARITHMETIC_JPEG);
            case 0xC3, 0xCB -> unreadable(Variant.LOSSLESS_JPEG);
            default -> unreadable(Variant.HIERARCHICAL_JPEG);
        };
    }

    private Step frame(ByteBuffer head) {
        int length = Short.toUnsignedInt(head.getShort());
        int bits = Byte.toUnsignedInt(head.get());
        int height = Short.toUnsignedInt(head.getShort());
        int width = Short.toUnsignedInt(head.getShort());
        int components = Byte.toUnsignedInt(head.get());
        if (hasFrame) {
            return Step.damaged(JPEG, "it has two headers");
        }
        if (length != 8 + 3 * components || components == 0 || bits < 8) {
            return Step.damaged(JPEG, "its header cannot be read");
        }
        if (bits > 8) {
            return unreadable(Variant.DEEP_JPEG);
        }
        if (components == 2 || components > 4) {
            return unreadable(Variant.COMPONENTS_OF_JPEG);
        }
        hasFrame = true;
        return limits.check(JPEG, width, height, new Step.Read(3 * components, this::components));
    }

    /**
     * Reads the sampling factors. Each component has its factor divided by the largest one as its resolution; decoders
     * repeat its pixels, and so read no fraction like 2/3.
     */
    private Step components(ByteBuffer entries) {
        int maxHorizontal = 0;
        int maxVertical = 0;
        for (int at = 1; at < entries.limit(); at += 3) {
            int horizontal = entries.get(at) >> 4 & 0xF;
            int vertical = entries.get(at) & 0xF;
            if (horizontal == 0 || vertical == 0 || horizontal > MAX_SAMPLING || vertical > MAX_SAMPLING) {
                return Step.damaged(JPEG, "its header cannot be read");
            }
            maxHorizontal = Math.max(maxHorizontal, horizontal);
            maxVertical = Math.max(maxVertical, vertical);
            int id = Byte.toUnsignedInt(entries.get(at - 1));
            // Of several components with the same id, decoders take the first.
            blocks[id] = blocks[id] == 0 ? horizontal * vertical : blocks[id];
        }
        for (int at = 1; at < entries.limit(); at += 3) {
            if (maxHorizontal % (entries.get(at) >> 4 & 0xF) != 0 || maxVertical % (entries.get(at) & 0xF) != 0) {
                return unreadable(Variant.FRACTIONS_IN_JPEG);
            }
        }
        return marker();
    }

    private Step segmentOfAnyKind(int code) {
        return new Step.Read(2, length -> body(code, length));
    }

    private Step body(int code, ByteBuffer length) {
        int rest = Short.toUnsignedInt(length.getShort()) - 2;
        if (rest < 0) {
            return Step.damaged(JPEG, "a part of it has an impossible length");
        }
        if (code != START_OF_SCAN) {
            return Step.skip(rest, this::marker);
        }
        if (!hasFrame) {
            return Step.damaged(JPEG, "it does not say its size in pixels");
        }
        scans++;
        if (scans > ImageLimits.MAX_JPEG_SCANS) {
            return unreadable(Variant.SCANS_OF_JPEG);
        }
        return rest == 0 ? scan(0, NO_COMPONENT) : new Step.Read(1, count -> scan(rest - 1, count.get()));
    }

    /** @param rest the bytes of its header behind the number of its components */
    private Step scan(int rest, int components) {
        boolean isValid = components >= 1 && components <= 4 && rest == 3 + 2 * components;
        if (isValid) {
            return new Step.Read(rest, header -> scan(header, components));
        }
        // After the first scan, damaged pixels can look like the header of another.
        return hasScan ? Step.skip(rest, this::pixels) : damagedScan();
    }

    private Step scan(ByteBuffer header, int components) {
        int inUnit = 0;
        for (int i = 0; i < components; i++) {
            int ofComponent = blocks[Byte.toUnsignedInt(header.get(2 * i))];
            if (ofComponent == 0 && !hasScan) {
                return damagedScan();
            }
            inUnit += ofComponent;
        }
        return components > 1 && inUnit > MAX_BLOCKS ? unreadable(Variant.UNITS_OF_JPEG) : pixels();
    }

    private static Step damagedScan() {
        return Step.damaged(JPEG, "the header of its pixels cannot be read");
    }

    /** Begins behind the header of a scan, where at least one byte must follow. */
    private Step pixels() {
        hasScan = true;
        return new Step.Read(1, false, true, first -> {
            inScan = true;
            return first.get() == (byte) 0xFF ? code() : marker();
        });
    }

    private static Step unreadable(Variant variant) {
        return new Step.Reject(new Rejection.UnreadableVariant(variant));
    }
}
