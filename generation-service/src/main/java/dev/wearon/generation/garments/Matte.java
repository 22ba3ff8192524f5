package dev.wearon.generation.garments;

import dev.wearon.generation.photos.Plane;
import java.util.function.IntPredicate;

/**
 * Makes the edge of a cut-out: pixels near the outline mix the colours of thing and background. Their alpha is the share of the
 * thing's colour, and they get that colour without the background's, so that no rim of the background remains. If thing and
 * background have nearly the same colour, noise decides on single pixels; there the edge is smoothed.
 */
final class Matte {

    /** The outline found may be this far, in pixels, from the real edge. */
    private static final int BAND = 3;

    /** The smallest difference between the colours of thing and background that tells the share of each. */
    private static final double TELLING = 12;

    /** The difference from which on no noise shows in the share. */
    private static final double CLEAR = 60;

    /** How many pixels of a weak edge are averaged, to each side. Teeth and crumbs are smaller. */
    private static final int SMOOTHING = 2;

    /** How much steeper the averaged edge is made again. */
    private static final double STEEPNESS = 3;

    /** The difference between thing and background at which what looks like background in a nook is none of the thing. */
    private static final double NOOK_CONTRAST = 80;

    private final int[] pixels;
    private final Mask thing;
    private final Mask nooks;
    private final Mask core;
    private final Mask far;
    private final Plane[] inner;
    private final Plane[] outer;

    private Matte(int[] pixels, Mask found) {
        this.pixels = pixels;
        this.nooks = nooks(pixels, found);
        this.thing = found.and(nooks.inverted());
        this.core = thing.eroded(BAND);
        this.far = thing.dilated(BAND).inverted();
        this.inner = spread(pixels, core, BAND);
        this.outer = spread(pixels, far, BAND);
    }

    /** Sets the alpha of all pixels, and the colours near the outline. */
    static void apply(int[] pixels, Mask thing) {
        new Matte(pixels, thing).apply();
    }

    private void apply() {
        Plane soft = thing.plane().blurred(1);
        Plane alphas = core.plane();
        for (int i = 0; i < pixels.length; i++) {
            if (!far.pixels()[i] && !core.pixels()[i]) {
                alphas.values()[i] = (float) alpha(i, Math.clamp(2 * soft.values()[i] - 1, 0, 1));
            }
        }
        Plane smooth = alphas.blurred(SMOOTHING);
        Mask thin = thinParts();
        Mask nookRims = nooks.dilated(2);
        for (int i = 0; i < pixels.length; i++) {
            double alpha = alphas.values()[i];
            if (!far.pixels()[i] && !core.pixels()[i] && known(i) && !thin.pixels()[i]) {
                double clear = Math.clamp((contrast(i) - TELLING) / (CLEAR - TELLING), 0, 1);
                double steep = Math.clamp(STEEPNESS * (smooth.values()[i] - 0.5) + 0.5, 0, 1);
                alpha = clear * alpha + (1 - clear) * steep;
            }
            boolean mixed = known(i) && alpha <= 0.97 || nookRims.pixels()[i] && inner[3].values()[i] >= 1e-4;
            int colour = mixed ? colour(i) : pixels[i] & 0xFFFFFF;
            pixels[i] = colour | (int) Math.round(255 * alpha) << 24;
        }
    }

    /** Straps and cords: they reach far from the solid parts. Stubs and teeth do not. */
    private Mask thinParts() {
        Mask solid = thing.opened(BAND);
        Mask thin = thing.and(solid.inverted());
        return thin.and(solid.dilated(2 * BAND).inverted()).grown(thin::contains, 2 * BAND);
    }

    /** Whether the colours on both sides are known. Thin parts of the thing have no core; their own colour is the best one. */
    private boolean known(int i) {
        return inner[3].values()[i] >= 1e-4 && outer[3].values()[i] >= 1e-4;
    }

    /** @param likely the alpha, if the colours do not tell it */
    private double alpha(int i, double likely) {
        if (!known(i)) {
            return likely;
        }
        double contrast = contrast(i);
        double alpha =
                contrast < TELLING ? likely : Math.clamp((share(pixels[i], i, inner, outer) - 0.15) / 0.75, 0, 1);
        // Colours alone would open cloth in the background's colour, and close gaps in the thing's.
        return Math.clamp(alpha, likely >= 1 ? 0.6 : 0, likely <= 0 ? 0.6 : 1);
    }

