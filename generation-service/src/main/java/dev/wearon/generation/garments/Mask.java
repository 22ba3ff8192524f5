package dev.wearon.generation.garments;

import dev.wearon.generation.photos.Plane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/** A set of pixels of a picture, row by row. */
record Mask(int width, int height, boolean[] pixels) {

    Mask(int width, int height) {
        this(width, height, new boolean[width * height]);
    }

    static Mask where(int width, int height, IntPredicate member) {
        Mask mask = new Mask(width, height);
        for (int i = 0; i < mask.pixels.length; i++) {
            mask.pixels[i] = member.test(i);
        }
        return mask;
    }

    /** The pixels that are not in this mask. */
    Mask inverted() {
        return where(width, height, i -> !pixels[i]);
    }

    Mask and(Mask other) {
        return where(width, height, i -> pixels[i] && other.pixels[i]);
    }

    Mask or(Mask other) {
        return where(width, height, i -> pixels[i] || other.pixels[i]);
    }

    boolean contains(int i) {
        return pixels[i];
    }

    int area() {
        int area = 0;
        for (boolean pixel : pixels) {
            area += pixel ? 1 : 0;
        }
        return area;
    }

    /** Grows this mask into neighbours that {@code joins} accepts, at most {@code steps} pixels far. */
    Mask grown(IntPredicate joins, int steps) {
        boolean[] grown = pixels.clone();
        int[] queue = new int[pixels.length];
        int end = 0;
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i]) {
                queue[end++] = i;
            }
        }
        int next = 0;
        for (int step = 0; step < steps && next < end; step++) {
            for (int last = end; next < last; next++) {
                for (int side = 0; side < 4; side++) {
                    int i = neighbour(queue[next], side);
                    if (i >= 0 && !grown[i] && joins.test(i)) {
                        grown[i] = true;
                        queue[end++] = i;
                    }
                }
            }
        }
        return new Mask(width, height, grown);
    }

    /** The pixels that are connected with the border of the picture. */
    Mask fromBorder() {
        Mask border = where(width, height, i -> pixels[i] && onBorder(i));
        return border.grown(i -> pixels[i], pixels.length);
    }

    /** The connected parts of this mask, the largest first. Each takes as much memory as this mask. */
    List<Mask> parts(int smallest, int most) {
        int[] part = new int[pixels.length];
        return numbered(part).stream()
                .filter(each -> each[1] >= smallest)
                .sorted(Comparator.comparingInt(each -> -each[1]))
                .limit(most)
                .map(each -> where(width, height, i -> part[i] == each[0]))
                .toList();
    }

    /** Without the connected parts of at least this many pixels. */
    Mask withoutParts(int smallest) {
        int[] part = new int[pixels.length];
        List<int[]> numbered = numbered(part);
        return where(width, height, i -> pixels[i] && numbered.get(part[i] - 1)[1] < smallest);
    }

    /**
     * Numbers the connected parts from 1.
     *
     * @param part receives the number of the part of each pixel, 0 outside
     * @return number and count of pixels of each part
     */
    private List<int[]> numbered(int[] part) {
        int[] queue = new int[pixels.length];
        List<int[]> numbered = new ArrayList<>();
        for (int start = 0; start < pixels.length; start++) {
            if (!pixels[start] || part[start] != 0) {
                continue;
            }
            int number = numbered.size() + 1;
            int end = 0;
            queue[end++] = start;
            part[start] = number;
            for (int next = 0; next < end; next++) {
                for (int side = 0; side < 4; side++) {
                    int i = neighbour(queue[next], side);
                    if (i >= 0 && pixels[i] && part[i] == 0) {
                        part[i] = number;
                        queue[end++] = i;
                    }
                }
            }
            numbered.add(new int[] {number, end});
        }
        return numbered;
    }

    /** The pixels whose surroundings, up to {@code radius} away, all belong to this mask. */
    Mask eroded(int radius) {
        return inverted().dilated(radius).inverted();
    }

    /** Without parts that are thinner than twice the radius. */
    Mask opened(int radius) {
        return eroded(radius).dilated(radius);
    }

    /** The pixels with a pixel of this mask in the square of this radius around them. */
    Mask dilated(int radius) {
        boolean[] rows = new boolean[pixels.length];
        boolean[] both = new boolean[pixels.length];
        for (int y = 0; y < height; y++) {
            spread(pixels, rows, y * width, 1, width, radius);
        }
        for (int x = 0; x < width; x++) {
            spread(rows, both, x, width, height, radius);
        }
        return new Mask(width, height, both);
    }

    private static void spread(boolean[] from, boolean[] to, int start, int stride, int length, int radius) {
        int last = -radius - 1;
        for (int i = 0; i < length + radius; i++) {
            if (i < length && from[start + i * stride]) {
                last = i;
            }
            if (i >= radius) {
                to[start + (i - radius) * stride] = last >= i - 2 * radius;
            }
        }
    }

    /** Left, top, right and bottom; right and bottom are inside. Not for an empty mask. */
    int[] bounds() {
        int[] bounds = {width, height, -1, -1};
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i]) {
                bounds[0] = Math.min(bounds[0], i % width);
                bounds[1] = Math.min(bounds[1], i / width);
                bounds[2] = Math.max(bounds[2], i % width);
                bounds[3] = i / width;
            }
        }
        return bounds;
    }

    /** The share of the picture's border that belongs to this mask. */
    double shareOfBorder() {
        int border = 0;
        int own = 0;
        for (int i = 0; i < pixels.length; i++) {
            if (onBorder(i)) {
                border++;
                own += pixels[i] ? 1 : 0;
            }
        }
        return (double) own / border;
    }

    /** The pixels of this mask that have a neighbour inside the picture which does not belong to it. */
    int[] outline() {
        int[] outline = new int[pixels.length];
        int length = 0;
        for (int i = 0; i < pixels.length; i++) {
            boolean edge = false;
            for (int side = 0; pixels[i] && side < 4; side++) {
                int neighbour = neighbour(i, side);
                edge |= neighbour >= 0 && !pixels[neighbour];
            }
            if (edge) {
                outline[length++] = i;
            }
        }
        return Arrays.copyOf(outline, length);
    }

    /** 1 inside and 0 outside. */
    Plane plane() {
        Plane plane = new Plane(width, height);
        for (int i = 0; i < pixels.length; i++) {
            plane.values()[i] = pixels[i] ? 1 : 0;
        }
        return plane;
    }

    private boolean onBorder(int i) {
        return i % width == 0 || i % width == width - 1 || i < width || i >= pixels.length - width;
    }

    /** Left, right, upper or lower neighbour; -1 outside of the picture. */
    int neighbour(int i, int side) {
        return switch (side) {
            case 0 -> i % width > 0 ? i - 1 : -1;
            case 1 -> i % width < width - 1 ? i + 1 : -1;
            case 2 -> i - width;
            default -> i + width < pixels.length ? i + width : -1;
        };
    }
}
