package dev.wearon.generation.people;

import dev.wearon.generation.photos.Interruption;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * Finds the largest face in a photo. It looks for boxes that are face-like: skin colour inside and little of it around, eyes darker
 * than cheeks and nose, both halves alike. The colours are judged twice: as they are, and without the colour of the light, which is
 * yellow from lamps and blue in the shade. It starts with a coarse sketch of the photo, and takes finer ones only for smaller
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

    /** Only the face of a close-up has its chin below this share of the photo's height. */
    private static final double LOWEST = 0.85;

    /** The least width of a face in a close-up, as a share of the photo's shorter side. */
    private static final double CLOSE_UP = 0.4;

    /** A face is preferred to a part of it if its likeness is not less by more than this. */
    private static final double SLIGHTLY_WORSE = 0.1;

    private final Looks looks;
    private final double[] light;

    private record Box(double x, double y, double width, double likeness) {

        double middle() {
            return x + width / 2;
        }

        double chin() {
            return y + width * Person.FACE_HEIGHT;
        }

        Box scaled(double factor) {
            return new Box(x * factor, y * factor, width * factor, likeness);
        }

        /** Whether the other one is only a part of it: an eye and a cheek of a large face look a little like a face. */
        boolean holds(Box other) {
            return other.width < 0.5 * width
                    && Math.abs(other.middle() - middle()) + other.width / 2 < width / 2
                    && other.y > y
                    && other.chin() < chin();
        }

        boolean meets(Box other) {
            return Math.abs(middle() - other.middle()) < 0.6 * Math.max(width, other.width)
                    && Math.abs(y + 0.6 * width - other.y - 0.6 * other.width) < 0.7 * Math.max(width, other.width);
        }
    }

    private record Found(Box box, double[] light) {

        Found better(Found other) {
            if (other.box.likeness > box.likeness) {
                return other.better(this);
            }
            // In the wrong light only a part of the face may have the colour of skin. That part must not win.
            boolean part = box.meets(other.box)
                    && other.box.width > 1.3 * box.width
                    && other.box.likeness > box.likeness - CLEARLY_WORSE;
            return part ? other : this;
        }
    }

    private FaceSearch(BufferedImage sketch, double[] light) {
        this.looks = new Looks(sketch, light);
        this.light = light;
    }

    /** @return in pixels of the photo; empty if nothing in it is like a face */
    static Optional<Person> in(BufferedImage photo) {
        int longest = Math.max(photo.getWidth(), photo.getHeight());
        for (int side : SKETCHES) {
            boolean coarse = side == SKETCHES[0];
            double shrink = Math.min(1, (double) side / longest);
            BufferedImage sketch = reduced(photo, shrink);
            Optional<Person> found = Stream.of(Looks.NEUTRAL, Looks.light(sketch))
                    .distinct()
                    .map(light -> new FaceSearch(sketch, light))
                    .flatMap(search -> search.found(coarse).stream())
                    .reduce(Found::better)
                    .map(best -> exact(photo, best.box.scaled(1 / shrink), best.light));
            if (found.isPresent()) {
                return found;
            }
            if (shrink == 1) {
                break;
            }
        }
        return Optional.empty();
    }

    private Optional<Found> found(boolean coarse) {
        Optional<Box> box = coarse ? inCoarse() : largest(SMALLEST, LARGEST_IN_FINER, FACE_LIKE_IN_FINER);
        return box.map(found -> new Found(found, light));
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
                        && box.chin() < LOWEST * looks.height()
                        && looks.structure(box.x, box.y, box.width) > STRUCTURE_IN_PORTRAIT)
                .max(Comparator.comparingDouble(Box::likeness))
                .or(() -> largest);
    }

    private List<Box> boxes(double narrowest, double widest, double least) {
        List<Box> boxes = new ArrayList<>();
        for (double width = narrowest; width < widest; width *= 1.12) {
            boolean closeUp = width > CLOSE_UP * Math.min(looks.width(), looks.height());
            add(boxes, width, 0, 0, looks.width(), (closeUp ? 1 : LOWEST) * looks.height(), least);
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
                best.add(boxes.stream()
                        .filter(whole -> whole.holds(box) && whole.likeness > box.likeness - SLIGHTLY_WORSE)
                        .findFirst()
                        .orElse(box));
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
            Interruption.check();
            for (double x = Math.max(0, left); x + width < right; x += step) {
                double likeness = looks.likeness(x, y, width, least);
                if (likeness >= least) {
                    boxes.add(new Box(x, y, width, likeness));
                }
            }
        }
    }

    /** Searches once more around the box in a sketch that shows a face of {@link #EXACT} pixels. */
    private static Person exact(BufferedImage photo, Box rough, double[] light) {
        double shrink = Math.min(1, EXACT / rough.width);
        int left = (int) Math.max(0, rough.x - rough.width);
        int top = (int) Math.max(0, rough.y - rough.width);
        int right = (int) Math.min(photo.getWidth(), rough.x + 2 * rough.width);
        int bottom = (int) Math.min(photo.getHeight(), rough.y + 2.5 * rough.width);
        FaceSearch search =
                new FaceSearch(reduced(photo.getSubimage(left, top, right - left, bottom - top), shrink), light);
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
        return Person.withFace(cheeks[0] / shrink + left, best.chin() / shrink + top, cheeks[1] / shrink);
    }
}