    private double contrast(int i) {
        return contrast(i, inner, outer);
    }

    private int colour(int i) {
        int colour = 0;
        for (int channel = 0; channel < 3; channel++) {
            colour = colour << 8 | (int) Math.round(Math.clamp(at(inner, channel, i), 0, 255));
        }
        return colour;
    }

    /**
     * Small pockets of background between two parts of the thing, as at an armpit. The edges around are so close that a search for
     * the outline does not get in. Large ones, and those of a colour that the cloth has too, may be stripes or
     * prints.
     */
    private static Mask nooks(int[] pixels, Mask thing) {
        int side = Math.max(thing.width(), thing.height());
        int reach = Math.max(2 * BAND, side / 100);
        Plane[] inner = spread(pixels, thing.eroded(reach), reach);
        Plane[] outer = spread(pixels, thing.dilated(BAND).inverted(), reach);
        int[] core = shades(pixels, thing.eroded(reach));
        double usual = 0.002 * thing.area();
        IntPredicate clear = i -> inner[3].values()[i] >= 1e-4
                && outer[3].values()[i] >= 1e-4
                && contrast(i, inner, outer) > NOOK_CONTRAST;
        Mask back = Mask.where(
                thing.width(),
                thing.height(),
                i -> thing.pixels()[i]
                        && clear.test(i)
                        && core[shade(pixels[i])] < usual
                        && isBackground(share(pixels[i], i, inner, outer)));
        // One pixel wide is what the outline is too far outside.
        Mask open = thing.inverted().grown(back.opened(1)::contains, 2 * reach);
        return open.and(thing)
                .withoutParts(4 * reach * reach)
                .grown(i -> clear.test(i) && share(pixels[i], i, inner, outer) < 0.75, 3);
    }

    /** A colour that lies beyond the background's is no background: white trim before a grey wall stays. */
    private static boolean isBackground(double share) {
        return share > -0.15 && share < 0.4;
    }

    private static int[] shades(int[] pixels, Mask of) {
        int[] shades = new int[4096];
        for (int i = 0; i < pixels.length; i++) {
            shades[shade(pixels[i])] += of.pixels()[i] ? 1 : 0;
        }
        return shades;
    }

    /** One of 16 levels of each channel. */
    private static int shade(int pixel) {
        return pixel >> 12 & 0xF00 | pixel >> 8 & 0xF0 | pixel >> 4 & 0xF;
    }

    /** The share of the inner colour in a mixed pixel. */
    private static double share(int pixel, int i, Plane[] inner, Plane[] outer) {
        double along = 0;
        double norm = 0;
        for (int channel = 0; channel < 3; channel++) {
            double own = pixel >> 16 - 8 * channel & 0xFF;
            double front = at(inner, channel, i);
            double back = at(outer, channel, i);
            along += (own - back) * (front - back);
            norm += (front - back) * (front - back);
        }
        return along / norm;
    }

    private static double contrast(int i, Plane[] inner, Plane[] outer) {
        double norm = 0;
        for (int channel = 0; channel < 3; channel++) {
            norm += Math.pow(at(inner, channel, i) - at(outer, channel, i), 2);
        }
        return Math.sqrt(norm);
    }

    private static double at(Plane[] spread, int channel, int i) {
        return spread[channel].values()[i] / spread[3].values()[i];
    }

    /** The colours of these pixels, spread over their neighbourhood: red, green, blue, and the weight to divide them by. */
    private static Plane[] spread(int[] pixels, Mask from, int radius) {
        Plane[] spread = new Plane[4];
        for (int channel = 0; channel < 4; channel++) {
            Plane plane = from.plane();
            for (int i = 0; channel < 3 && i < pixels.length; i++) {
                plane.values()[i] *= pixels[i] >> 16 - 8 * channel & 0xFF;
            }
            spread[channel] = plane.blurred(radius);
        }
        return spread;
    }
}
