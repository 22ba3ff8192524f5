package dev.wearon.generation.photos.webp;

/** Adds to each pixel what is predicted from its neighbours (WebP Lossless Bitstream Specification, section 4.1). */
final class LosslessPrediction {

    private static final int BLACK = 0xFF000000;

    private LosslessPrediction() {}

    /**
     * @param row the differences, which become the pixels
     * @param above the row above, with a place for one more pixel
     * @param modes of each tile, from {@code firstTile} for this row
     */
    static void undo(int y, int[] row, int[] above, int[] modes, int firstTile, int bits) {
        row[0] = add(row[0], y == 0 ? BLACK : above[0]);
        // The pixel above and to the right of the last one is the first of this row.
        above[row.length] = row[0];
        for (int x = 1; x < row.length; x++) {
            int mode = y == 0 ? 1 : modes[firstTile + (x >> bits)] >> 8 & 0xF;
            row[x] = add(row[x], predict(mode, row[x - 1], above, x));
        }
    }

    private static int predict(int mode, int left, int[] above, int x) {
        int top = above[x];
        int topLeft = above[x - 1];
        int topRight = above[x + 1];
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> topRight;
            case 4 -> topLeft;
            case 5 -> mean(mean(left, topRight), top);
            case 6 -> mean(left, topLeft);
            case 7 -> mean(left, top);
            case 8 -> mean(topLeft, top);
            case 9 -> mean(top, topRight);
            case 10 -> mean(mean(left, topLeft), mean(top, topRight));
            case 11 -> select(left, top, topLeft);
            case 12 -> full(left, top, topLeft);
            case 13 -> half(mean(left, top), topLeft);
            default -> BLACK;
        };
    }

    /** Adds each channel, without carry to the next. */
    static int add(int one, int other) {
        int alphaAndGreen = (one & 0xFF00FF00) + (other & 0xFF00FF00) & 0xFF00FF00;
        int redAndBlue = (one & 0xFF00FF) + (other & 0xFF00FF) & 0xFF00FF;
        return alphaAndGreen | redAndBlue;
    }

    private static int mean(int one, int other) {
        return (((one ^ other) & 0xFEFEFEFE) >>> 1) + (one & other);
    }

    private static int select(int left, int top, int topLeft) {
        int toLeft = 0;
        int toTop = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int corner = topLeft >> shift & 0xFF;
            toLeft += Math.abs((top >> shift & 0xFF) - corner);
            toTop += Math.abs((left >> shift & 0xFF) - corner);
        }
        return toLeft < toTop ? left : top;
    }

    private static int full(int left, int top, int topLeft) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = (left >> shift & 0xFF) + (top >> shift & 0xFF) - (topLeft >> shift & 0xFF);
            result |= Math.clamp(value, 0, 255) << shift;
        }
        return result;
    }

    private static int half(int mean, int topLeft) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int from = mean >> shift & 0xFF;
            result |= Math.clamp(from + (from - (topLeft >> shift & 0xFF)) / 2, 0, 255) << shift;
        }
        return result;
    }
}
