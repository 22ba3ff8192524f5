package dev.wearon.generation.models;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A garment or accessory without the background of its photo, trimmed to its visible pixels.
 *
 * @param picture {@code TYPE_INT_ARGB}
 */
record Cutout(BufferedImage picture) {

    /** The lowest alpha of a visible pixel. */
    private static final int VISIBLE = 24;

    /** The smallest share of transparent pixels at which a photo is treated as transparent. */
    private static final double SEE_THROUGH = 0.01;

    /** A pixel whose colour is nearer to the background is removed, if such pixels connect it to the border. */
    private static final double BACKGROUND = 26;

    /** At the edge of the object, a pixel at this colour distance from the background is opaque. */
    private static final double FOREGROUND = 60;

    /** The share of the border that must have the background's colour. Otherwise no background is removed. */
    private static final double UNIFORM = 0.7;

    /**
     * Keeps the transparency of a photo. An opaque photo loses the near-uniform background that touches its border. Without such
     * a background it stays a rectangle.
     */
    static Cutout of(BufferedImage photo) {
        int width = photo.getWidth();
        int height = photo.getHeight();
        int[] pixels = Plane.pixels(photo);
        long seeThrough = Arrays.stream(pixels).filter(p -> p >>> 24 < VISIBLE).count();
        if (seeThrough < SEE_THROUGH * pixels.length) {
            removeBackground(pixels, width, height);
        }
        return trimmed(pixels, width, height);
    }

    private static Cutout trimmed(int[] pixels, int width, int height) {
        int left = width;
        int right = -1;
        int top = height;
        int bottom = -1;
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i] >>> 24 >= VISIBLE) {
                left = Math.min(left, i % width);
                right = Math.max(right, i % width);
                top = Math.min(top, i / width);
                bottom = i / width;
            }
        }
        if (right < 0) {
            // No pixel is visible: one transparent pixel remains.
            left = right = top = bottom = 0;
        }
        int trimmedWidth = right - left + 1;
        int trimmedHeight = bottom - top + 1;
        BufferedImage trimmed = new BufferedImage(trimmedWidth, trimmedHeight, BufferedImage.TYPE_INT_ARGB);
        trimmed.setRGB(0, 0, trimmedWidth, trimmedHeight, pixels, top * width + left, width);
        return new Cutout(trimmed);
    }

    private static void removeBackground(int[] pixels, int width, int height) {
        int[] border = border(width, height);
        int background = median(border, pixels);
        long similar = Arrays.stream(border)
                .filter(i -> distance(pixels[i], background) < BACKGROUND)
                .count();
        if (similar < UNIFORM * border.length) {
            return;
        }
        boolean[] outside = flooded(pixels, width, height, border, background);
        Plane outsideMask = new Plane(width, height);
        for (int i = 0; i < pixels.length; i++) {
            outsideMask.values()[i] = outside[i] ? 1 : 0;
        }
        Plane near = outsideMask.blurred(1);
        for (int i = 0; i < pixels.length; i++) {
            if (outside[i]) {
                pixels[i] &= 0xFFFFFF;
            } else if (near.values()[i] > 0.02) {
                // A pixel at the edge mixes object and background. Two estimates of its alpha: how much its colour
                // differs from the background's, and how few background pixels surround it. The larger one counts.
                double own = (distance(pixels[i], background) - BACKGROUND) / (FOREGROUND - BACKGROUND);
                int alpha = (int) (255 * Math.clamp(Math.max(own, 1 - 1.6 * near.values()[i]), 0, 1));
                pixels[i] = pixels[i] & 0xFFFFFF | alpha << 24;
            }
        }
    }

    private static boolean[] flooded(int[] pixels, int width, int height, int[] border, int background) {
        boolean[] outside = new boolean[pixels.length];
        int[] queue = new int[pixels.length];
        int length = 0;
        for (int i : border) {
            if (!outside[i] && distance(pixels[i], background) < BACKGROUND) {
                outside[i] = true;
                queue[length++] = i;
            }
        }
        for (int next = 0; next < length; next++) {
            int x = queue[next] % width;
            int y = queue[next] / width;
            int[] neighbours = {
                x > 0 ? queue[next] - 1 : -1,
                x < width - 1 ? queue[next] + 1 : -1,
                y > 0 ? queue[next] - width : -1,
                y < height - 1 ? queue[next] + width : -1
            };
            for (int i : neighbours) {
                if (i >= 0 && !outside[i] && distance(pixels[i], background) < BACKGROUND) {
                    outside[i] = true;
                    queue[length++] = i;
                }
            }
        }
        return outside;
    }

    private static int[] border(int width, int height) {
        int[] border = new int[2 * (width + height)];
        for (int x = 0; x < width; x++) {
            border[2 * x] = x;
            border[2 * x + 1] = (height - 1) * width + x;
        }
        for (int y = 0; y < height; y++) {
            border[2 * (width + y)] = y * width;
            border[2 * (width + y) + 1] = y * width + width - 1;
        }
        return border;
    }

    private static int median(int[] border, int[] pixels) {
        int median = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int channel = shift;
            int[] values = Arrays.stream(border)
                    .map(i -> pixels[i] >> channel & 0xFF)
                    .sorted()
                    .toArray();
            median |= values[values.length / 2] << shift;
        }
        return median;
    }

    private static double distance(int one, int other) {
        int red = (one >> 16 & 0xFF) - (other >> 16 & 0xFF);
        int green = (one >> 8 & 0xFF) - (other >> 8 & 0xFF);
        int blue = (one & 0xFF) - (other & 0xFF);
        return Math.sqrt(red * red + green * green + blue * blue);
    }
}
