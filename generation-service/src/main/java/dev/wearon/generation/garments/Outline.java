package dev.wearon.generation.garments;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The outline of a garment that lies flat or hangs: what each of {@link #LEVELS} levels, from the top to the bottom, shows.
 * Widths are shares of the picture's width.
 *
 * @param body the width of the part that contains the middle of the garment; 0 where the middle is open
 * @param span the width from the leftmost to the rightmost part
 * @param parted whether a gap near the middle separates two wide parts: two legs, or two shoulders beside a neck
 * @param gap the width of that gap
 * @param sleeves whether narrower parts are beside the body
 */
public record Outline(
        double[] body, double[] span, boolean[] parted, double[] gap, boolean[] sleeves, double heightToWidth) {

    public static final int LEVELS = 100;

    /** A narrower part, as a share of the picture's width, is a thread or an error of the cutout. */
    private static final double THINNEST = 0.03;

    private static final double THINNEST_GAP = 0.012;

    /** The distance from the middle within which a gap separates legs. */
    private static final double NEAR_MIDDLE = 0.14;

    private static final int OPAQUE = 128;

    public static Outline of(Cutout garment) {
        BufferedImage picture = garment.picture();
        int width = picture.getWidth();
        int height = picture.getHeight();
        double[] body = new double[LEVELS];
        double[] span = new double[LEVELS];
        boolean[] parted = new boolean[LEVELS];
        double[] gap = new double[LEVELS];
        boolean[] sleeves = new boolean[LEVELS];
        int[] row = new int[width];
        for (int level = 0; level < LEVELS; level++) {
            int y = (int) ((level + 0.5) * height / LEVELS);
            picture.getRGB(0, y, width, 1, row, 0, width);
            double first = -1;
            double last = -1;
            double left = -2;
            int parts = 0;
            for (int x = 0; x < width; ) {
                int from = x;
                boolean cloth = row[x] >>> 24 >= OPAQUE;
                while (x < width && row[x] >>> 24 >= OPAQUE == cloth) {
                    x++;
                }
                double start = (double) from / width;
                double end = (double) x / width;
                if (!cloth || end - start < THINNEST) {
                    continue;
                }
                first = first < 0 ? start : first;
                boolean apart = left >= 0 && start - left >= THINNEST_GAP;
                if (apart && Math.abs((start + left) / 2 - 0.5) < NEAR_MIDDLE) {
                    parted[level] = true;
                    gap[level] = start - left;
                }
                if (start < 0.5 && end > 0.5) {
                    body[level] = end - start;
                }
                parts++;
                left = end;
                last = end;
            }
            span[level] = last < 0 ? 0 : last - first;
            sleeves[level] = body[level] > 0 && span[level] - body[level] > 2 * THINNEST && parts > 1;
            parted[level] &= body[level] == 0 || span[level] - body[level] > 0.25 * span[level] && parts == 2;
        }
        return new Outline(body, span, parted, gap, sleeves, (double) height / width);
    }

    /** The kind of the garment. A rectangle of its photo does not tell, and counts as an upper garment. */
    public static GarmentType kindOf(Cutout garment) {
        return garment.outlined() ? of(garment).type() : GarmentType.UPPER;
    }

    /** The kind of the garment. An outline that does not tell is that of an upper garment. */
    public GarmentType type() {
        if (!isPlausible()) {
            return GarmentType.UPPER;
        }
        if (hasLegs()) {
            return startsAtTheWaist() ? GarmentType.LOWER : GarmentType.DRESS;
        }
        if (startsAtTheWaist() && !hasShoulders()) {
            return narrowsBelowItsTop() ? dressIfLong() : GarmentType.LOWER;
        }
        return dressIfLong();
    }

    /** A dress is long for the width of its waist. A coat is long, too, but has long sleeves and falls straight. */
    private GarmentType dressIfLong() {
        double length = heightToWidth / waist();
        double flare = quantile(span, 0.85, 0.97, 0.5) / waist();
        boolean dress = hasLongSleeves() ? length > 3.1 || length > 2 && flare > 1.6 : length > 2.1;
        return dress ? GarmentType.DRESS : GarmentType.UPPER;
    }

    /** A photo whose background was not recognised is a rectangle. One that lost its garment is shreds. */
    private boolean isPlausible() {
        return quantile(span, 0, 1, 0.05) < 0.97 && quantile(span, 0.1, 0.9, 0.3) > 0.25;
    }

    public boolean hasLegs() {
        long legs = count(parted, 0.72, 0.97);
        return legs > 0.8 * 25 && count(parted, 0.06, 0.2) < 0.5 * 14;
    }

    /** The width of the upper edge: of the waistband of a lower garment. */
    public double top() {
        return Math.max(0.1, quantile(span, 0.02, 0.07, 0.5));
    }

    /** The width near a level. A slanted hem makes the last levels narrow. */
    public double span(int level) {
        return Math.max(0.05, quantile(span, level / 100.0 - 0.08, level / 100.0 + 0.02, 0.7));
    }

    /** The gap between the legs near a level. */
    public double gap(int level) {
        return quantile(gap, level / 100.0 - 0.08, level / 100.0 + 0.02, 0.5);
    }

    /** The level at which the legs begin. */
    public int crotch() {
        return IntStream.range(LEVELS / 8, LEVELS - 1)
                .filter(level -> parted[level])
                .findFirst()
                .orElse(LEVELS / 3);
    }

    /** The top is a closed edge, almost as wide as what follows: a waistband and not a neck or straps. */
    private boolean startsAtTheWaist() {
        double band = quantile(body, 0.02, 0.07, 0.5);
        return count(parted, 0.02, 0.1) < 3 && band > 0.72 * quantile(span, 0.12, 0.2, 0.5) && band > 0.25;
    }

    /** Somewhere the outline becomes wider at once, as below a neck or a hood, or sleeves are beside the body. */
    private boolean hasShoulders() {
        int step = LEVELS / 12;
        return count(sleeves, 0, 1) > 0.1 * LEVELS
                || IntStream.range(3, LEVELS / 2).anyMatch(level -> span[level + step] > 1.3 * span[level]);
    }

    private boolean narrowsBelowItsTop() {
        return quantile(body, 0.02, 0.07, 0.5) > 1.08 * waist();
    }

    private boolean hasLongSleeves() {
        return count(sleeves, 0.25, 0.65) > 0.25 * 40 || quantile(span, 0.05, 0.45, 0.9) > 1.9 * waist();
    }

    /** The width of the narrowest place below the chest. A neck or a hood above it is narrower. */
    public double waist() {
        int hips = (int) (0.65 * LEVELS);
        double chest = 0.7 * Arrays.stream(span, 0, hips).max().orElse(1);
        int from = IntStream.range(LEVELS / 10, LEVELS / 3)
                .filter(level -> span[level] >= chest)
                .findFirst()
                .orElse(LEVELS / 3);
        double[] closed =
                Arrays.stream(body, from, hips).filter(width -> width > 0).toArray();
        // A jacket that is open in front has no closed level.
        double[] widths = closed.length > 0 ? closed : Arrays.copyOfRange(span, from, hips);
        Arrays.sort(widths);
        // Holes of a cutout make single levels narrow.
        return Math.max(0.05, widths[widths.length / 6]);
    }

    /** The place of the narrowest level below the chest, as a share of the height; of several, their middle. */
    public double waistline() {
        double limit = 1.03 * waist();
        return IntStream.range(LEVELS / 6, (int) (0.65 * LEVELS))
                        .filter(level -> body[level] > 0 && body[level] <= limit)
                        .average()
                        .orElse(0.3 * LEVELS)
                / LEVELS;
    }

    private static long count(boolean[] levels, double from, double to) {
        return IntStream.range((int) (from * LEVELS), (int) (to * LEVELS))
                .filter(level -> levels[level])
                .count();
    }

    /** The value below which a share of the levels lies. */
    private static double quantile(double[] levels, double from, double to, double share) {
        int first = Math.clamp((int) (from * LEVELS), 0, LEVELS - 1);
        double[] sorted = Arrays.copyOfRange(levels, first, Math.clamp((int) (to * LEVELS), first + 1, LEVELS));
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}
