package dev.wearon.generation.painting;

import dev.wearon.generation.garments.Cutout;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.people.Build;
import dev.wearon.generation.people.Person;
import dev.wearon.generation.photos.Plane;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * Places a flat garment on a person: its size, its position, and sleeves that hang instead of lying spread. Lengths of the
 * garment are in pixels of its picture.
 *
 * @param type where the garment is worn
 * @param anchors from the garment's top to its hem; between two of them lengths change evenly
 * @param mustShow the row down to which a photo must show the person, so that the garment can be seen as worn
 * @param bodyX the column of the portrait on which the middle of the garment is drawn
 * @param middle the middle column of the garment
 * @param side distance from the middle at which the sleeves begin
 * @param narrowing factor for the width of the sleeves; 1 without sleeves
 */
public record Fit(
        GarmentType type,
        List<Anchor> anchors,
        double mustShow,
        double bodyX,
        double middle,
        double side,
        double narrowing,
        int width,
        int height) {

    /** Widths of the garment's body and of the whole garment, as shares of the shoulders' width. */
    private static final double BODY_OF_SHOULDERS = 0.86;

    private static final double SPAN_OF_SHOULDERS = 1.32;

    /** Distance from the chin to the shoulder points of a collar, in face widths. */
    private static final double COLLAR_BELOW_CHIN = 0.06;

    /** The distance by which sleeves sink, as a share of their distance from the body. */
    private static final double DROOP = 0.4;

    /** A garment whose body takes more than this share of its width has no visible sleeves. */
    private static final double SLEEVELESS = 0.85;

    /** Distance from the chin, in face widths, down to which the photo must show the person. */
    private static final double UPPER_BODY = 0.5;

    private static final double NARROWEST = 0.55;

    public static Fit of(Cutout garment, BufferedImage portrait, Person person, GarmentType type) {
        return switch (type) {
            case UPPER -> upper(garment, person);
            case LOWER -> WaistFit.lower(garment, Build.of(portrait, person));
            case DRESS -> WaistFit.dress(garment, Build.of(portrait, person));
        };
    }

    private static Fit upper(Cutout garment, Person person) {
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
        double top = person.chin() + COLLAR_BELOW_CHIN * person.faceWidth();
        return new Fit(
                GarmentType.UPPER,
                List.of(Anchor.scaled(top, 0, scale), Anchor.scaled(top + scale * height, height, scale)),
                person.chin() + UPPER_BODY * person.faceWidth(),
                person.torsoX(),
                body[0],
                side,
                Math.clamp(room / Math.max(1, reach), NARROWEST, 1),
                width,
                height);
    }

    public double top() {
        return anchors.getFirst().y();
    }

    public double bottom() {
        return anchors.getLast().y();
    }

    /** Whether a garment with sleeves is pictured without an opening for the neck. */
    boolean neckClosed(Cutout garment) {
        return type == GarmentType.UPPER
                && 2 * side / 0.9 < SLEEVELESS * width
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
    float[][] draw(Cutout garment, Frame frame) {
        double size = frame.scale()
                * anchors.stream().mapToDouble(Anchor::scale).max().orElseThrow();
        int scaledWidth = Math.clamp(Math.round(width * size), 1, 3 * Frame.WIDTH);
        int scaledHeight = Math.clamp(Math.round((bottom() - top()) * frame.scale()), 1, 3 * Frame.HEIGHT);
        BufferedImage scaled =
                new FixedSizeThumbnailMaker(scaledWidth, scaledHeight, false, true).make(garment.picture());
        int[] pixels = Plane.pixels(scaled);
        float[][] layer = new float[4][Frame.WIDTH * Frame.HEIGHT];
        double stretchX = (double) scaledWidth / width;
        double stretchY = (double) scaledHeight / height;
        for (int y = (int) Math.max(0, frame.toY(top())); y < Frame.HEIGHT; y++) {
            Anchor anchor = at(frame.fromY(y));
            for (int x = 0; x < Frame.WIDTH; x++) {
                double beside = anchor.source(frame.fromX(x) - bodyX);
                double sleeve = eased(Math.abs(beside) - side);
                double fromX = middle + beside + Math.signum(beside) * sleeve * (1 / narrowing - 1);
                double fromY = anchor.from() - DROOP * (1 / narrowing - 1) * sleeve;
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

    /** The values of a row of the portrait. They continue evenly below the hem, because sleeves may be longer. */
    private Anchor at(double y) {
        int next = 1;
        while (next < anchors.size() - 1 && anchors.get(next).y() < y) {
            next++;
        }
        return anchors.get(next - 1).between(anchors.get(next), y);
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
