package dev.wearon.generation.models;

import java.awt.image.BufferedImage;

/** One colour channel of a picture, row by row. */
record Plane(int width, int height, float[] values) {

    Plane(int width, int height) {
        this(width, height, new float[width * height]);
    }

    /** Brightness of each pixel, 0 to 255 (ITU-R BT.601). */
    static Plane luma(BufferedImage picture) {
        Plane luma = new Plane(picture.getWidth(), picture.getHeight());
        int[] pixels = pixels(picture);
        for (int i = 0; i < pixels.length; i++) {
            luma.values[i] = luma(pixels[i]);
        }
        return luma;
    }

    static float luma(int rgb) {
        return 0.299f * (rgb >> 16 & 0xFF) + 0.587f * (rgb >> 8 & 0xFF) + 0.114f * (rgb & 0xFF);
    }

    static int[] pixels(BufferedImage picture) {
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    /**
     * Approximates a Gaussian blur with three box blurs. The time of each does not depend on the radius. Edge pixels are
     * repeated.
     */
    Plane blurred(int radius) {
        float[] from = values.clone();
        float[] to = new float[values.length];
        for (int round = 0; round < 3; round++) {
            for (int y = 0; y < height; y++) {
                blurLine(from, to, y * width, 1, width, radius);
            }
            for (int x = 0; x < width; x++) {
                blurLine(to, from, x, width, height, radius);
            }
        }
        return new Plane(width, height, from);
    }

    private static void blurLine(float[] from, float[] to, int start, int stride, int length, int radius) {
        float first = from[start];
        float last = from[start + (length - 1) * stride];
        float sum = first * (radius + 1);
        for (int i = 0; i < radius; i++) {
            sum += i < length ? from[start + i * stride] : last;
        }
        for (int i = 0; i < length; i++) {
            int in = i + radius;
            int out = i - radius - 1;
            sum += in < length ? from[start + in * stride] : last;
            sum -= out >= 0 ? from[start + out * stride] : first;
            to[start + i * stride] = sum / (2 * radius + 1);
        }
    }
}
