package dev.wearon.generation.garments;

import dev.wearon.generation.photos.Plane;
import dev.wearon.generation.photos.Surface;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Finds the outline of the thing in front of a plain background. It floods the background from the border of the photo, with
 * tight to loose thresholds, and takes the first outline that is plausible. Then it removes the soft shadow around the thing and
 * background that shows through it.
 */
final class Silhouette {

    private static final double TIGHTEST = 4;
    private static final double LOOSEST = 45;

    /** The threshold up to which the edge may move, if the whole thing differs much more from the background. */
    private static final double USUAL = 26;

    private static final double SMALLEST_SHARE = 0.004;
    private static final double LARGEST_SHARE = 0.97;
    private static final int MOST_PARTS = 6;

    /** The share of the outline that must be an edge in the photo. A flood that leaked into the cloth ends somewhere in it. */
    private static final double ON_EDGES = 0.93;

    /** The same where a shadow was: at some place it has the brightness of the cloth. */
    private static final double EDGES_IN_SHADOW = 0.8;

    /** The contrast to the background that soft shadows rarely have. */
    private static final double STRONG = 110;

    /** The largest ratio of the outline's length to that of a square of the same area. */
    private static final double RAGGED = 5;

    /** The farthest that a soft shadow reaches, as a share of the photo's longest side. */
    private static final double SHADOW_REACH = 0.1;

    private final Plane[] rgb;
    private final Surface backdrop;
    private final Plane distances;
    private final int width;
    private final int height;
    private final double noise;
    private final Edges edges;

    /** @param rgb slightly blurred */
    Silhouette(Plane[] rgb, Surface backdrop) {
        this.rgb = rgb;
        this.backdrop = backdrop;
        this.distances = backdrop.distances(rgb);
        this.width = rgb[0].width();
        this.height = rgb[0].height();
        this.noise = backdrop.noise();
        this.edges = new Edges(rgb, noise);
    }

    /** @return empty if no threshold gives a plausible outline */
    Optional<Mask> find() {
        int[] extent = extent().orElse(null);
        if (extent == null) {
            return Optional.empty();
        }
        for (double threshold = tightest(); threshold <= LOOSEST; threshold *= 1.5) {
            Mask thing = flooded(threshold);
            if (plausible(thing, ON_EDGES) && spans(thing, extent)) {
                Mask whole = withLostCloth(tightened(thing, threshold));
                if (plausible(whole, ON_EDGES)) {
                    return Optional.of(withoutShadow(whole));
                }
            }
        }
        return Optional.empty();
    }

    /** Left, top, right and bottom of all that differs from the background; empty if nothing does. */
    Optional<int[]> extent() {
        // Blotches of a strongly compressed JPEG are small and weak.
        Mask weak = Mask.where(width, height, i -> distances.values()[i] >= tightest())
                .eroded(3);
        Mask strong = Mask.where(width, height, i -> distances.values()[i] >= 3 * tightest())
                .eroded(1);
        Mask different = weak.or(strong);
        if (different.area() < 0.001 * width * height) {
            return Optional.empty();
        }
        int[] columns = new int[width];
        int[] rows = new int[height];
        for (int i = 0; i < different.pixels().length; i++) {
            if (different.pixels()[i]) {
                columns[i % width]++;
                rows[i / width]++;
            }
        }
        int[] x = filled(columns, 0.01 * height);
        int[] y = filled(rows, 0.01 * width);
        return x == null || y == null ? Optional.empty() : Optional.of(new int[] {x[0], y[0], x[1], y[1]});
    }

