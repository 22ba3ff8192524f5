package dev.wearon.generation.photos.webp;

import dev.wearon.generation.photos.Interruption;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes the frame of a lossy WebP: a key frame of VP8 (RFC 6386). The pixels are those of libwebp, bit by bit. It keeps
 * brightness and colour of the whole frame, 1.5 bytes for each pixel, because a block is predicted from pixels before the loop
 * filter.
 */
public final class Lossy {

    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

    /** The band of a coefficient; one more entry, because the band of the next is looked up before the end is seen. */
    private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

    private static final int[][] CATEGORIES = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private static final int Y_AFTER_Y2 = 0;
    private static final int Y2 = 1;
    private static final int COLOUR = 2;
    private static final int Y_WITH_DC = 3;

    private final Vp8Header header;
    private final int columns;
    private final int rows;
    private final Vp8Planes planes;
    private final LoopFilter filter;

    /** The modes of the blocks of 4 × 4 above, and to the left. */
    private final int[] modesAbove;

    private final int[] modesLeft = new int[4];

    /** Whether the blocks above had coefficients: 4 of y, 2 of u, 2 of v, 1 of y2 for each column. */
    private final boolean[] filledAbove;

    private final boolean[] filledLeft = new boolean[9];

    private final int[] modes = new int[16];
    private final short[] coefficients = new short[25 * 16];

    private Lossy(Vp8Header header) {
        this.header = header;
        columns = header.width + 15 >> 4;
        rows = header.height + 15 >> 4;
        planes = new Vp8Planes(columns, rows);
        filter = new LoopFilter(header, columns, rows);
        modesAbove = new int[4 * columns];
        filledAbove = new boolean[9 * columns];
    }

    /**
     * Decodes the frame and gives each row that {@code step} does not skip to {@code sink}: opaque, as wide as the frame.
     *
     * @throws IOException if the frame is damaged or has another size than the given
     */
    public static void decode(byte[] bytes, int start, int end, int width, int height, int step, RowSink sink)
            throws IOException {
        Vp8Header header = new Vp8Header(bytes, start, end);
        if (header.width != width || header.height != height) {
            throw new IOException("the frame has another size than its file says");
        }
        Lossy frame = new Lossy(header);
        frame.decodeBlocks();
        frame.filter.apply(frame.planes);
        int[] row = new int[width];
        for (int y = 0; y < height; y += step) {
            frame.planes.toRgb(y, width, height, row);
            sink.row(y, row);
        }
    }

    /** The size in the header of the frame at {@code start}: width, height; null without the header of a key frame that is shown. */
    public static int[] size(byte[] bytes, int start, int end) {
        if (end - start < 10) {
            return null;
        }
        boolean isKeyFrame = (bytes[start] & 1) == 0;
        boolean isKnownVersion = (bytes[start] >> 1 & 7) <= 3;
        boolean isShown = (bytes[start] & 0x10) != 0;
        boolean hasStartCode = bytes[start + 3] == (byte) 0x9D && bytes[start + 4] == 1 && bytes[start + 5] == 0x2A;
        if (!isKeyFrame || !isKnownVersion || !isShown || !hasStartCode) {
            return null;
        }
        return new int[] {
            (bytes[start + 6] & 0xFF | bytes[start + 7] << 8) & 0x3FFF,
            (bytes[start + 8] & 0xFF | bytes[start + 9] << 8) & 0x3FFF
        };
    }

    private void decodeBlocks() throws EOFException {
        for (int y = 0; y < rows; y++) {
            Interruption.check();
            BooleanDecoder tokens = header.coefficients[y % header.coefficients.length];
            Arrays.fill(modesLeft, 0);
            Arrays.fill(filledLeft, false);
            for (int x = 0; x < columns; x++) {
                decodeBlock(x, y, tokens);
            }
            header.modes.refuseIfCutOff();
            tokens.refuseIfCutOff();
        }
    }

    private void decodeBlock(int x, int y, BooleanDecoder tokens) {
        BooleanDecoder in = header.modes;
        int segment = !header.segmentsInMap
                ? 0
                : in.bit(header.segmentProbabilities[0]) == 0
                        ? in.bit(header.segmentProbabilities[1])
                        : 2 + in.bit(header.segmentProbabilities[2]);
        boolean skipped = header.skipProbability > 0 && in.bit(header.skipProbability) == 1;
        boolean inParts = in.bit(145) == 0;
        int mode = inParts ? readModesOfParts(x) : readMode(x);
        int colourMode = in.bit(142) == 0
                ? Prediction.DC
                : in.bit(114) == 0
                        ? Prediction.VERTICAL
                        : in.bit(183) == 1 ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
        boolean filled = false;
        if (skipped) {
            forget(x, inParts);
        } else {
            Arrays.fill(coefficients, (short) 0);
            filled = readCoefficients(x, tokens, inParts, header.steps[segment]);
        }
        if (inParts) {
            planes.predictParts(x, y, modes, coefficients, filled);
        } else {
            planes.predictBrightness(x, y, mode, coefficients, filled);
        }
        planes.predictColour(x, y, colourMode, coefficients, filled);
        filter.set(x, y, header.filterLevels[segment][inParts ? 1 : 0], inParts || filled);
    }

    private int readMode(int x) {
        BooleanDecoder in = header.modes;
        int mode = in.bit(156) == 1
                ? in.bit(128) == 1 ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL
                : in.bit(163) == 1 ? Prediction.VERTICAL : Prediction.DC;
        Arrays.fill(modesAbove, 4 * x, 4 * x + 4, mode);
        Arrays.fill(modesLeft, mode);
        return mode;
    }

