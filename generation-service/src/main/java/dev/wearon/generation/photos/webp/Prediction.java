package dev.wearon.generation.photos.webp;

import java.util.Arrays;

/** Predicts blocks of 4 × 4 pixels from their neighbours (RFC 6386, section 12.3). */
final class Prediction {

    static final int DC = 0;
    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;
    static final int LEFT_DOWN = 4;
    static final int RIGHT_DOWN = 5;
    static final int VERTICAL_RIGHT = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;

    /** The place of the pixel above and to the left in the neighbours. */
    private static final int CORNER = 4;

    private Prediction() {}

    /**
     * @param e the neighbours from the lowest on the left, over the corner, to the last above on the right: 4, 1 and 8
     * @param out the block, row by row
     */
    static void predict(int mode, int[] e, int[] out) {
        switch (mode) {
            case DC -> dc(e, out);
            case TRUE_MOTION -> trueMotion(e, out);
            case VERTICAL -> vertical(e, out);
            case HORIZONTAL -> horizontal(e, out);
            case LEFT_DOWN -> leftDown(e, out);
            case RIGHT_DOWN -> rightDown(e, out);
            case VERTICAL_RIGHT -> verticalRight(e, out);
            case VERTICAL_LEFT -> verticalLeft(e, out);
            case HORIZONTAL_DOWN -> horizontalDown(e, out);
            default -> horizontalUp(e, out);
        }
    }

    private static void dc(int[] e, int[] out) {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
            sum += e[i] + e[CORNER + 1 + i];
        }
        Arrays.fill(out, sum >> 3);
    }

    private static void trueMotion(int[] e, int[] out) {
        for (int i = 0; i < 16; i++) {
            out[i] = Math.clamp(e[3 - i / 4] + e[CORNER + 1 + i % 4] - e[CORNER], 0, 255);
        }
    }

    private static void vertical(int[] e, int[] out) {
        for (int i = 0; i < 16; i++) {
            out[i] = three(e, CORNER + 1 + i % 4);
        }
    }

    private static void horizontal(int[] e, int[] out) {
        for (int i = 0; i < 16; i++) {
            int row = i / 4;
            out[i] = row < 3 ? three(e, 3 - row) : e[1] + 3 * e[0] + 2 >> 2;
        }
    }

    private static void leftDown(int[] e, int[] out) {
        for (int i = 0; i < 16; i++) {
            int at = CORNER + 2 + i % 4 + i / 4;
            out[i] = at < 12 ? three(e, at) : e[11] + 3 * e[12] + 2 >> 2;
        }
    }

    private static void rightDown(int[] e, int[] out) {
        for (int i = 0; i < 16; i++) {
            out[i] = three(e, CORNER + i % 4 - i / 4);
        }
    }

    private static void verticalRight(int[] e, int[] out) {
        for (int x = 0; x < 4; x++) {
            out[x] = two(e, CORNER + x);
            out[4 + x] = three(e, CORNER + x);
        }
        out[8] = three(e, 3);
        out[12] = three(e, 2);
        for (int x = 1; x < 4; x++) {
            out[8 + x] = out[x - 1];
            out[12 + x] = out[4 + x - 1];
        }
    }

    private static void verticalLeft(int[] e, int[] out) {
        for (int x = 0; x < 4; x++) {
            out[x] = two(e, CORNER + 1 + x);
            out[4 + x] = three(e, CORNER + 2 + x);
        }
        for (int x = 0; x < 3; x++) {
            out[8 + x] = out[x + 1];
            out[12 + x] = out[4 + x + 1];
        }
        out[11] = three(e, CORNER + 6);
        out[15] = three(e, CORNER + 7);
    }

    private static void horizontalDown(int[] e, int[] out) {
        for (int y = 0; y < 4; y++) {
            out[4 * y] = two(e, 3 - y);
            out[4 * y + 1] = three(e, CORNER - y);
        }
        out[2] = three(e, CORNER + 1);
        out[3] = three(e, CORNER + 2);
        for (int y = 1; y < 4; y++) {
            out[4 * y + 2] = out[4 * y - 4];
            out[4 * y + 3] = out[4 * y - 3];
        }
    }

    private static void horizontalUp(int[] e, int[] out) {
        int[] line = {
            two(e, 2), three(e, 2), two(e, 1), three(e, 1), two(e, 0), e[1] + 3 * e[0] + 2 >> 2, e[0], e[0], e[0], e[0]
        };
        for (int i = 0; i < 16; i++) {
            out[i] = line[i % 4 + 2 * (i / 4)];
        }
    }

    private static int two(int[] e, int at) {
        return e[at] + e[at + 1] + 1 >> 1;
    }

    private static int three(int[] e, int at) {
        return e[at - 1] + 2 * e[at] + e[at + 1] + 2 >> 2;
    }
}