    private static int[] filled(int[] counts, double least) {
        int[] filled = null;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > least) {
                filled = filled == null ? new int[] {i, i} : new int[] {filled[0], i};
            }
        }
        return filled;
    }

    private double tightest() {
        return Math.max(TIGHTEST, 2.5 * noise);
    }

    /** All that the flood does not reach, without specks. Empty if too much of it is specks. */
    private Mask flooded(double threshold) {
        Mask near = Mask.where(width, height, i -> distances.values()[i] < threshold);
        Mask all = near.fromBorder().inverted();
        int area = all.area();
        List<Mask> parts = all.parts(Math.max(4, (int) (0.02 * area)), MOST_PARTS + 1);
        Mask kept = parts.stream().reduce(Mask::or).orElseGet(() -> new Mask(width, height));
        return parts.size() > MOST_PARTS || kept.area() < 0.85 * area ? new Mask(width, height) : kept;
    }

    private boolean plausible(Mask thing, double onEdges) {
        double area = thing.area();
        double share = area / (width * height);
        if (share < SMALLEST_SHARE || share > LARGEST_SHARE || thing.shareOfBorder() > 0.6) {
            return false;
        }
        if (thing.outline().length > RAGGED * 4 * Math.sqrt(area)) {
            return false;
        }
        int thin = Math.max(1, Math.max(width, height) / 400);
        double solid = thing.eroded(thin).dilated(thin).and(thing).area();
        return solid > 0.75 * area && edges.between(thing) > onEdges && !onlyShadow(thing);
    }

    /** Whether a thing is a thin, weak line all over. A garment in the background's colour may show only its shadow. */
    private boolean onlyShadow(Mask thing) {
        double[] contrasts = contrasts(thing);
        return contrasts[contrasts.length / 2] < STRONG
                && thing.eroded(Math.max(2, Math.max(width, height) / 60)).area() < 0.3 * thing.area();
    }

    /** Whether a thing reaches about as far as all that differs. Otherwise it may be only the print on a white shirt. */
    private static boolean spans(Mask thing, int[] extent) {
        int[] bounds = thing.bounds();
        double own = (bounds[2] - bounds[0] + 1.0) * (bounds[3] - bounds[1] + 1);
        return own > 0.7 * (extent[2] - extent[0] + 1.0) * (extent[3] - extent[1] + 1);
    }

    /** Moves the edge closer to a thing of strong contrast, so that weak shadows and the noise of a JPEG stay outside. */
    private Mask tightened(Mask thing, double threshold) {
        double[] inside = contrasts(thing.eroded(3));
        if (inside.length == 0) {
            return thing;
        }
        double usual = Math.min(USUAL, 0.3 * inside[inside.length / 10]);
        if (usual <= threshold) {
            return thing;
        }
        Mask tighter = flooded(usual);
        return plausible(tighter, ON_EDGES) && tighter.area() > 0.8 * thing.area() ? tighter : thing;
    }

    private double[] contrasts(Mask thing) {
        double[] contrasts = new double[thing.pixels().length];
        int length = 0;
        for (int i = 0; i < contrasts.length; i++) {
            if (thing.pixels()[i]) {
                contrasts[length++] = distances.values()[i];
            }
        }
        double[] sorted = Arrays.copyOf(contrasts, length);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Adds the places where the flood leaked, because cloth and background have the same colour by chance. */
    private Mask withLostCloth(Mask thing) {
        Surface cloth = Surface.over(rgb, inner(thing), 3);
        int[] bounds = thing.bounds();
        Mask lost = Mask.where(
                        width,
                        height,
                        i -> !thing.pixels()[i]
                                && i % width >= bounds[0]
                                && i % width <= bounds[2]
                                && i / width >= bounds[1]
                                && i / width <= bounds[3]
                                && cloth.distance(rgb, i) + 0.7 < distances.values()[i])
                .eroded(1)
                .dilated(2);
        if (lost.area() < 0.02 * thing.area()) {
            return thing;
        }
        int near = Math.max(3, Math.max(width, height) / 60);
        Mask closed = thing.or(lost).dilated(near).eroded(near);
        return closed.inverted().fromBorder().inverted();
    }

    /**
     * Removes the soft shadow: pixels in the background's colour, but darker, to which no sharp edge leads from the background, and
     * which do not have the cloth's colour. Nothing is removed if the outline does not get sharper.
     */
    private Mask withoutShadow(Mask thing) {
        Surface cloth = Surface.over(rgb, inner(thing), 3);
        double likeCloth = Math.max(5, 2.5 * cloth.noise());
        double likeBackground = Math.max(9, 4 * noise);
        double sharp = Math.max(24, 6 * noise);
        // Where a shadow fades it has the brightness of any light cloth, but only in a thin line.
        int line = Math.max(3, Math.max(width, height) / 100);
        Mask clothColoured = Mask.where(width, height, i -> thing.pixels()[i] && cloth.distance(rgb, i) <= likeCloth)
                .eroded(line)
                .dilated(line);
        IntPredicate shadow = i -> !clothColoured.pixels()[i]
                && edges.sharpness(i % width, i / width) < sharp
                && backdrop.shaded(rgb, i, likeBackground);
        double soft = Math.max(4.5, 6 * noise);
        Mask likeBackdrop = Mask.where(
                width,
                height,
                i -> thing.pixels()[i]
                        && !clothColoured.pixels()[i]
                        && distances.values()[i] < tightest());
        Mask gaps =
                new Gaps(thing).in(likeBackdrop, i -> shadow.test(i) && edges.sharpness(i % width, i / width) < soft);
        Mask background = thing.inverted().grown(shadow, (int) Math.ceil(SHADOW_REACH * Math.max(width, height)));
        Mask bare =
                largeParts(background.or(gaps).inverted().eroded(2).dilated(2).and(thing));
        return bare.area() > 0.6 * thing.area()
                        && plausible(bare, EDGES_IN_SHADOW)
                        && edges.sharp(bare) > edges.sharp(thing)
                ? bare
                : thing.and(gaps.inverted());
    }

    /** Pixels that the shadow around the thing does not reach. */
    private int[] inner(Mask thing) {
        int reach = (int) Math.ceil(SHADOW_REACH / 4 * Math.max(width, height));
        Mask inner = thing.eroded(reach);
        while (inner.area() < 0.2 * thing.area() && reach > 1) {
            reach = reach * 2 / 3;
            inner = thing.eroded(reach);
        }
        boolean[] pixels = inner.pixels();
        int[] all = IntStream.range(0, pixels.length).filter(i -> pixels[i]).toArray();
        int step = Math.max(1, all.length / 2000);
        return IntStream.range(0, all.length / step).map(i -> all[i * step]).toArray();
    }

    private Mask largeParts(Mask mask) {
        return mask.parts((int) (0.02 * mask.area()), MOST_PARTS).stream()
                .reduce(Mask::or)
                .orElse(mask);
    }
}