    private int readModesOfParts(int x) {
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 4; column++) {
                int above = modesAbove[4 * x + column];
                int mode = readModeOfPart((above * Vp8Tables.MODES + modesLeft[row]) * (Vp8Tables.MODES - 1));
                modesAbove[4 * x + column] = mode;
                modesLeft[row] = mode;
                modes[4 * row + column] = mode;
            }
        }
        return -1;
    }

    private int readModeOfPart(int table) {
        int[] p = Vp8Tables.BLOCK_MODES;
        BooleanDecoder in = header.modes;
        if (in.bit(p[table]) == 0) {
            return Prediction.DC;
        }
        if (in.bit(p[table + 1]) == 0) {
            return Prediction.TRUE_MOTION;
        }
        if (in.bit(p[table + 2]) == 0) {
            return Prediction.VERTICAL;
        }
        if (in.bit(p[table + 3]) == 0) {
            if (in.bit(p[table + 4]) == 0) {
                return Prediction.HORIZONTAL;
            }
            return in.bit(p[table + 5]) == 0 ? Prediction.RIGHT_DOWN : Prediction.VERTICAL_RIGHT;
        }
        if (in.bit(p[table + 6]) == 0) {
            return Prediction.LEFT_DOWN;
        }
        if (in.bit(p[table + 7]) == 0) {
            return Prediction.VERTICAL_LEFT;
        }
        return in.bit(p[table + 8]) == 0 ? Prediction.HORIZONTAL_DOWN : Prediction.HORIZONTAL_UP;
    }

    /** A block without coefficients. One that is predicted in parts has no y2, and leaves the state of y2 as it is. */
    private void forget(int x, boolean inParts) {
        int kept = inParts ? 8 : 9;
        Arrays.fill(filledAbove, 9 * x, 9 * x + kept, false);
        Arrays.fill(filledLeft, 0, kept, false);
    }

    private boolean readCoefficients(int x, BooleanDecoder tokens, boolean inParts, int[] steps) {
        int first = 0;
        int kind = Y_WITH_DC;
        boolean filled = false;
        if (!inParts) {
            int y2 = 24 * 16;
            int context = (filledAbove[9 * x + 8] ? 1 : 0) + (filledLeft[8] ? 1 : 0);
            boolean any = readBlock(tokens, Y2, context, 0, y2, steps[2], steps[3]) > 0;
            filledAbove[9 * x + 8] = any;
            filledLeft[8] = any;
            Transforms.walshHadamard(coefficients, y2);
            first = 1;
            kind = Y_AFTER_Y2;
        }
        filled |= readPlane(x, tokens, kind, first, 0, 4, 0, steps[0], steps[1]);
        filled |= readPlane(x, tokens, COLOUR, 0, 4, 2, 16 * 16, steps[4], steps[5]);
        filled |= readPlane(x, tokens, COLOUR, 0, 6, 2, 20 * 16, steps[4], steps[5]);
        return filled;
    }

    private boolean readPlane(
            int x, BooleanDecoder tokens, int kind, int first, int state, int size, int to, int dcStep, int acStep) {
        boolean filled = false;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                int above = 9 * x + state + column;
                int context = (filledAbove[above] ? 1 : 0) + (filledLeft[state + row] ? 1 : 0);
                int at = to + 16 * (row * size + column);
                int count = readBlock(tokens, kind, context, first, at, dcStep, acStep);
                filledAbove[above] = count > first;
                filledLeft[state + row] = count > first;
                filled |= count > 1 || coefficients[at] != 0;
            }
        }
        return filled;
    }

    /** Returns the place after the last coefficient; {@code first} without any. */
    private int readBlock(BooleanDecoder in, int kind, int context, int first, int to, int dcStep, int acStep) {
        int[] p = header.probabilities;
        int at = place(kind, first, context);
        int n = first;
        while (n < 16) {
            if (in.bit(p[at]) == 0) {
                return n;
            }
            while (in.bit(p[at + 1]) == 0) {
                n++;
                if (n == 16) {
                    return 16;
                }
                at = place(kind, n, 0);
            }
            int value;
            if (in.bit(p[at + 2]) == 0) {
                value = 1;
                at = place(kind, n + 1, 1);
            } else {
                value = readLarge(in, p, at);
                at = place(kind, n + 1, 2);
            }
            int signed = in.bit(128) == 1 ? -value : value;
            coefficients[to + ZIGZAG[n]] = (short) (signed * (n > 0 ? acStep : dcStep));
            n++;
        }
        return 16;
    }

    private static int place(int kind, int n, int context) {
        return ((kind * Vp8Tables.BANDS + BANDS[n]) * Vp8Tables.CONTEXTS + context) * Vp8Tables.PROBABILITIES;
    }

    private static int readLarge(BooleanDecoder in, int[] p, int at) {
        if (in.bit(p[at + 3]) == 0) {
            return in.bit(p[at + 4]) == 0 ? 2 : 3 + in.bit(p[at + 5]);
        }
        if (in.bit(p[at + 6]) == 0) {
            if (in.bit(p[at + 7]) == 0) {
                return 5 + in.bit(159);
            }
            int two = 2 * in.bit(165);
            return 7 + two + in.bit(145);
        }
        int high = in.bit(p[at + 8]);
        int category = 2 * high + in.bit(p[at + 9 + high]);
        int value = 0;
        for (int probability : CATEGORIES[category]) {
            value = 2 * value + in.bit(probability);
        }
        return value + 3 + (8 << category);
    }
}
