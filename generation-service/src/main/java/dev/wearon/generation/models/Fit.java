package dev.wearon.generation.models;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * Places a flat garment on a person: its size, its position, and sleeves that hang instead of lying spread. Lengths are
 * in pixels of the garment's picture; {@link #draw} multiplies them with the scale.
 *
 * @param scale the factor from garment pixels to portrait pixels
 * @param middle column of the garment that is drawn on the middle of the torso
 * @param side distance from the middle at which the sleeves begin
 * @param narrowing factor for the width of the sleeves
 */
record Fit(double scale, double middle, double side, double narrowing, int width, int height) {

    /** Widths of the garment's body and of the whole garment, as shares of the shoulders' width. */
    private static final double BODY_OF_SHOULDERS = 0.86;

    private static final double SPAN_OF_SHOULDERS = 1.32;

    /** Distance from the chin to the shoulder points of a collar, in face widths. */
    private static final double COLLAR_BELOW_CHIN = 0.06;

    /** The distance by which sleeves sink, as a share of their distance from the body. */
    private static final double DROOP = 0.4;

    /** A garment whose body takes more than this share of its width has no visible sleeves. */
    private static final double SLEEVELESS = 0.85;

    private static final double NARROWEST = 0.55;

    static Fit of(Cutout garment, Person person) {
        BufferedImage picture = garment.picture();
        int width = picture.getWidth();
        int height = picture.getHeight();
        double[] body = body(picture);
        double bodyWidth = body[1];
        // If no sleeves are visible, they may be part of the measured body, so the garment is drawn larger.
        double scale = BODY_OF_SHOULDERS * person.shoulders() / Math.max(bodyWidth, 0.4 * width);
        if (bodyWidth > SLEEVELESS * width) {
            scale *= 1.2;
        }
        double side = 0.45 * bodyWidth;
        double reach = Math.max(body[0], width - body[0]) - side;
        double room = SPAN_OF_SHOULDERS / 2 * person.shoulders() / scale - side;
        return new Fit(scale, body[0], side, Math.clamp(room / Math.max(1, reach), NARROWEST, 1), width, height);
    }

    static double top(Person person) {
        return person.chin() + COLLAR_BELOW_CHIN * person.faceWidth();
    }

    double bottom(Person person) {
        return top(person) + scale * height;
    }

    /** Whether a garment with sleeves is pictured without an opening for the neck. */
    boolean neckClosed(Cutout garment) {
        return 2 * side / 0.9 < SLEEVELESS * width
                && garment.picture().getRGB((int) middle, Math.min(height - 1, height / 20)) >>> 24 > 127;
    }

    /** Middle and width of the garment's body: medians over the rows of its lower half. */
    private static double[] body(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int from = (int) (height * 0.55);
        int to = Math.max(from + 1, (int) (height * 0.92));
        double[] middles = new double[to - from];
        double[] widths = new double[to - from];
        for (int y = from; y < to; y++) {
            int left = width / 2;
            while (left > 0 && picture.getRGB(left - 1, y) >>> 24 > 127) {
                left--;
            }
            int right = width / 2;
            while (right < width - 1 && picture.getRGB(right + 1, y) >>> 24 > 127) {
                right++;
            }
            middles[y - from] = (left + right + 1) / 2.0;
            widths[y - from] = right - left + 1;
        }
        Arrays.sort(middles);
        Arrays.sort(widths);
        return new double[] {middles[middles.length / 2], widths[widths.length / 2]};
    }

    /**
     * Draws the garment at its place in the picture: {@link Frame#WIDTH} × {@link Frame#HEIGHT}, premultiplied red, green, blue
     * and alpha, 0 to 255.
     */
    float[][] draw(Cutout garment, Person person, Frame frame) {
        double size = scale * frame.scale();
        int scaledWidth = Math.clamp(Math.round(width * size), 1, 3 * Frame.WIDTH);
        int scaledHeight = Math.clamp(Math.round(height * size), 1, 3 * Frame.HEIGHT);
        BufferedImage scaled =
                new FixedSizeThumbnailMaker(scaledWidth, scaledHeight, false, true).make(garment.picture());
        int[] pixels = Plane.pixels(scaled);
        float[][] layer = new float[4][Frame.WIDTH * Frame.HEIGHT];
        double left = frame.toX(person.torsoX());
        double top = frame.toY(top(person));
        double stretchX = (double) scaledWidth / width;
        double stretchY = (double) scaledHeight / height;
        for (int y = (int) Math.max(0, top); y < Frame.HEIGHT; y++) {
            for (int x = 0; x < Frame.WIDTH; x++) {
                double beside = (x - left) / size;
                double sleeve = eased(Math.abs(beside) - side);
                double fromX = middle + beside + Math.signum(beside) * sleeve * (1 / narrowing - 1);
                double fromY = (y - top) / size - DROOP * (1 / narrowing - 1) * sleeve;
                sample(
                        pixels,
                        scaledWidth,
                        scaledHeight,
                        fromX * stretchX,
                        fromY * stretchY,
                        layer,
                        y * Frame.WIDTH + x);
            }
        }
        return layer;
    }

    /** Starts softly. Otherwise a visible kink would run down the garment where the sleeves begin. */
    private double eased(double distance) {
        double soft = 0.3 * side;
        return distance <= 0 ? 0 : distance < soft ? distance * distance / (2 * soft) : distance - soft / 2;
    }

    private static void sample(int[] pixels, int width, int height, double x, double y, float[][] layer, int to) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        if (left < -1 || top < -1 || left >= width || top >= height) {
            return;
        }
        for (int corner = 0; corner < 4; corner++) {
            int column = left + (corner & 1);
            int row = top + (corner >> 1);
            if (column < 0 || row < 0 || column >= width || row >= height) {
                continue;
            }
            double weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
            int pixel = pixels[row * width + column];
            float alpha = (float) (weight * (pixel >>> 24));
            layer[0][to] += (pixel >> 16 & 0xFF) * alpha / 255;
            layer[1][to] += (pixel >> 8 & 0xFF) * alpha / 255;
            layer[2][to] += (pixel & 0xFF) * alpha / 255;
            layer[3][to] += alpha;
        }
    }
}
