package dev.wearon.generation.people;

import dev.wearon.generation.photos.Plane;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Tells how much a box in a sketch of a photo looks like a face. */
final class Looks {

    /** The brightness to which each pixel is brought before its colour is compared with skin. */
    private static final double USUAL_BRIGHTNESS = 165;

    private static final double NEARLY_BLACK = 14;

    /** Light without a colour of its own; the camera has corrected it. */
    static final double[] NEUTRAL = {1, 1, 1};

    /** The share of the pixels that tell the colour of the light. */
    private static final double BRIGHT = 0.1;

    /** Factors out of these bounds are the colour of a thing, not of light. */
    private static final double LEAST_LIGHT = 0.55;

    private static final double MOST_LIGHT = 1.35;
    private static final double NEARLY_NEUTRAL = 0.035;

    private final int width;
    private final int height;
    private final Sums skin;
    private final Sums brightness;
    private final Sums squares;

    /** @param light the colour of the light: factors of red, green and blue; see {@link #light} */
    Looks(BufferedImage sketch, double[] light) {
        width = sketch.getWidth();
        height = sketch.getHeight();
        int[] pixels = Plane.pixels(sketch);
        Plane luma = Plane.luma(sketch);
        Plane squared = new Plane(width, height);
        Plane skinLike = new Plane(width, height);
        for (int i = 0; i < pixels.length; i++) {
            squared.values()[i] = luma.values()[i] * luma.values()[i];
            skinLike.values()[i] = (float) skin(
                    (pixels[i] >> 16 & 0xFF) / light[0],
                    (pixels[i] >> 8 & 0xFF) / light[1],
                    (pixels[i] & 0xFF) / light[2]);
        }
        skin = new Sums(skinLike);
        brightness = new Sums(luma);
        squares = new Sums(squared);
    }

