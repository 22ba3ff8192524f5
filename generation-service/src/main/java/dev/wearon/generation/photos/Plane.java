package dev.wearon.generation.photos;

import java.awt.image.BufferedImage;

/** One colour channel of a picture, row by row. */
public record Plane(int width, int height, float[] values) {

    public Plane(int width, int height) {
        this(width, height, new float[width * height]);
    }

    /** Brightness of each pixel, 0 to 255 (ITU-R BT.601). */
    public static Plane luma(BufferedImage picture) {
        Plane luma = new Plane(picture.getWidth(), picture.getHeight());
        int[] pixels = pixels(picture);
        for (int i = 0; i < pixels.length; i++) {
            luma.values[i] = luma(pixels[i]);
        }
        return luma;
    }

    /** Red, green and blue, 0 to 255. */
    public static Plane[] channels(int[] pixels, int width, int height) {
        Plane[] rgb = new Plane[3];
        for (int channel = 0; channel < 3; channel++) {
            rgb[channel] = new Plane(width, height);
            for (int i = 0; i < pixels.length; i++) {
                rgb[channel].values[i] = pixels[i] >> 16 - 8 * channel & 0xFF;
            }
        }
        return rgb;
    }

    public static float luma(int rgb) {
        return 0.299f * (rgb >> 16 & 0xFF) + 0.587f * (rgb >> 8 & 0xFF) + 0.114f * (rgb & 0xFF);
    }

    public static int[] pixels(BufferedImage picture) {
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    /**
     * Approximates a Gaussian blur with three box blurs. The time of each does not depend on the radius. Edge pixels are
     * repeated.
     */
    public Plane blurred(int radius) {
        float[] from = values.clone();
        float[] to = new float[values.length];
        for (int round = 0; round < 3; round++) {
            Interruption.check();
            for (int y = 0; y < height; y++) {
                blurRow(from, to, y * width, radius);
            }
            blurColumns(to, from, radius);
        }
        return new Plane(width, height, from);
    }

    private void blurRow(float[] from, float[] to, int start, int radius) {
        float first = from[start];
        float last = from[start + width - 1];
        float share = 1f / (2 * radius + 1);
        float sum = first * (radius + 1);
        for (int i = 0; i < radius; i++) {
            sum += i < width ? from[start + i] : last;
        }
        for (int i = 0; i < width; i++) {
            int in = i + radius;
            int out = i - radius - 1;
            sum += in < width ? from[start + in] : last;
            sum -= out >= 0 ? from[start + out] : first;
            to[start + i] = sum * share;
        }
    }

    /** All columns at once, row by row. One column after the other would read memory in large steps. */
    private void blurColumns(float[] from, float[] to, int radius) {
        float share = 1f / (2 * radius + 1);
        float[] sums = new float[width];
        for (int x = 0; x < width; x++) {
            sums[x] = from[x] * (radius + 1);
        }
        for (int i = 0; i < radius; i++) {
            int row = Math.min(i, height - 1) * width;
            for (int x = 0; x < width; x++) {
                sums[x] += from[row + x];
            }
        }
        for (int y = 0; y < height; y++) {
            int in = Math.min(y + radius, height - 1) * width;
            int out = Math.max(y - radius - 1, 0) * width;
            int row = y * width;
            for (int x = 0; x < width; x++) {
                sums[x] += from[in + x] - from[out + x];
                to[row + x] = sums[x] * share;
            }
        }
    }
}
