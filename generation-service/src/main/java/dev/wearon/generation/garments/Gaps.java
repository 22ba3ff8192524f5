package dev.wearon.generation.garments;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Background that a thing encloses: inside a collar, between sleeve and body, inside a handle or ring. A white print or panel looks
 * the same, so only usual places count, and between them and the outside must be a sleeve, or a thin rim all around.
 */
final class Gaps {

    /** The least width of a sleeve, as a share of the thing's width. */
    private static final double NARROWEST_SLEEVE = 0.08;

    /** The share of the outline of a gap that is a thin rim, in a handle or ring. */
    private static final double THIN_RIM = 0.6;

    private final Mask thing;
    private final int width;
    private final int height;

    Gaps(Mask thing) {
        this.thing = thing;
        this.width = thing.width();
        this.height = thing.height();
    }

    /**
     * @param same the pixels in the background's colour
     * @param shadow whether a pixel may be background in the thing's shadow
     */
    Mask in(Mask same, IntPredicate shadow) {
        int[] bounds = thing.bounds();
        double wide = bounds[2] - bounds[0] + 1.0;
        double high = bounds[3] - bounds[1] + 1.0;
        Mask gaps = new Mask(width, height);
        for (Mask seed : same.parts((int) Math.max(9, 0.0008 * thing.area()), 8)) {
            Mask gap = seed.grown(i -> thing.pixels()[i] && shadow.test(i), Math.max(width, height) / 16);
            int[] own = gap.bounds();
            double x = ((own[0] + own[2]) / 2.0 - bounds[0]) / wide;
            double y = ((own[1] + own[3]) / 2.0 - bounds[1]) / high;
            double ownWide = (own[2] - own[0] + 1) / wide;
            double ownHigh = (own[3] - own[1] + 1) / high;
            boolean neck = Math.abs(x - 0.5) < 0.12 && y < 0.16 && ownWide > 0.1;
            boolean besideArm = Math.abs(x - 0.5) > 0.22
                    && ownHigh > 0.12
                    && ownHigh * high > 2 * ownWide * wide
                    && clothBeside(gap, x < 0.5) > NARROWEST_SLEEVE * wide;
            if (neck || besideArm || ring(gap)) {
                gaps = gaps.or(gap.dilated(1));
            }
        }
        return gaps;
    }

    /** The mean width of the cloth between a gap and the left or right outside. */
    private double clothBeside(Mask gap, boolean left) {
        int[] bounds = gap.bounds();
        int start = left ? 0 : width - 1;
        int step = left ? 1 : -1;
        int cloth = 0;
        for (int y = bounds[1]; y <= bounds[3]; y++) {
            for (int x = start; x >= 0 && x < width && !gap.pixels()[y * width + x]; x += step) {
                cloth += thing.pixels()[y * width + x] ? 1 : 0;
            }
        }
        return cloth / (bounds[3] - bounds[1] + 1.0);
    }

    /** Whether only a thin rim encloses the gap, as in a handle or a ring. At a panel, one side is the rest of the garment. */
    private boolean ring(Mask gap) {
        IntPredicate cloth = i -> thing.pixels()[i] && !gap.pixels()[i];
        boolean[] near =
                thing.inverted().grown(cloth, Math.max(width, height) / 12).pixels();
        int[] outline = gap.dilated(1).outline();
        long thin = Arrays.stream(outline).filter(i -> near[i]).count();
        return thin > THIN_RIM * outline.length;
    }
}
