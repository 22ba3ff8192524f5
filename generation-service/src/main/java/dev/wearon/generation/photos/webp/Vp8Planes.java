package dev.wearon.generation.photos.webp;

import java.util.Arrays;

/** The pixels of a frame: brightness, and two planes of colour with half of the width and height. */
final class Vp8Planes {

    /** The value of pixels above the frame. */
    private static final int ABOVE = 127;

    /** The value of pixels to the left of the frame. */
    private static final int LEFT = 129;

    final byte[] y;
    final byte[] u;
    final byte[] v;
    final int stride;
    private final int columns;

    private final int[] neighbours = new int[13];
    private final int[] part = new int[16];

    Vp8Planes(int columns, int rows) {
        this.columns = columns;
        stride = 16 * columns;
        y = new byte[256 * columns * rows];
        u = new byte[64 * columns * rows];
        v = new byte[64 * columns * rows];
    }

    void predictBrightness(int column, int row, int mode, short[] coefficients, boolean filled) {
        int at = row * 16 * stride + column * 16;
        predictWhole(y, at, stride, 16, mode, column > 0, row > 0);
        for (int i = 0; filled && i < 16; i++) {
            Transforms.addCosine(coefficients, 16 * i, y, at + i / 4 * 4 * stride + i % 4 * 4, stride);
        }
    }

    void predictColour(int column, int row, int mode, short[] coefficients, boolean filled) {
        int half = stride / 2;
        int at = row * 8 * half + column * 8;
        predictWhole(u, at, half, 8, mode, column > 0, row > 0);
        predictWhole(v, at, half, 8, mode, column > 0, row > 0);
        for (int i = 0; filled && i < 4; i++) {
            int to = at + i / 2 * 4 * half + i % 2 * 4;
            Transforms.addCosine(coefficients, 256 + 16 * i, u, to, half);
            Transforms.addCosine(coefficients, 320 + 16 * i, v, to, half);
        }
    }

    private static void predictWhole(
            byte[] plane, int at, int stride, int size, int mode, boolean hasLeft, boolean hasAbove) {
        int dc = mode == Prediction.DC ? mean(plane, at, stride, size, hasLeft, hasAbove) : 0;
        int corner = !hasAbove ? ABOVE : !hasLeft ? LEFT : plane[at - stride - 1] & 0xFF;
        for (int row = 0; row < size; row++) {
            int start = at + row * stride;
            int left = hasLeft ? plane[start - 1] & 0xFF : LEFT;
            for (int x = 0; x < size; x++) {
                int above = hasAbove ? plane[at - stride + x] & 0xFF : ABOVE;
                int value =
                        switch (mode) {
                            case Prediction.DC -> dc;
                            case Prediction.VERTICAL -> above;
                            case Prediction.HORIZONTAL -> left;
                            default -> Math.clamp(left + above - corner, 0, 255);
                        };
                plane[start + x] = (byte) value;
            }
        }
    }

    private static int mean(byte[] plane, int at, int stride, int size, boolean hasLeft, boolean hasAbove) {
        if (!hasLeft && !hasAbove) {
            return 128;
        }
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += hasLeft ? plane[at + i * stride - 1] & 0xFF : 0;
            sum += hasAbove ? plane[at - stride + i] & 0xFF : 0;
        }
        int count = hasLeft && hasAbove ? 2 * size : size;
        return (sum + count / 2) / count;
    }

    /** Predicts the 16 parts one after the other, because each is predicted from the ones before. */
    void predictParts(int column, int row, int[] modes, short[] coefficients, boolean filled) {
        int block = row * 16 * stride + column * 16;
        for (int i = 0; i < 16; i++) {
            int x = i % 4;
            int at = block + i / 4 * 4 * stride + 4 * x;
            collectNeighbours(column, row, block, at, i);
            Prediction.predict(modes[i], neighbours, part);
            for (int pixel = 0; pixel < 16; pixel++) {
                y[at + pixel / 4 * stride + pixel % 4] = (byte) part[pixel];
            }
            if (filled) {
                Transforms.addCosine(coefficients, 16 * i, y, at, stride);
            }
        }
    }

    private void collectNeighbours(int column, int row, int block, int at, int part) {
        int[] e = neighbours;
        boolean hasLeft = column > 0 || part % 4 > 0;
        boolean hasAbove = row > 0 || part >= 4;
        for (int i = 0; i < 4; i++) {
            e[3 - i] = hasLeft ? y[at + i * stride - 1] & 0xFF : LEFT;
            e[5 + i] = hasAbove ? y[at - stride + i] & 0xFF : ABOVE;
        }
        e[4] = !hasAbove ? ABOVE : !hasLeft ? LEFT : y[at - stride - 1] & 0xFF;
        if (part % 4 < 3) {
            for (int i = 4; i < 8; i++) {
                e[5 + i] = hasAbove ? y[at - stride + i] & 0xFF : ABOVE;
            }
        } else if (row == 0) {
            Arrays.fill(e, 9, 13, ABOVE);
        } else {
            // Parts at the right edge use the row above the whole block, also if they are not in its first row.
            int last = block - stride + 15;
            for (int i = 4; i < 8; i++) {
                e[5 + i] = y[column < columns - 1 ? last + i - 3 : last] & 0xFF;
            }
        }
    }

    /** Interpolates the colour between its pixels, and converts the row to opaque RGB. */
    void toRgb(int row, int width, int height, int[] argb) {
        int half = stride / 2;
        int lastX = (width + 1) / 2 - 1;
        int lastY = (height + 1) / 2 - 1;
        int near = (row >> 1) * half;
        int far = Math.clamp((row >> 1) + ((row & 1) == 0 ? -1 : 1), 0, lastY) * half;
        for (int x = 0; x < width; x++) {
            int nearX = x >> 1;
            int farX = Math.clamp(nearX + ((x & 1) == 0 ? -1 : 1), 0, lastX);
            int blue = between(u, near, far, nearX, farX);
            int red = between(v, near, far, nearX, farX);
            argb[x] = rgb(y[row * stride + x] & 0xFF, blue, red);
        }
    }

    private static int between(byte[] plane, int near, int far, int nearX, int farX) {
        int nearest = plane[near + nearX] & 0xFF;
        int beside = plane[near + farX] & 0xFF;
        int above = plane[far + nearX] & 0xFF;
        int across = plane[far + farX] & 0xFF;
        int rest = nearest + 3 * (beside + above) + across + 8 >> 3;
        return rest + nearest >> 1;
    }

    private static int rgb(int y, int u, int v) {
        int light = y * 19077 >> 8;
        int red = light + (v * 26149 >> 8) - 14234;
        int green = light - (u * 6419 >> 8) - (v * 13320 >> 8) + 8708;
        int blue = light + (u * 33050 >> 8) - 17685;
        return 0xFF << 24
                | Math.clamp(red >> 6, 0, 255) << 16
                | Math.clamp(green >> 6, 0, 255) << 8
                | Math.clamp(blue >> 6, 0, 255);
    }
}
