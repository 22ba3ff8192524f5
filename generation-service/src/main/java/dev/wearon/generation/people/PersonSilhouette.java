package dev.wearon.generation.people;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * A person before a plain wall: the parts of each row that differ from the wall. Positions are in pixels of the portrait.
 *
 * @param rows the parts of each row of a small copy; empty where both sides of the row do not show a plain wall
 * @param shrink the factor from the portrait to the copy
 */
public record PersonSilhouette(List<List<Part>> rows, double shrink) {

    /** The longest side of the copy, in pixels. */
    private static final int SKETCH = 400;

    /** A pixel whose colour is farther from the wall's is part of the person. */
    private static final double UNLIKE_WALL = 34;

    /** The share of the columns at both sides that must show only the wall. */
    private static final double WALL = 0.06;

    /** The share of rows that may show something else at the sides. */
    private static final double UNCLEAR = 0.1;

    record Part(double from, double to) {
        double middle() {
            return (from + to) / 2;
        }

        double width() {
            return to - from;
        }

        private double distance(double column) {
            return from <= column && column < to ? 0 : Math.min(Math.abs(from - column), Math.abs(to - column));
        }
    }

    /** Where two legs are: half of the gap between them, and half of the width over both. */
    public record Legs(double inner, double outer) {}

    /** Empty if the wall is not plain. */
    public static Optional<PersonSilhouette> of(BufferedImage portrait) {
        double shrink = Math.min(1.0, (double) SKETCH / Math.max(portrait.getWidth(), portrait.getHeight()));
        int width = Math.max(1, (int) Math.round(portrait.getWidth() * shrink));
        int height = Math.max(1, (int) Math.round(portrait.getHeight() * shrink));
        BufferedImage sketch = new FixedSizeThumbnailMaker(width, height, false, true).make(portrait);
        List<List<Part>> rows = new ArrayList<>();
        int unclear = 0;
        for (int y = 0; y < height; y++) {
            int[] row = sketch.getRGB(0, y, width, 1, null, 0, width);
            boolean plain = isPlainAtBothSides(row);
            unclear += plain ? 0 : 1;
            rows.add(plain ? parts(row, shrink) : List.of());
        }
        return unclear > UNCLEAR * height ? Optional.empty() : Optional.of(new PersonSilhouette(rows, shrink));
    }

    private static boolean isPlainAtBothSides(int[] row) {
        int band = Math.max(1, (int) (WALL * row.length));
        int last = row.length - 1;
        return IntStream.range(0, band)
                .allMatch(x -> distance(row[x], row[band / 2], row[band / 2], 0) < UNLIKE_WALL
                        && distance(row[last - x], row[last - band / 2], row[last - band / 2], 0) < UNLIKE_WALL);
    }

    private static List<Part> parts(int[] row, double shrink) {
        int band = Math.max(1, (int) (WALL * row.length));
        int left = row[band / 2];
        int right = row[row.length - 1 - band / 2];
        List<Part> parts = new ArrayList<>();
        int from = -1;
        for (int x = 0; x <= row.length; x++) {
            boolean wall = x == row.length || distance(row[x], left, right, (double) x / row.length) < UNLIKE_WALL;
            if (!wall && from < 0) {
                from = x;
            } else if (wall && from >= 0) {
                if (x - from > 1) {
                    parts.add(new Part(from / shrink, x / shrink));
                }
                from = -1;
            }
        }
        return parts;
    }

    /** The distance of a colour from the wall, whose colour changes evenly from the left to the right. */
    private static double distance(int pixel, int left, int right, double share) {
        double sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double wall = (left >> shift & 0xFF) * (1 - share) + (right >> shift & 0xFF) * share;
            sum += Math.pow((pixel >> shift & 0xFF) - wall, 2);
        }
        return Math.sqrt(sum);
    }

    public double height() {
        return rows.size() / shrink;
    }

    private List<Part> row(double y) {
        return rows.get(Math.clamp((long) (y * shrink), 0, rows.size() - 1));
    }

    /** The part of the row that is nearest to the column, if one is not farther than {@code reach}. */
    Optional<Part> near(double y, double column, double reach) {
        return row(y).stream()
                .filter(part -> part.distance(column) < reach)
                .min((one, other) -> Double.compare(one.distance(column), other.distance(column)));
    }

    /** The last row in a direction that shows something near the column. It bridges two empty rows. */
    double edge(double y, double column, double reach, int direction) {
        double found = y;
        for (double next = y; Math.abs(next - found) <= 2.5 / shrink && next >= 0 && next < height(); ) {
            found = near(next, column, reach).isPresent() ? next : found;
            next += direction / shrink;
        }
        return found;
    }

    /** The median of a value over the rows where there is a part near the column. */
    double median(double from, double to, double column, double reach, ToDoubleFunction<Part> value) {
        double[] values = IntStream.rangeClosed(0, 8)
                .mapToObj(step -> near(from + step * (to - from) / 8, column, reach))
                .flatMap(Optional::stream)
                .mapToDouble(value)
                .sorted()
                .toArray();
        return values.length == 0 ? 0 : values[values.length / 2];
    }

    /** The legs at a row, as if the right leg were the mirrored left one; empty if there is nothing. */
    public Optional<Legs> legs(double y, double middle, double reach) {
        List<Part> near =
                row(y).stream().filter(part -> part.distance(middle) < reach).toList();
        if (near.isEmpty()) {
            return Optional.empty();
        }
        double left = near.getFirst().from();
        double right = near.getLast().to();
        double inner =
                near.stream().mapToDouble(part -> part.distance(middle)).min().orElse(0);
        return Optional.of(new Legs(inner, Math.max(right - middle, middle - left)));
    }
}
