package dev.wearon.generation.painting;

import dev.wearon.generation.garments.Cutout;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.garments.Outline;
import dev.wearon.generation.people.Build;
import dev.wearon.generation.people.PersonSilhouette.Legs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Places the garments whose size follows from waist, hips and legs. */
final class WaistFit {

    /** Trousers with longer legs, in relation to their hips, reach the ankles. */
    private static final double LONG_LEGS = 1.2;

    /** Clothes are a little wider than what they cover. */
    private static final double LOOSE = 1.08;

    private static final double LOOSE_AT_WAIST = 1.16;

    /** The factors within which a dress is made longer, so that its waist is drawn at the person's. */
    private static final double SHORTEST = 0.85;

    private static final double LONGEST = 1.2;

    private WaistFit() {}

    static Fit lower(Cutout garment, Build build) {
        Outline outline = Outline.of(garment);
        return outline.hasLegs() ? trousers(garment, outline, build) : skirt(garment, outline, build);
    }

    private static Fit skirt(Cutout garment, Outline outline, Build build) {
        int height = garment.picture().getHeight();
        double scale =
                LOOSE * build.waistWidth() / (outline.top() * garment.picture().getWidth());
        double hem = build.waist() + scale * height;
        return withoutSleeves(
                GarmentType.LOWER,
                overHips(Anchor.scaled(build.waist(), 0, scale), hem, outline, build, garment),
                build,
                garment);
    }

    /** The waistband is as wide as the waist, and each leg is drawn over a leg of the person. */
    private static Fit trousers(Cutout garment, Outline outline, Build build) {
        int width = garment.picture().getWidth();
        int height = garment.picture().getHeight();
        int crotch = outline.crotch();
        double hips = outline.span(crotch) * width;
        double scale = LOOSE * build.hipWidth() / hips;
        double legs = height * (1 - (double) crotch / Outline.LEVELS);
        double hem = legs > LONG_LEGS * hips ? build.ankles() : build.crotch() + scale * legs;
        int knees =
                crotch + (int) ((Outline.LEVELS - crotch) * (build.knees() - build.crotch()) / (hem - build.crotch()));
        List<Anchor> anchors = new ArrayList<>();
        double waist = LOOSE_AT_WAIST * build.waistWidth() / (outline.top() * width);
        anchors.add(Anchor.scaled(build.waist(), 0, Math.clamp(waist, 0.8 * scale, 1.1 * scale), hips / 2));
        anchors.add(Anchor.scaled(build.crotch(), (double) height * crotch / Outline.LEVELS, scale, hips / 2));
        if (knees < Outline.LEVELS) {
            anchors.add(leg(outline, knees, build.knees(), width, height, scale, build.atKnees()));
        }
        anchors.add(leg(
                outline,
                Outline.LEVELS - 1,
                hem,
                width,
                height,
                scale,
                knees < Outline.LEVELS ? build.atAnkles() : Optional.empty()));
        return withoutSleeves(GarmentType.LOWER, anchors, build, garment);
    }

    /** A leg of trousers keeps its width, but covers the leg of the person. */
    private static Anchor leg(
            Outline outline, int level, double y, int width, int height, double scale, Optional<Legs> measured) {
        double outer = outline.span(level) * width / 2;
        double inner = Math.min(0.7 * outer, outline.gap(level) * width / 2);
        Legs legs = measured.orElse(new Legs(scale * inner, scale * outer));
        double axis = (legs.inner() + legs.outer()) / 2;
        double half = Math.max(scale * (outer - inner), LOOSE * (legs.outer() - legs.inner())) / 2;
        return new Anchor(
                y, (level + 1.0) * height / Outline.LEVELS, Math.max(0, axis - half), axis + half, inner, outer);
    }

    /** A dress is as wide as its waist. This place is drawn at the waist of the person. */
    static Fit dress(Cutout garment, Build build) {
        Outline outline = Outline.of(garment);
        int height = garment.picture().getHeight();
        double scale = LOOSE_AT_WAIST
                * build.waistWidth()
                / (outline.waist() * garment.picture().getWidth());
        double toWaist = scale * outline.waistline() * height;
        double stretch = Math.clamp((build.waist() - build.neck()) / Math.max(1, toWaist), SHORTEST, LONGEST);
        Anchor neck = Anchor.scaled(build.neck(), 0, scale);
        double hem = build.neck() + scale * stretch * height;
        Anchor waist = neck.between(Anchor.scaled(hem, height, scale), build.waist());
        List<Anchor> anchors = new ArrayList<>(List.of(neck));
        anchors.addAll(overHips(waist, hem, outline, build, garment));
        return withoutSleeves(GarmentType.DRESS, anchors, build, garment);
    }

    /** The rows from the waist down to the hem. If the garment is narrower than the hips, it is drawn wider from there on. */
    private static List<Anchor> overHips(Anchor waist, double hem, Outline outline, Build build, Cutout garment) {
        int width = garment.picture().getWidth();
        int height = garment.picture().getHeight();
        Anchor end = Anchor.scaled(hem, height, waist.scale());
        double row = waist.y() + 0.75 * (build.crotch() - waist.y());
        if (row >= hem) {
            return List.of(waist, end);
        }
        Anchor hips = waist.between(end, row);
        int level = Math.clamp((int) (hips.from() / height * Outline.LEVELS), 0, Outline.LEVELS - 1);
        double covering = LOOSE * build.hipWidth() / Math.max(1, outline.span(level) * width);
        double scale = Math.clamp(covering, waist.scale(), 1.4 * waist.scale());
        return List.of(waist, Anchor.scaled(row, hips.from(), scale), Anchor.scaled(hem, height, scale));
    }

    /** The knees themselves may be measured too low. */
    private static double aboveTheKnees(Build build) {
        return build.crotch() + 0.75 * (build.knees() - build.crotch());
    }

    private static Fit withoutSleeves(GarmentType type, List<Anchor> anchors, Build build, Cutout garment) {
        int width = garment.picture().getWidth();
        return new Fit(
                type,
                anchors,
                Math.min(anchors.getLast().y(), type == GarmentType.LOWER ? aboveTheKnees(build) : build.crotch()),
                build.middle(),
                width / 2.0,
                width,
                1,
                width,
                garment.picture().getHeight());
    }
}
