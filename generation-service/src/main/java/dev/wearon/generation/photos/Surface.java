package dev.wearon.generation.photos;

import java.util.Arrays;
import java.util.Optional;

/**
 * A plain surface in a photo, also with a gradient: for each colour channel a quadratic polynomial of the place.
 *
 * @param polynomials coefficients for red, green and blue
 * @param noise usual colour distance of its pixels from the polynomial
 */
public record Surface(double[][] polynomials, double noise) {

    /** A pixel of the border with a larger colour distance does not belong to the background. */
    private static final double NEAR = 26;

    /** The share of the border that must belong to the background. Garments may touch the rest. */
    private static final double SHARE_OF_BORDER = 0.7;

    private static final int TERMS = 6;
    private static final int ROUNDS = 12;
    private static final int SAMPLES = 1200;

    /** The background behind a thing, fitted to the border of the photo; empty if most of the border is not near one smooth colour. */
    public static Optional<Surface> background(Plane[] rgb) {
        int[] border = border(rgb[0].width(), rgb[0].height());
        Surface background = over(rgb, border, TERMS);
        long near = Arrays.stream(border)
                .filter(i -> background.distance(rgb, i) < NEAR)
                .count();
        return near < SHARE_OF_BORDER * border.length ? Optional.empty() : Optional.of(background);
    }

    /**
     * The surface that most of these pixels show.
     *
     * @param terms 1 for one colour, 3 for linear gradients, {@value #TERMS} for quadratic ones
     */
    public static Surface over(Plane[] rgb, int[] pixels, int terms) {
        double[] weights = new double[pixels.length];
        double[][] polynomials = new double[3][TERMS];
        for (int channel = 0; channel < 3; channel++) {
            polynomials[channel][0] = median(rgb[channel], pixels);
        }
        Surface surface = new Surface(polynomials, 0);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < pixels.length; i++) {
                // Outliers count little, because they are pixels of something else.
                weights[i] = 1 / (1 + Math.pow(surface.distance(rgb, pixels[i]) / 10, 4));
            }
            double[][] next = new double[3][];
            for (int channel = 0; channel < 3; channel++) {
                next[channel] = fitted(rgb[channel], pixels, weights, terms);
            }
            surface = new Surface(next, 0);
        }
        Surface last = surface;
        double[] distances = Arrays.stream(pixels)
                .mapToDouble(i -> last.distance(rgb, i))
                .filter(distance -> distance < NEAR)
                .sorted()
                .toArray();
        return new Surface(last.polynomials, distances.length == 0 ? NEAR : distances[distances.length * 7 / 10]);
    }

    /** The colour distance of each pixel from the background. */
    public Plane distances(Plane[] rgb) {
        Plane distances = new Plane(rgb[0].width(), rgb[0].height());
        for (int i = 0; i < distances.values().length; i++) {
            distances.values()[i] = (float) distance(rgb, i);
        }
        return distances;
    }

    /** Whether a pixel has the background's colour, but darker. */
    public boolean shaded(Plane[] rgb, int pixel, double tolerance) {
        double[] terms = terms(pixel, rgb[0].width(), rgb[0].height());
        double dot = 0;
        double norm = 1e-3;
        double[] background = new double[3];
        for (int channel = 0; channel < 3; channel++) {
            background[channel] = Math.max(1, value(polynomials[channel], terms));
            dot += background[channel] * rgb[channel].values()[pixel];
            norm += background[channel] * background[channel];
        }
        double light = dot / norm;
        double rest = 0;
        for (int channel = 0; channel < 3; channel++) {
            rest += Math.pow(rgb[channel].values()[pixel] - light * background[channel], 2);
        }
        return light > 0.3 && light < 1.05 && Math.sqrt(rest) < tolerance;
    }

    public double distance(Plane[] rgb, int pixel) {
        double[] terms = terms(pixel, rgb[0].width(), rgb[0].height());
        double sum = 0;
        for (int channel = 0; channel < 3; channel++) {
            sum += Math.pow(rgb[channel].values()[pixel] - value(polynomials[channel], terms), 2);
        }
        return Math.sqrt(sum);
    }

    private static double[] terms(int pixel, int width, int height) {
        double x = 2.0 * (pixel % width) / width - 1;
        double y = 2.0 * (pixel / width) / height - 1;
        return new double[] {1, x, y, x * x, y * y, x * y};
    }

    private static double value(double[] polynomial, double[] terms) {
        double value = 0;
        for (int i = 0; i < TERMS; i++) {
            value += polynomial[i] * terms[i];
        }
        return Math.clamp(value, 0, 255);
    }

    private static double median(Plane channel, int[] pixels) {
        double[] values = Arrays.stream(pixels)
                .mapToDouble(i -> channel.values()[i])
                .sorted()
                .toArray();
        return values.length == 0 ? 0 : values[values.length / 2];
    }

    private static int[] border(int width, int height) {
        // Odd, because opposite sides alternate.
        int step = Math.max(1, 2 * (width + height) / SAMPLES) | 1;
        int[] all = new int[2 * (width + height)];
        for (int x = 0; x < width; x++) {
            all[2 * x] = x;
            all[2 * x + 1] = (height - 1) * width + x;
        }
        for (int y = 0; y < height; y++) {
            all[2 * (width + y)] = y * width;
            all[2 * (width + y) + 1] = y * width + width - 1;
        }
        int[] border = new int[all.length / step];
        for (int i = 0; i < border.length; i++) {
            border[i] = all[i * step];
        }
        return border;
    }

    /** Weighted least squares. A small ridge keeps it solvable for photos of one row or column. */
    private static double[] fitted(Plane channel, int[] pixels, double[] weights, int count) {
        double[][] equations = new double[TERMS][TERMS + 1];
        for (int i = 0; i < pixels.length; i++) {
            double[] terms = terms(pixels[i], channel.width(), channel.height());
            for (int row = 0; row < count; row++) {
                for (int column = 0; column < count; column++) {
                    equations[row][column] += weights[i] * terms[row] * terms[column];
                }
                equations[row][TERMS] += weights[i] * terms[row] * channel.values()[pixels[i]];
            }
        }
        for (int i = 0; i < TERMS; i++) {
            equations[i][i] += 1e-3;
        }
        return solved(equations);
    }

    private static double[] solved(double[][] equations) {
        for (int pivot = 0; pivot < TERMS; pivot++) {
            for (int row = 0; row < TERMS; row++) {
                if (row != pivot) {
                    double factor = equations[row][pivot] / equations[pivot][pivot];
                    for (int column = pivot; column <= TERMS; column++) {
                        equations[row][column] -= factor * equations[pivot][column];
                    }
                }
            }
        }
        double[] solution = new double[TERMS];
        for (int i = 0; i < TERMS; i++) {
            solution[i] = equations[i][TERMS] / equations[i][i];
        }
        return solution;
    }
}
