package dev.wearon.generation.people;

import dev.wearon.generation.people.PersonSilhouette.Legs;
import dev.wearon.generation.people.PersonSilhouette.Part;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Optional;

/**
 * The rows and widths of a standing body, in pixels of the portrait. They are measured if the whole person stands before a plain
 * wall. Otherwise they follow from the size of the face: then they are less exact, and are known also for rows below the end of
 * the photo.
 *
 * @param neck the row of the shoulder points of a collar
 * @param waist the row of a waistband
 * @param middle the column of the middle between the hips
 * @param atKnees empty if not measured
 * @param atAnkles empty if not measured
 */
public record Build(
        double neck,
        double waist,
        double crotch,
        double knees,
        double ankles,
        double middle,
        double waistWidth,
        double hipWidth,
        Optional<Legs> atKnees,
        Optional<Legs> atAnkles) {

    /** The rows as distances from the chin, in face widths. */
    private static final double[] BELOW_CHIN = {0.06, 3, 4.6, 7, 9.9};

    /** The rows as distances from the top of the hair, as shares of the body's height. */
    private static final double[] BELOW_TOP = {0.155, 0.4, 0.53, 0.73, 0.94};

    /** Widths as shares of the shoulders' width. */
    private static final double WAIST_OF_SHOULDERS = 0.74;

    private static final double HIPS_OF_SHOULDERS = 0.84;

    /** The height of a body in face widths. */
    private static final double SHORTEST = 8;

    private static final double TALLEST = 15;
    private static final double USUAL = 11.8;

    public static Build of(BufferedImage portrait, Person person) {
        return PersonSilhouette.of(portrait)
                .flatMap(silhouette -> measured(silhouette, person))
                .orElseGet(() -> {
                    double[] rows = rows(BELOW_CHIN, person.chin(), person.faceWidth());
                    return new Build(
                            rows[0],
                            rows[1],
                            rows[2],
                            rows[3],
                            rows[4],
                            person.torsoX(),
                            WAIST_OF_SHOULDERS * person.shoulders(),
                            HIPS_OF_SHOULDERS * person.shoulders(),
                            Optional.empty(),
                            Optional.empty());
                });
    }

    private static Optional<Build> measured(PersonSilhouette silhouette, Person person) {
        double face = person.faceWidth();
        double top = silhouette.edge(person.chin() - face, person.faceX(), face, -1);
        double feet = silhouette.edge(person.chin(), person.faceX(), 1.2 * face, 1);
        double tall = feet - top;
        if (top < 0.005 * tall
                || feet > silhouette.height() - 0.005 * tall
                || tall < SHORTEST * face
                || tall > TALLEST * face) {
            return Optional.empty();
        }
        double[] rows = rows(BELOW_TOP, top, tall);
        double usual = tall / USUAL;
        double middle = silhouette.median(rows[1], rows[2], person.faceX(), 1.2 * face, Part::middle);
        double waist = silhouette.median(rows[1] - 0.03 * tall, rows[1], middle, usual, Part::width);
        double hips = silhouette.median(rows[2] - 0.05 * tall, rows[2] - 0.02 * tall, middle, usual, Part::width);
        return Optional.of(new Build(
                rows[0],
                rows[1],
                rows[2],
                rows[3],
                rows[4],
                middle,
                // The silhouette may contain the arms.
                Math.clamp(waist, 1.5 * usual, 2.3 * usual),
                Math.clamp(hips, 1.9 * usual, 2.7 * usual),
                silhouette.legs(rows[3], middle, 1.5 * usual),
                silhouette.legs(rows[4], middle, 1.5 * usual)));
    }

    private static double[] rows(double[] shares, double start, double unit) {
        return Arrays.stream(shares).map(share -> start + share * unit).toArray();
    }
}
