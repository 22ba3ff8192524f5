package dev.wearon.generation.painting;

import dev.wearon.generation.garments.Cutout;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.garments.Outline;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.generation.people.Person;
import dev.wearon.generation.photos.Plane;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/** Composes the picture: person, garment, light and shadow, accessories. */
public final class Composition {

    /** The longest side, in pixels, to which the photos of person and garment are reduced. */
    public static final int MAX_PHOTO_SIDE = 2048;

    public static final int MAX_ACCESSORY_SIDE = 512;

    private static final float SHADOW = 0.5f;
    private static final int SHADOW_DROP = 10;

    /**
     * The share of the portrait's light and shade that the garment takes over. More would copy the clothes below it: a dark collar or
     * a helmet looks like dirt on a white shirt.
     */
    private static final float SHADING = 0.12f;

    /** The light that even black cloth reflects. Without it black garments would look like holes. */
    private static final float BLACK_REFLECTION = 14;

    /** The smallest share of the picture that a garment covers. */
    private static final double LEAST_COVERAGE = 0.01;

    /** The names of the photos after the first one. */
    private static final List<String> ORDER =
            List.of("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth");

    private static final String NO_PERSON =
            "No person was found in the first picture. Please use a photo in colours that shows the face and the upper body"
                    + " from the front.";

    private static final String NO_GARMENT = "There is no picture of a garment. Please upload one.";

    private static final String NOTHING_VISIBLE =
            "The %s picture shows nothing that can be told from its background. Please use a photo of the garment or"
                    + " accessory on a background of another colour.";

    private static final String TOO_LITTLE =
            "Almost nothing of the garment in the second picture would be seen on the person. Please use a photo that"
                    + " shows the whole garment from the front.";

    private static final int ACCESSORY_SIZE = 132;
    private static final int MARGIN = 18;

    public sealed interface Result {
        /** Opaque, {@link Frame#WIDTH} × {@link Frame#HEIGHT}. */
        record Composed(BufferedImage picture) implements Result {}

        /** The photos allow no picture. The texts are those of {@link ImageModel.Outcome.BadImage}. */
        record Impossible(String message, String why) implements Result {}
    }

    private Composition() {}

    /**
     * @param photos person, garment, accessories; at least the person
     * @param garmentType empty if the outline of the garment decides
     */
    public static Result compose(List<BufferedImage> photos, Optional<GarmentType> garmentType) {
        if (photos.size() == 1) {
            return new Result.Impossible(NO_GARMENT, "there is no image of a garment");
        }
        BufferedImage portrait = photos.getFirst();
        Optional<Person> found = Person.in(portrait);
        if (found.isEmpty()) {
            return new Result.Impossible(NO_PERSON, "image 1: no face was found");
        }
        Person person = found.get();
        List<Cutout> cutouts = new ArrayList<>();
        for (int i = 1; i < photos.size(); i++) {
            Optional<Cutout> cutout = Cutout.of(photos.get(i));
            if (cutout.isEmpty()) {
                return nothingIn(i);
            }
            cutouts.add(cutout.get());
        }
        Cutout garment = cutouts.getFirst();
        GarmentType type = garmentType.orElseGet(() -> Outline.kindOf(garment));
        Fit fit = Fit.of(garment, portrait, person, type);
        if (portrait.getHeight() < fit.mustShow()) {
            return tooLittleOfThePerson(type);
        }
        Frame frame = frame(portrait, person, fit);
        BufferedImage picture = frame.cut(portrait);
        float[][] layer = fit.draw(garment, frame);
        keepFace(layer, person, frame);
        if (coverage(layer) < LEAST_COVERAGE) {
            return new Result.Impossible(TOO_LITTLE, "image 2: the garment covers almost nothing of the person");
        }
        if (fit.neckClosed(garment)) {
            openNeck(layer, fit, person, frame);
        }
        drawGarment(picture, layer, (int) (person.faceWidth() * frame.scale()));
        drawAccessories(picture, cutouts.subList(1, cutouts.size()));
        return new Result.Composed(picture);
    }

    public static Frame frame(BufferedImage portrait, Person person, Fit fit) {
        return fit.type() == GarmentType.UPPER
                ? Frame.around(portrait, person, fit.bottom() + 0.2 * person.faceWidth())
                : Frame.downTo(portrait, person, fit.bottom() + person.faceWidth());
    }

    private static Result tooLittleOfThePerson(GarmentType type) {
        return switch (type) {
            case UPPER ->
                new Result.Impossible(
                        "The first picture ends directly below the face. Please take a picture that shows the face and the"
                                + " upper body from the front.",
                        "the picture of the person ends above the shoulders");
            case LOWER ->
                new Result.Impossible(
                        "The first picture ends too high on the person for trousers or a skirt. Please take a picture that"
                                + " shows the person down to the feet.",
                        "the picture of the person ends above the knees, the garment is a lower one");
            case DRESS ->
                new Result.Impossible(
                        "The first picture ends too high on the person for a dress. Please take a picture that shows the"
                                + " person at least down to the hips, better down to the feet.",
                        "the picture of the person ends above the hips, the garment is a dress");
        };
    }

