package dev.wearon.generation.garments;

import dev.wearon.generation.photos.Plane;

/** Tells how sharp the edges in a photo are, and whether an outline follows them. */
final class Edges {

    private final Plane[] rgb;
    private final Plane[] soft;
    private final double noise;
    private final int width;

    /**
     * @param rgb slightly blurred
     * @param noise colour distance that is no edge
     */
    Edges(Plane[] rgb, double noise) {
        this.rgb = rgb;
        this.soft = new Plane[] {rgb[0].blurred(2), rgb[1].blurred(2), rgb[2].blurred(2)};
        this.noise = noise;
        this.width = rgb[0].width();
    }

    /** The share of the outline where the colours on both sides differ. */
    double between(Mask thing) {
        int[] outline = thing.outline();
        Plane mask = thing.plane().blurred(2);
        double least = Math.max(3, 1.5 * noise);
        int different = 0;
        for (int i : outline) {
            int x = i % width;
            int y = i / width;
            double across = at(mask, x + 2, y) - at(mask, x - 2, y);
            double down = at(mask, x, y + 2) - at(mask, x, y - 2);
            double length = Math.max(1e-6, Math.hypot(across, down));
            int stepX = (int) Math.round(5 * across / length);
            int stepY = (int) Math.round(5 * down / length);
            different += difference(soft, x + stepX, y + stepY, x - stepX, y - stepY) >= least ? 1 : 0;
        }
        return outline.length == 0 ? 0 : (double) different / outline.length;
    }

    /** The share of the outline that is near a sharp edge, not in a soft shadow. */
    double sharp(Mask thing) {
        int[] outline = thing.outline();
        int sharp = 0;
        for (int i : outline) {
            double most = 0;
            for (int y = -2; y <= 2; y++) {
                for (int x = -2; x <= 2; x++) {
                    most = Math.max(most, sharpness(i % width + x, i / width + y));
                }
            }
            sharp += most > Math.max(1.5, 3 * noise) ? 1 : 0;
        }
        return outline.length == 0 ? 0 : (double) sharp / outline.length;
    }

    /** How much more a colour changes within 2 pixels than a soft shadow would, which goes on changing within 6. */
    double sharpness(int x, int y) {
        return Math.max(sharpness(x, y, 1, 0), sharpness(x, y, 0, 1));
    }

    private double sharpness(int x, int y, int stepX, int stepY) {
        double near = difference(rgb, x - 2 * stepX, y - 2 * stepY, x + 2 * stepX, y + 2 * stepY);
        if (near < 1) {
            return 0;
        }
        int farX = 6 * stepX;
        int farY = 6 * stepY;
        // Both sides count, because on one of them the thing may begin.
        double far = Math.max(
                difference(rgb, x - farX, y - farY, x + farX, y + farY) / 2,
                Math.max(difference(rgb, x - farX, y - farY, x, y), difference(rgb, x, y, x + farX, y + farY)));
        return near - far;
    }

    private static double difference(Plane[] rgb, int x, int y, int otherX, int otherY) {
        double sum = 0;
        for (Plane channel : rgb) {
            sum += Math.pow(at(channel, x, y) - at(channel, otherX, otherY), 2);
        }
        return Math.sqrt(sum);
    }

    /** Pixels outside of the picture have the value of the nearest one inside. */
    private static float at(Plane plane, int x, int y) {
        return plane.values()[
                Math.clamp(y, 0, plane.height() - 1) * plane.width() + Math.clamp(x, 0, plane.width() - 1)];
    }
}
