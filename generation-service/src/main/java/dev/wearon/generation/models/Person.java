package dev.wearon.generation.models;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * The place for a garment in a portrait, in pixels of the portrait. A heuristic finds it in three steps. First it finds the most
 * face-like box: skin colour inside, little of it around, eyes darker than cheeks. Then it assumes a torso of usual
 * proportions below. Last it adapts the torso's position and width to the colour of the clothes below the chin. Without a
 * face it assumes usual proportions of a portrait. It does not support back views, several people or unusual poses.
 *
 * @param faceX middle of the face
 * @param chin lower end of the face
 * @param faceWidth from cheek to cheek; a face is {@link #FACE_HEIGHT} times as high from brow to chin
 * @param torsoX middle of the torso
 * @param shoulders width over both shoulders
 */
record Person(double faceX, double chin, double faceWidth, double torsoX, double shoulders) {

    static final double FACE_HEIGHT = 1.25;

    /** Width of the shoulders in face widths: the default and the upper limit. */
    private static final double SHOULDERS = 2.8;

    private static final double WIDEST_SHOULDERS = 3.0;

    /** The face is searched in a copy with this longest side, in pixels. */
    private static final int SKETCH = 160;

    private static final double FACE_LIKE = 0.35;

    double headTop() {
        return chin - 1.9 * faceWidth;
    }

    static Person in(BufferedImage portrait) {
        double shrink = Math.min(1.0, (double) SKETCH / Math.max(portrait.getWidth(), portrait.getHeight()));
        int width = Math.max(1, (int) Math.round(portrait.getWidth() * shrink));
        int height = Math.max(1, (int) Math.round(portrait.getHeight() * shrink));
        BufferedImage sketch = new FixedSizeThumbnailMaker(width, height, false, true).make(portrait);
        Person small = dressed(face(sketch), sketch);
        return new Person(
                small.faceX / shrink,
                small.chin / shrink,
                small.faceWidth / shrink,
                small.torsoX / shrink,
                small.shoulders / shrink);
    }

    private static Person withFace(double x, double chin, double width) {
        return new Person(x, chin, width, x, SHOULDERS * width);
    }

    private static Person face(BufferedImage sketch) {
        int width = sketch.getWidth();
        int height = sketch.getHeight();
        Sums skin = new Sums(skin(sketch));
        Sums luma = new Sums(Plane.luma(sketch));
        double best = FACE_LIKE;
        // The default position: higher in a tall full-body picture than in a square portrait.
        double ratio = (double) height / width;
        Person found = withFace(width / 2.0, height * (ratio > 1.6 ? 0.17 : ratio > 1.15 ? 0.3 : 0.38), width * 0.2);
        for (double w = Math.max(8, width * 0.06); w < Math.min(width, height) * 0.65; w *= 1.1) {
            double h = w * FACE_HEIGHT;
            for (double y = 0; y + h < height * 0.8; y += w / 8) {
                for (double x = 0; x + w < width; x += w / 8) {
                    double likeness = likeness(skin, luma, x, y, w, h)
                            - 0.3 * Math.abs((x + w / 2) / width - 0.5)
                            + 0.15 * Math.min(1, w / (0.2 * width));
                    if (likeness > best) {
                        best = likeness;
                        found = withFace(x + w / 2, y + h, w);
                    }
                }
            }
        }
        return best > FACE_LIKE ? cheekToCheek(found, skin) : found;
    }

    /** Narrows the box to the face. The found box may contain hair; at the height of the mouth there is less of it. */
    private static Person cheekToCheek(Person face, Sums skin) {
        double y = face.chin - 0.45 * face.faceWidth;
        double left = face.faceX;
        double right = face.faceX;
        while (left > face.faceX - face.faceWidth / 2 && skin.mean(left - 1, y, 1, 0.2 * face.faceWidth) > 0.4) {
            left--;
        }
        while (right < face.faceX + face.faceWidth / 2 && skin.mean(right, y, 1, 0.2 * face.faceWidth) > 0.4) {
            right++;
        }
        double width = Math.max(right - left, 0.82 * face.faceWidth);
        return withFace((left + right) / 2, face.chin, width);
    }

    private static double likeness(Sums skin, Sums luma, double x, double y, double w, double h) {
        double inside = skin.mean(x + 0.08 * w, y + 0.05 * h, 0.84 * w, 0.85 * h);
        if (inside < 0.3) {
            return 0;
        }
        double sides = (skin.mean(x - 0.25 * w, y, 0.25 * w, h) + skin.mean(x + w, y, 0.25 * w, h)) / 2;
        double jaws = (skin.mean(x - 0.1 * w, y + 0.85 * h, 0.2 * w, 0.25 * h)
                        + skin.mean(x + 0.9 * w, y + 0.85 * h, 0.2 * w, 0.25 * h))
                / 2;
        double above = skin.mean(x, y - 0.3 * h, w, 0.25 * h);
        double below = skin.mean(x + 0.2 * w, y + 1.02 * h, 0.6 * w, 0.15 * h);
        double eyes = luma.mean(x + 0.12 * w, y + 0.2 * h, 0.76 * w, 0.2 * h);
        double cheeks = luma.mean(x + 0.12 * w, y + 0.45 * h, 0.76 * w, 0.2 * h);
        double darker = Math.clamp((cheeks - eyes) / 100, -0.2, 0.25);
        return inside - 0.55 * sides - 0.25 * jaws - 0.2 * above - 0.15 * below + darker;
    }

    /** The likeness of each pixel to skin of any tone, 0 to 1. It compares the chroma values; dark pixels count as 0. */
    private static Plane skin(BufferedImage sketch) {
        Plane skin = new Plane(sketch.getWidth(), sketch.getHeight());
        int[] pixels = Plane.pixels(sketch);
        for (int i = 0; i < pixels.length; i++) {
            double luma = Plane.luma(pixels[i]);
            double cb = 0.564 * ((pixels[i] & 0xFF) - luma) + 128;
            double cr = 0.713 * ((pixels[i] >> 16 & 0xFF) - luma) + 128;
            double distance = Math.pow((cb - 109) / 9, 2) + Math.pow((cr - 151) / 10, 2);
            skin.values()[i] = luma < 30 ? 0 : (float) Math.min(1, 1.5 * Math.exp(-distance / 2));
        }
        return skin;
    }

    /** Fits the torso to the area of the clothes' colour below the chin. If that area is small, nothing changes. */
    private static Person dressed(Person person, BufferedImage sketch) {
        int width = sketch.getWidth();
        int[] pixels = Plane.pixels(sketch);
        double face = person.faceWidth;
        int top = (int) Math.min(sketch.getHeight(), person.chin + 0.8 * face);
        int bottom = (int) Math.min(sketch.getHeight(), person.chin + 2.4 * face);
        int left = (int) Math.max(0, person.faceX - 2.3 * face);
        int right = (int) Math.min(width, person.faceX + 2.3 * face);
        if (bottom - top < face / 2) {
            return person;
        }
        int cloth = commonColour(
                pixels,
                width,
                (int) Math.max(left, person.faceX - face),
                (int) Math.min(right, person.faceX + face),
                top,
                bottom);
        int[] columns = new int[right - left];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                columns[x - left] += alike(cloth, pixels[y * width + x]) ? 1 : 0;
            }
        }
        int all = Arrays.stream(columns).sum();
        if (all < 0.3 * (bottom - top) * SHOULDERS * face * 0.8) {
            return person;
        }
        double from = left + quantile(columns, all * 0.03);
        double to = left + quantile(columns, all * 0.97);
        double shift = Math.clamp((from + to) / 2 - person.faceX, -0.2 * face, 0.2 * face);
        // The arms often have the torso's colour, so the measured extent is wider than the shoulders.
        double shoulders = Math.clamp(0.95 * (to - from), 2.6 * face, WIDEST_SHOULDERS * face);
        return new Person(person.faceX, person.chin, face, person.faceX + shift, shoulders);
    }

    private static int quantile(int[] columns, double rank) {
        int column = 0;
        for (double seen = columns[0]; seen < rank && column < columns.length - 1; seen += columns[column]) {
            column++;
        }
        return column;
    }

    /** The mean colour of the fullest of 512 colour boxes. */
    private static int commonColour(int[] pixels, int width, int left, int right, int top, int bottom) {
        long[][] boxes = new long[512][4];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                Color colour = new Color(pixels[y * width + x]);
                long[] box = boxes[colour.getRed() / 32 * 64 + colour.getGreen() / 32 * 8 + colour.getBlue() / 32];
                box[0]++;
                box[1] += colour.getRed();
                box[2] += colour.getGreen();
                box[3] += colour.getBlue();
            }
        }
        long[] fullest = Arrays.stream(boxes)
                .max((one, other) -> Long.compare(one[0], other[0]))
                .orElseThrow();
        long count = Math.max(1, fullest[0]);
        return (int) (fullest[1] / count << 16 | fullest[2] / count << 8 | fullest[3] / count);
    }

    /** Whether two colours may be the same colour in different light. */
    private static boolean alike(int cloth, int pixel) {
        double luma = Plane.luma(pixel);
        double other = Plane.luma(cloth);
        double blue = 0.564 * (((pixel & 0xFF) - luma) - ((cloth & 0xFF) - other));
        double red = 0.713 * (((pixel >> 16 & 0xFF) - luma) - ((cloth >> 16 & 0xFF) - other));
        return Math.hypot(blue, red) < 20 && Math.abs(luma - other) < 55;
    }

    /** Sums over rectangles in constant time (summed-area table). */
    private static final class Sums {
        private final int width;
        private final int height;
        private final double[] upTo;

        Sums(Plane plane) {
            width = plane.width();
            height = plane.height();
            upTo = new double[(width + 1) * (height + 1)];
            for (int y = 0; y < height; y++) {
                double row = 0;
                for (int x = 0; x < width; x++) {
                    row += plane.values()[y * width + x];
                    upTo[(y + 1) * (width + 1) + x + 1] = upTo[y * (width + 1) + x + 1] + row;
                }
            }
        }

        /** Mean over the part inside the picture; 0 when no part is inside. */
        double mean(double x, double y, double w, double h) {
            int left = Math.clamp(Math.round(x), 0, width);
            int right = Math.clamp(Math.round(x + w), 0, width);
            int top = Math.clamp(Math.round(y), 0, height);
            int bottom = Math.clamp(Math.round(y + h), 0, height);
            int area = (right - left) * (bottom - top);
            return area <= 0 ? 0 : (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / area;
        }

        private double at(int x, int y) {
            return upTo[y * (width + 1) + x];
        }
    }
}