    /**
     * The colour of the light in a photo: that of its brightest pixels, because most of them show something white or a wall.
     *
     * @return factors of red, green and blue that do not change the brightness; {@link #NEUTRAL} if the colour is weak or too strong
     */
    static double[] light(BufferedImage sketch) {
        int[] pixels = Plane.pixels(sketch);
        int[] histogram = new int[256];
        for (int pixel : pixels) {
            histogram[Math.min(255, (int) Plane.luma(pixel))]++;
        }
        int bright = 255;
        for (int count = histogram[255]; count < pixels.length * BRIGHT && bright > 0; count += histogram[bright]) {
            bright--;
        }
        double[] light = new double[3];
        for (int pixel : pixels) {
            if (Plane.luma(pixel) >= bright) {
                light[0] += pixel >> 16 & 0xFF;
                light[1] += pixel >> 8 & 0xFF;
                light[2] += pixel & 0xFF;
            }
        }
        double luma = Math.max(1, 0.299 * light[0] + 0.587 * light[1] + 0.114 * light[2]);
        double[] factors = Arrays.stream(light).map(sum -> sum / luma).toArray();
        boolean usual = Arrays.stream(factors).allMatch(factor -> factor > LEAST_LIGHT && factor < MOST_LIGHT);
        boolean coloured = Arrays.stream(factors).anyMatch(factor -> Math.abs(factor - 1) > NEARLY_NEUTRAL);
        return usual && coloured ? factors : NEUTRAL;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /**
     * The likeness of a colour to skin, 0 to 1: of the chroma values that it would have in usual light. Darker skin has stronger ones,
     * so more of them is tolerated than less.
     */
    private static double skin(double red, double green, double blue) {
        double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        double gain = Math.pow(USUAL_BRIGHTNESS / Math.max(1, luma), 0.6);
        double cb = gain * 0.564 * (blue - luma) + 19;
        double cr = gain * 0.713 * (red - luma) - 23;
        double distance = Math.pow(cb / (cb < 0 ? 12 : 9), 2) + Math.pow(cr / (cr > 0 ? 12 : 10), 2);
        return luma < NEARLY_BLACK ? 0 : Math.min(1, 1.5 * Math.exp(-distance / 2));
    }

    /** @param least boxes that cannot reach it get 0 */
    double likeness(double x, double y, double w, double least) {
        double h = w * Person.FACE_HEIGHT;
        double inside = skin.mean(x + 0.08 * w, y + 0.05 * h, 0.84 * w, 0.85 * h);
        // The other terms are 0.75 at most.
        if (inside < Math.max(0.3, least - 0.75)) {
            return 0;
        }
        double eyes = brightness.mean(x + 0.12 * w, y + 0.2 * h, 0.76 * w, 0.2 * h);
        double cheeks = brightness.mean(x + 0.12 * w, y + 0.45 * h, 0.76 * w, 0.2 * h);
        double sides = (around(x - 0.25 * w, y, 0.25 * w, h, cheeks) + around(x + w, y, 0.25 * w, h, cheeks)) / 2;
        double jaws = (around(x - 0.1 * w, y + 0.85 * h, 0.2 * w, 0.25 * h, cheeks)
                        + around(x + 0.9 * w, y + 0.85 * h, 0.2 * w, 0.25 * h, cheeks))
                / 2;
        double above = around(x, y - 0.3 * h, w, 0.25 * h, cheeks);
        double below = skin.mean(x + 0.2 * w, y + 1.02 * h, 0.6 * w, 0.15 * h);
        double darker = Math.clamp((cheeks - eyes) / 100, -0.2, 0.25);
        double likeness = inside - 0.55 * sides - 0.25 * jaws - 0.2 * above - 0.15 * below + darker;
        return likeness + 0.5 < least ? 0 : likeness + 0.25 * structure(x, y, w);
    }

    /** The skin in a part around the face. Brown hair has the colour of skin, but is darker. */
    private double around(double x, double y, double w, double h, double cheeks) {
        double light = brightness.mean(x, y, w, h) / Math.max(1, cheeks);
        return skin.mean(x, y, w, h) * Math.clamp((light - 0.55) / 0.3, 0, 1);
    }

    /** Whether the brightness is that of a face: dark eyes, brighter cheeks and nose, both halves alike. -2 to 2. */
    double structure(double x, double y, double w) {
        double h = w * Person.FACE_HEIGHT;
        double mean = brightness.mean(x, y, w, h);
        double deviation = Math.sqrt(Math.max(0, squares.mean(x, y, w, h) - mean * mean));
        if (deviation < 5) {
            return -1;
        }
        double eyeLeft = brightness.mean(x + 0.12 * w, y + 0.2 * h, 0.28 * w, 0.2 * h);
        double eyeRight = brightness.mean(x + 0.6 * w, y + 0.2 * h, 0.28 * w, 0.2 * h);
        double cheekLeft = brightness.mean(x + 0.12 * w, y + 0.45 * h, 0.26 * w, 0.2 * h);
        double cheekRight = brightness.mean(x + 0.62 * w, y + 0.45 * h, 0.26 * w, 0.2 * h);
        double nose = brightness.mean(x + 0.42 * w, y + 0.25 * h, 0.16 * w, 0.3 * h);
        double darkEyes = Math.min(cheekLeft - eyeLeft, cheekRight - eyeRight) / deviation;
        double brightNose = (nose - Math.max(eyeLeft, eyeRight)) / deviation;
        double unlike = (Math.abs(cheekLeft - cheekRight) + Math.abs(eyeLeft - eyeRight)) / deviation;
        return Math.clamp(darkEyes, -1, 1) + Math.clamp(brightNose, -1, 1) - 0.5 * Math.min(2, unlike);
    }

    /** The middle and the width of the face in a box. The box may contain hair; at the height of the mouth there is less of it. */
    double[] cheeks(double x, double y, double w) {
        double row = y + (Person.FACE_HEIGHT - 0.45) * w;
        // Less in dim light, where all skin is less like it.
        double least = Math.min(0.4, 0.5 * skin.mean(x + 0.3 * w, row, 0.4 * w, 0.2 * w));
        double left = x + w / 2;
        double right = left;
        while (left > x && skin.mean(left - 1, row, 1, 0.2 * w) > least) {
            left--;
        }
        while (right < x + w && skin.mean(right, row, 1, 0.2 * w) > least) {
            right++;
        }
        double face = Math.clamp(right - left, 0.82 * w, w);
        // Shade on one cheek must not push the face out of its box.
        double spare = (w - face) / 2;
        return new double[] {x + w / 2 + Math.clamp((left + right - w) / 2 - x, -spare, spare), face};
    }
}
