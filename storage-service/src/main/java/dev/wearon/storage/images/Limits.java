package dev.wearon.storage.images;

import dev.wearon.images.ImageLimits;

/**
 * The limits of an image.
 *
 * @param maxBytes the most bytes of the file
 * @param maxSide the most pixels in width and in height
 * @param maxPixels the most pixels in all
 */
public record Limits(long maxBytes, int maxSide, long maxPixels) {

    /** Lowers the configured limits to those of the image models. */
    public static Limits of(long maxBytes, int maxSide, long maxPixels) {
        return new Limits(
                maxBytes, Math.min(maxSide, ImageLimits.MAX_SIDE), Math.min(maxPixels, ImageLimits.MAX_PIXELS));
    }

    /** @param next the step after an accepted size */
    Step check(ImageType type, long width, long height, Step next) {
        if (width == 0 || height == 0) {
            return Step.damaged(type, "its header says that it has %d x %d pixels".formatted(width, height));
        }
        return width > maxSide || height > maxSide || width * height > maxPixels
                ? new Step.Reject(new Rejection.TooManyPixels(type, width, height, this))
                : next;
    }
}
