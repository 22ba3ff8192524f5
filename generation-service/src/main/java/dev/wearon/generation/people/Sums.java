package dev.wearon.generation.people;

import dev.wearon.generation.photos.Plane;

/** Sums over rectangles in constant time (summed-area table). */
final class Sums {
    private final int width;
    private final int height;
    private final double[] upTo;

    Sums(Plane plane) {
        width = plane.width();
        height = plane.height();
        upTo = new double[(width + 1) * (height + 1)];
        for (int y = 0; y < height; y++) {
            double row = 0;
            for (int x = 0; x < width; x++) {
                row += plane.values()[y * width + x];
                upTo[(y + 1) * (width + 1) + x + 1] = upTo[y * (width + 1) + x + 1] + row;
            }
        }
    }

    /** Mean over the part inside the picture; 0 when no part is inside. */
    double mean(double x, double y, double w, double h) {
        int left = Math.clamp(Math.round(x), 0, width);
        int right = Math.clamp(Math.round(x + w), 0, width);
        int top = Math.clamp(Math.round(y), 0, height);
        int bottom = Math.clamp(Math.round(y + h), 0, height);
        int area = (right - left) * (bottom - top);
        return area <= 0 ? 0 : (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / area;
    }

    private double at(int x, int y) {
        return upTo[y * (width + 1) + x];
    }
}
