package dev.wearon.generation.people;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * Finds the largest face in a photo. It looks for boxes that are face-like: skin colour inside and little of it around, eyes darker
 * than cheeks and nose, both halves alike. It starts with a coarse sketch of the photo, and takes finer ones only for smaller
 * faces.
 */
final class FaceSearch {

    /** The longest sides of the sketches, in pixels. In each of them a face is at least {@link #SMALLEST} wide. */
    private static final int[] SKETCHES = {160, 320, 640, 1280};

    private static final double SMALLEST = 9;

    /** In the finer sketches a face is at most this wide; a larger one was found before. */
    private static final double LARGEST_IN_FINER = 22;

    /** The width of a face in the sketch that tells its place exactly. */
    private static final double EXACT = 30;

    /** The least likeness to a face. Photos without a person stay below it: garments, walls, landscapes, noise. */
    private static final double FACE_LIKE = 1.02;

    /** The same for a face in a portrait: its least width, as a share of the photo's, and what it must look like. */
    private static final double IN_PORTRAIT = 0.17;

    private static final double FACE_LIKE_IN_PORTRAIT = 0.72;
    private static final double STRUCTURE_IN_PORTRAIT = 0.85;

    /** Among fewer pixels chance is more likely. */
    private static final double FACE_LIKE_IN_FINER = 1.1;

    /** A larger face is preferred if its likeness is not much less than the best. */
    private static final double CLEARLY_WORSE = 0.3;

    private final Looks looks;

    private record Box(double x, double y, double width, double likeness) {

        double middle() {
            return x + width / 2;
        }

        Box scaled(double factor) {
            return new Box(x * factor, y * factor, width * factor, likeness);
        }

        boolean meets(Box other) {
            return Math.abs(middle() - other.middle()) < 0.6 * Math.max(width, other.width)
                    && Math.abs(y + 0.6 * width - other.y - 0.6 * other.width) < 0.7 * Math.max(width, other.width);
        }
    }

    private FaceSearch(Looks looks) {
        this.looks = looks;
    }

    /** @return in pixels of the photo; empty if nothing in it is like a face */
    static Optional<Person> in(BufferedImage photo) {
        int longest = Math.max(photo.getWidth(), photo.getHeight());
        for (int side : SKETCHES) {
            boolean coarse = side == SKETCHES[0];
            double shrink = Math.min(1, (double) side / longest);
            FaceSearch search = new FaceSearch(new Looks(reduced(photo, shrink)));
            Optional<Box> found =
                    coarse ? search.inCoarse() : search.largest(SMALLEST, LARGEST_IN_FINER, FACE_LIKE_IN_FINER);
            if (found.isPresent()) {
                return found.map(box -> exact(photo, box.scaled(1 / shrink)));
            }
            if (shrink == 1) {
                break;
            }
        }
        return Optional.empty();
    }

    /** A face that is large and at the usual place of a portrait needs less likeness, and comes before small ones. */
    private Optional<Box> inCoarse() {
        double widest = 0.65 * Math.min(looks.width(), looks.height());
        Optional<Box> largest = largest(SMALLEST, widest, FACE_LIKE);
        double wide = IN_PORTRAIT * looks.width();
        if (largest.isPresent() && largest.get().width > wide) {
            return largest;
        }
        return boxes(wide, widest, FACE_LIKE_IN_PORTRAIT).stream()
                .filter(box -> Math.abs(box.middle() / looks.width() - 0.5) < 0.25
                        && box.y + 0.6 * box.width < (box.width > 2 * wide ? 0.65 : 0.5) * looks.height()
                        && looks.structure(box.x, box.y, box.width) > STRUCTURE_IN_PORTRAIT)
                .max(Comparator.comparingDouble(Box::likeness))
                .or(() -> largest);
    }

    private List<Box> boxes(double narrowest, double widest, double least) {
        List<Box> boxes = new ArrayList<>();
        for (double width = narrowest; width < widest; width *= 1.12) {
            add(boxes, width, 0, 0, looks.width(), looks.height() * 0.85, least);
        }
        return boxes;
    }

    private static BufferedImage reduced(BufferedImage photo, double shrink) {
        int width = (int) Math.max(1, Math.round(photo.getWidth() * shrink));
        int height = (int) Math.max(1, Math.round(photo.getHeight() * shrink));
        return new FixedSizeThumbnailMaker(width, height, false, true).make(photo);
    }

    private Optional<Box> largest(double narrowest, double widest, double least) {
        List<Box> boxes = boxes(narrowest, widest, least);
        boxes.sort(Comparator.comparingDouble(Box::likeness).reversed());
        List<Box> best = new ArrayList<>();
        for (Box box : boxes) {
            if (best.size() < 12 && best.stream().noneMatch(box::meets)) {
                best.add(box);
            }
        }
        return best.stream()
                .filter(box -> box.likeness > best.getFirst().likeness - CLEARLY_WORSE)
                .max(Comparator.comparingDouble(Box::width));
    }

    private void add(
            List<Box> boxes, double width, double left, double top, double right, double bottom, double least) {
        double step = Math.max(1, width / 9);
        for (double y = Math.max(0, top); y + width * Person.FACE_HEIGHT < bottom; y += step) {
            for (double x = Math.max(0, left); x + width < right; x += step) {
                double likeness = looks.likeness(x, y, width, least);
                if (likeness >= least) {
                    boxes.add(new Box(x, y, width, likeness));
                }
            }
        }
    }

    /** Searches once more around the box in a sketch that shows a face of {@link #EXACT} pixels. */
    private static Person exact(BufferedImage photo, Box rough) {
        double shrink = Math.min(1, EXACT / rough.width);
        int left = (int) Math.max(0, rough.x - rough.width);
        int top = (int) Math.max(0, rough.y - rough.width);
        int right = (int) Math.min(photo.getWidth(), rough.x + 2 * rough.width);
        int bottom = (int) Math.min(photo.getHeight(), rough.y + 2.5 * rough.width);
        FaceSearch search =
                new FaceSearch(new Looks(reduced(photo.getSubimage(left, top, right - left, bottom - top), shrink)));
        List<Box> boxes = new ArrayList<>();
        double x = (rough.x - left) * shrink;
        double y = (rough.y - top) * shrink;
        double width = rough.width * shrink;
        for (double near = 0.8 * width; near < 1.25 * width; near *= 1.08) {
            double reach = 0.45 * width;
            search.add(boxes, near, x - reach, y - reach, x + near + 2 * reach, y + near * 1.25 + 2 * reach, 0.3);
        }
        Box best = boxes.stream()
                .max(Comparator.comparingDouble(Box::likeness))
                .orElse(new Box(x, y, width, rough.likeness));
        double[] cheeks = search.looks.cheeks(best.x, best.y, best.width);
        return Person.withFace(
                cheeks[0] / shrink + left,
                (best.y + best.width * Person.FACE_HEIGHT) / shrink + top,
                cheeks[1] / shrink);
    }
}
