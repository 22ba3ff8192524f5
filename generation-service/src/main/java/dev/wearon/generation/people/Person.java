package dev.wearon.generation.people;

import dev.wearon.generation.photos.Plane;
import dev.wearon.generation.photos.Surface;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * The place for a garment in a portrait, in pixels of the portrait. {@link FaceSearch} finds the largest face. A torso of usual
 * proportions is assumed below it. Its position and width are adapted to the colour of the clothes below the chin. It does not
 * support back views or unusual poses, and of several persons only the one with the largest face.
 *
 * @param faceX middle of the face
 * @param chin lower end of the face
 * @param faceWidth from cheek to cheek; a face is {@link #FACE_HEIGHT} times as high from brow to chin
 * @param torsoX middle of the torso
 * @param shoulders width over both shoulders
 */
public record Person(double faceX, double chin, double faceWidth, double torsoX, double shoulders) {

    static final double FACE_HEIGHT = 1.25;

    /** Width of the shoulders in face widths: the default and the upper limit. */
    private static final double SHOULDERS = 2.8;

    private static final double WIDEST_SHOULDERS = 3.0;

    /** The width of the face in a portrait without colours, as a share of the photo's width. */
    private static final double USUAL_FACE = 0.2;

    /** The least likeness of the brightness to that of a face; see {@link Looks#structure}. */
    private static final double STRUCTURE = 1.1;

    /** The width of the face in the copy of the photo in which the clothes are measured, in pixels. */
    private static final double SKETCHED_FACE = 32;

    public double headTop() {
        return chin - 1.9 * faceWidth;
    }

    /** @return empty if the photo shows no person */
    public static Optional<Person> in(BufferedImage portrait) {
        return FaceSearch.in(portrait).or(() -> usualPlace(portrait)).map(face -> dressed(face, portrait));
    }

    /**
     * Without colours no face is found. A photo without colours counts as a portrait if its brightness is that of a face at the
     * usual place, and if the background is not plain or something in front of it reaches the lower edge.
     */
    private static Optional<Person> usualPlace(BufferedImage portrait) {
        int side = Math.max(portrait.getWidth(), portrait.getHeight());
        double shrink = Math.min(1, 160.0 / side);
        int width = (int) Math.max(1, Math.round(portrait.getWidth() * shrink));
        int height = (int) Math.max(1, Math.round(portrait.getHeight() * shrink));
        BufferedImage sketch = new FixedSizeThumbnailMaker(width, height, false, true).make(portrait);
        int[] pixels = Plane.pixels(sketch);
        boolean colourless = Arrays.stream(pixels).filter(Person::coloured).count() < 0.01 * pixels.length;
        if (!colourless || !reachesLowerEdge(sketch)) {
            return Optional.empty();
        }
        // Higher in a tall full-body picture than in a square portrait.
        double ratio = (double) portrait.getHeight() / portrait.getWidth();
        double chin = ratio > 1.6 ? 0.17 : ratio > 1.15 ? 0.3 : 0.38;
        return faceNear(chin * height, sketch)
                ? Optional.of(withFace(
                        portrait.getWidth() / 2.0, portrait.getHeight() * chin, portrait.getWidth() * USUAL_FACE))
                : Optional.empty();
    }

    private static boolean faceNear(double chin, BufferedImage sketch) {
        Looks looks = new Looks(sketch, Looks.NEUTRAL);
        double usual = USUAL_FACE * sketch.getWidth();
        double reach = 0.4 * usual;
        for (double face = 0.75 * usual; face < 1.3 * usual; face *= 1.08) {
            double step = Math.max(1, face / 12);
            double high = FACE_HEIGHT * face;
            for (double top = Math.max(0, chin - reach - high); top + high <= chin + reach; top += step) {
                for (double off = -reach; off <= reach; off += step) {
                    if (looks.structure((sketch.getWidth() - face) / 2 + off, top, face) > STRUCTURE) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean reachesLowerEdge(BufferedImage sketch) {
        Plane[] rgb = Plane.channels(Plane.pixels(sketch), sketch.getWidth(), sketch.getHeight());
        Optional<Surface> wall = Surface.background(rgb);
        if (wall.isEmpty()) {
            return true;
        }
        Plane distances = wall.get().distances(rgb);
        int width = sketch.getWidth();
        int start = (sketch.getHeight() - 1) * width;
        long different = IntStream.range(start, start + width)
                .filter(i -> distances.values()[i] > 26)
                .count();
        return different > 0.3 * width;
    }

    private static boolean coloured(int pixel) {
        int red = pixel >> 16 & 0xFF;
        int green = pixel >> 8 & 0xFF;
        int blue = pixel & 0xFF;
        return Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue)) > 12;
    }

    private static Person dressed(Person face, BufferedImage portrait) {
        // The face is about 30 pixels wide in the sketch, and the clothes around it are seen.
        double shrink = Math.min(1, SKETCHED_FACE / face.faceWidth);
        int left = (int) Math.max(0, face.faceX - 4 * face.faceWidth);
        int top = (int) Math.max(0, face.chin - 3 * face.faceWidth);
        int right = (int) Math.min(portrait.getWidth(), face.faceX + 4 * face.faceWidth);
        int bottom = (int) Math.min(portrait.getHeight(), face.chin + 4 * face.faceWidth);
        int width = (int) Math.max(1, Math.round((right - left) * shrink));
        int height = (int) Math.max(1, Math.round((bottom - top) * shrink));
        BufferedImage sketch = new FixedSizeThumbnailMaker(width, height, false, true)
                .make(portrait.getSubimage(left, top, right - left, bottom - top));
        Person small = dressedInSketch(
                withFace((face.faceX - left) * shrink, (face.chin - top) * shrink, face.faceWidth * shrink), sketch);
        return new Person(
                face.faceX, face.chin, face.faceWidth, small.torsoX / shrink + left, small.shoulders / shrink);
    }

    static Person withFace(double x, double chin, double width) {
        return new Person(x, chin, width, x, SHOULDERS * width);
    }

    /** Fits the torso to the area of the clothes' colour below the chin. If that area is small, nothing changes. */
    private static Person dressedInSketch(Person person, BufferedImage sketch) {
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
}
