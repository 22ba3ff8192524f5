package dev.wearon.generation.garments;

import dev.wearon.generation.photos.Plane;

/**
 * Makes the edge of a cut-out: pixels near the outline mix the colours of thing and background. Their alpha is the share of the
 * thing's colour, and they get that colour without the background's, so that no rim of the background remains.
 */
final class Matte {

    /** The outline found may be this far, in pixels, from the real edge. */
    private static final int BAND = 3;

    /** The smallest difference between the colours of thing and background that tells the share of each. */
    private static final double TELLING = 12;

    private Matte() {}

    /** Sets the alpha of all pixels, and the colours near the outline. */
    static void apply(int[] pixels, Mask thing) {
        Mask core = thing.eroded(BAND);
        Mask far = thing.dilated(BAND).inverted();
        Plane[] inner = spread(pixels, core);
        Plane[] outer = spread(pixels, far);
        Plane soft = thing.plane().blurred(1);
        for (int i = 0; i < pixels.length; i++) {
            if (far.pixels()[i]) {
                pixels[i] &= 0xFFFFFF;
            } else if (!core.pixels()[i]) {
                pixels[i] = mixed(pixels[i], i, inner, outer, Math.clamp(2 * soft.values()[i] - 1, 0, 1));
            } else {
                pixels[i] |= 0xFF000000;
            }
        }
    }

    /** @param likely the alpha, if the colours do not tell it */
    private static int mixed(int pixel, int i, Plane[] inner, Plane[] outer, double likely) {
        if (inner[3].values()[i] < 1e-4 || outer[3].values()[i] < 1e-4) {
            // Thin parts of the thing have no core; their own colour is the best one.
            return pixel & 0xFFFFFF | (int) Math.round(255 * likely) << 24;
        }
        double along = 0;
        double norm = 0;
        int colour = 0;
        for (int channel = 0; channel < 3; channel++) {
            double own = pixel >> 16 - 8 * channel & 0xFF;
            double front = inner[channel].values()[i] / inner[3].values()[i];
            double back = outer[channel].values()[i] / outer[3].values()[i];
            along += (own - back) * (front - back);
            norm += (front - back) * (front - back);
            colour = colour << 8 | (int) Math.round(Math.clamp(front, 0, 255));
        }
        double alpha = Math.sqrt(norm) < TELLING ? likely : Math.clamp((along / norm - 0.15) / 0.75, 0, 1);
        // Colours alone would open cloth in the background's colour, and close gaps in the thing's.
        alpha = Math.clamp(alpha, likely >= 1 ? 0.6 : 0, likely <= 0 ? 0.6 : 1);
        return (alpha > 0.97 ? pixel & 0xFFFFFF : colour) | (int) Math.round(255 * alpha) << 24;
    }

    /** The colours of these pixels, spread over their neighbourhood: red, green, blue, and the weight to divide them by. */
    private static Plane[] spread(int[] pixels, Mask from) {
        Plane[] spread = new Plane[4];
        for (int channel = 0; channel < 4; channel++) {
            Plane plane = from.plane();
            for (int i = 0; channel < 3 && i < pixels.length; i++) {
                plane.values()[i] *= pixels[i] >> 16 - 8 * channel & 0xFF;
            }
            spread[channel] = plane.blurred(BAND);
        }
        return spread;
    }
}