    private static Result nothingIn(int photo) {
        return new Result.Impossible(
                NOTHING_VISIBLE.formatted(ORDER.get(Math.min(photo, ORDER.size()) - 1)),
                "image %d: nothing differs from the background".formatted(photo + 1));
    }

    /** The share of the picture that the layer covers. */
    private static double coverage(float[][] layer) {
        double sum = 0;
        for (float alpha : layer[3]) {
            sum += alpha;
        }
        return sum / 255 / layer[3].length;
    }

    /** Removes the garment's pixels over the face. */
    private static void keepFace(float[][] layer, Person person, Frame frame) {
        double face = person.faceWidth() * frame.scale();
        clear(layer, frame.toX(person.faceX()), frame.toY(person.chin()) - 0.62 * face, 0.58 * face, 0.7 * face);
    }

    /** Removes the back of the collar. A flat picture of a garment often shows it, but a neck would hide it. */
    private static void openNeck(float[][] layer, Fit fit, Person person, Frame frame) {
        double face = person.faceWidth() * frame.scale();
        clear(layer, frame.toX(person.torsoX()), frame.toY(fit.top()), 0.42 * face, 0.3 * face);
    }

    private static void clear(float[][] layer, double middleX, double middleY, double halfWidth, double halfHeight) {
        for (int y = 0; y < Frame.HEIGHT; y++) {
            for (int x = 0; x < Frame.WIDTH; x++) {
                double reach = Math.hypot((x - middleX) / halfWidth, (y - middleY) / halfHeight);
                float keep = (float) Math.clamp((reach - 1) * 12, 0, 1);
                for (float[] channel : layer) {
                    channel[y * Frame.WIDTH + x] *= keep;
                }
            }
        }
    }

    private static void drawGarment(BufferedImage picture, float[][] layer, int face) {
        int[] pixels = Plane.pixels(picture);
        Plane cover = new Plane(Frame.WIDTH, Frame.HEIGHT, layer[3]);
        Plane shadow = cover.blurred(Math.max(2, face / 14));
        Plane volume = cover.blurred(Math.max(2, face / 7));
        Plane light = Plane.luma(picture).blurred(Math.max(2, face / 5));
        float meanLight = mean(light, cover);
        for (int i = 0; i < pixels.length; i++) {
            float alpha = layer[3][i] / 255;
            float falling = i >= SHADOW_DROP * Frame.WIDTH ? shadow.values()[i - SHADOW_DROP * Frame.WIDTH] / 255 : 0;
            float dimmed = (1 - alpha) * (1 - SHADOW * falling);
            float shade = Math.clamp(1 + SHADING * (light.values()[i] / meanLight - 1), 0.62f, 1.12f);
            // Cloth gets darker towards its edges, where the blurred cover falls to one half.
            float rounded = 0.7f + 0.3f * Math.clamp(volume.values()[i] / 255 * 2 - 0.9f, 0, 1);
            int rgb = 0;
            for (int channel = 0; channel < 3; channel++) {
                float below = pixels[i] >> 16 - 8 * channel & 0xFF;
                float cloth =
                        (BLACK_REFLECTION * alpha + layer[channel][i] * (1 - BLACK_REFLECTION / 255)) * shade * rounded;
                rgb = rgb << 8 | Math.round(Math.min(255, below * dimmed + cloth));
            }
            pixels[i] = rgb;
        }
        picture.setRGB(0, 0, Frame.WIDTH, Frame.HEIGHT, pixels, 0, Frame.WIDTH);
    }

    private static float mean(Plane light, Plane cover) {
        double sum = 0;
        double weight = 1e-3;
        for (int i = 0; i < light.values().length; i++) {
            sum += light.values()[i] * cover.values()[i];
            weight += cover.values()[i];
        }
        return (float) Math.max(8, sum / weight);
    }

    /** Draws the accessories side by side along the lower edge, in their order. */
    private static void drawAccessories(BufferedImage picture, List<Cutout> accessories) {
        if (accessories.isEmpty()) {
            return;
        }
        int cell = Math.min(ACCESSORY_SIZE + MARGIN, (Frame.WIDTH - MARGIN) / accessories.size());
        int left = (Frame.WIDTH - cell * accessories.size() + MARGIN) / 2;
        for (Cutout accessory : accessories) {
            BufferedImage thing = accessory.picture();
            double scale = (double) (cell - MARGIN) / Math.max(thing.getWidth(), thing.getHeight());
            int width = (int) Math.max(1, Math.round(thing.getWidth() * scale));
            int height = (int) Math.max(1, Math.round(thing.getHeight() * scale));
            int x = left + (cell - MARGIN - width) / 2;
            int y = Frame.HEIGHT - MARGIN - height;
            Graphics2D graphics = picture.createGraphics();
            graphics.drawImage(new FixedSizeThumbnailMaker(width, height, false, true).make(thing), x, y, null);
            graphics.dispose();
            left += cell;
        }
    }
}
