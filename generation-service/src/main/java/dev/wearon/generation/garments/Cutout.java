package dev.wearon.generation.garments;

import dev.wearon.generation.photos.Plane;
import dev.wearon.generation.photos.Surface;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Optional;
import net.coobird.thumbnailator.makers.FixedSizeThumbnailMaker;

/**
 * A garment or accessory without the background of its photo, trimmed to its visible pixels.
 *
 * @param picture {@code TYPE_INT_ARGB}
 * @param outlined whether the visible pixels have the shape of the thing; otherwise they are a rectangle of its photo
 */
public record Cutout(BufferedImage picture, boolean outlined) {

    /** The longest side, in pixels. A garment never is larger in the finished picture. */
    public static final int MAX_SIDE = 1000;

    /** The lowest alpha of a visible pixel. */
    private static final int VISIBLE = 24;

    /** The smallest share of transparent pixels at which a photo is treated as transparent. */
    private static final double SEE_THROUGH = 0.01;

    /** The smallest shares of well visible pixels: of a transparent photo, and of the part that is left after trimming. */
    private static final double VISIBLE_SHARE = 0.002;

    private static final double VISIBLE_SHARE_TRIMMED = 0.03;

    private static final int SMALLEST_SIDE = 8;

    /** The parts of a photo's sides that a rectangle of it leaves away, and in which it fades out. */
    private static final double TRIMMED = 0.04;

    private static final double FADED = 0.06;

    public Cutout(BufferedImage picture) {
        this(picture, true);
    }

    /**
     * Keeps the transparency of a photo. An opaque photo loses its plain background. If the background is not plain or the outline
     * found is not plausible, a rectangle with soft edges remains.
     *
     * @return empty if nothing is visible: everything is transparent, or has the background's colour
     */
    public static Optional<Cutout> of(BufferedImage photo) {
        BufferedImage reduced = reduced(photo);
        int width = reduced.getWidth();
        int height = reduced.getHeight();
        int[] pixels = Plane.pixels(reduced);
        if (Math.min(width, height) < SMALLEST_SIDE) {
            return Optional.empty();
        }
        long seeThrough = Arrays.stream(pixels).filter(p -> p >>> 24 < VISIBLE).count();
        return seeThrough < SEE_THROUGH * pixels.length
                ? fromOpaque(pixels, width, height)
                : fromTransparent(pixels, width, height);
    }

    private static BufferedImage reduced(BufferedImage photo) {
        double shrink = (double) MAX_SIDE / Math.max(photo.getWidth(), photo.getHeight());
        if (shrink >= 1) {
            return photo;
        }
        int width = (int) Math.max(1, Math.round(photo.getWidth() * shrink));
        int height = (int) Math.max(1, Math.round(photo.getHeight() * shrink));
        return new FixedSizeThumbnailMaker(width, height, false, true).make(photo);
    }

    private static Optional<Cutout> fromTransparent(int[] pixels, int width, int height) {
        Mask solid = Mask.where(width, height, i -> pixels[i] >>> 24 > 127);
        // Stray pixels far from the garment would make it small.
        Mask parts = solid.parts(Math.max(4, solid.area() / 100), 24).stream()
                .reduce(Mask::or)
                .orElse(solid);
        if (parts.area() < VISIBLE_SHARE * pixels.length) {
            return Optional.empty();
        }
        Mask kept = parts.dilated(Math.max(4, Math.max(width, height) / 50));
        for (int i = 0; i < pixels.length; i++) {
            if (!kept.pixels()[i]) {
                pixels[i] &= 0xFFFFFF;
            }
        }
        return trimmed(pixels, width, height, true)
                .filter(cutout ->
                        parts.area() >= VISIBLE_SHARE_TRIMMED * cutout.picture.getWidth() * cutout.picture.getHeight());
    }

    private static Optional<Cutout> fromOpaque(int[] pixels, int width, int height) {
        Plane[] rgb = Plane.channels(pixels, width, height);
        for (int channel = 0; channel < 3; channel++) {
            rgb[channel] = rgb[channel].blurred(1);
        }
        Optional<Surface> backdrop = Surface.background(rgb);
        if (backdrop.isEmpty()) {
            int marginX = (int) (TRIMMED * width);
            int marginY = (int) (TRIMMED * height);
            int[] middle = {marginX, marginY, width - 1 - marginX, height - 1 - marginY};
            return rectangle(pixels, width, height, middle);
        }
        Silhouette silhouette = new Silhouette(rgb, backdrop.get());
        Optional<Mask> thing = silhouette.find();
        if (thing.isPresent()) {
            Matte.apply(pixels, thing.get());
            return trimmed(pixels, width, height, true);
        }
        return silhouette.extent().flatMap(extent -> rectangle(pixels, width, height, extent));
    }

    /** The part of the photo inside these bounds. Its corners are round and its edges fade out; nothing is left of a speck. */
    private static Optional<Cutout> rectangle(int[] pixels, int width, int height, int[] bounds) {
        double halfWidth = (bounds[2] - bounds[0] + 1) / 2.0;
        double halfHeight = (bounds[3] - bounds[1] + 1) / 2.0;
        double fade = Math.max(2, 2 * FADED * Math.min(halfWidth, halfHeight));
        for (int i = 0; i < pixels.length; i++) {
            double x = Math.abs(i % width - bounds[0] + 0.5 - halfWidth) - halfWidth + 2 * fade;
            double y = Math.abs(i / width - bounds[1] + 0.5 - halfHeight) - halfHeight + 2 * fade;
            double beyond = Math.hypot(Math.max(0, x), Math.max(0, y)) + Math.min(0, Math.max(x, y));
            double alpha = Math.clamp((2 * fade - beyond) / fade, 0, 1);
            double eased = alpha * alpha * (3 - 2 * alpha);
            pixels[i] = pixels[i] & 0xFFFFFF | (int) Math.round(255 * eased) << 24;
        }
        return trimmed(pixels, width, height, false);
    }

    /** @return empty if nothing is visible */
    private static Optional<Cutout> trimmed(int[] pixels, int width, int height, boolean outlined) {
        Mask visible = Mask.where(width, height, i -> pixels[i] >>> 24 >= VISIBLE);
        if (visible.area() == 0) {
            return Optional.empty();
        }
        int[] bounds = visible.bounds();
        int trimmedWidth = bounds[2] - bounds[0] + 1;
        int trimmedHeight = bounds[3] - bounds[1] + 1;
        BufferedImage trimmed = new BufferedImage(trimmedWidth, trimmedHeight, BufferedImage.TYPE_INT_ARGB);
        trimmed.setRGB(0, 0, trimmedWidth, trimmedHeight, pixels, bounds[1] * width + bounds[0], width);
        return Optional.of(new Cutout(trimmed, outlined));
    }
}
