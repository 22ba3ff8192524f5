package dev.wearon.storage.images;

/**
 * The limits of an image.
 *
 * @param maxBytes the most bytes of the file
 * @param maxSide the most pixels in width and in height
 * @param maxPixels the most pixels in all
 */
public record Limits(long maxBytes, int maxSide, long maxPixels) {

    /** @param next the step after an accepted size */
    Step check(long width, long height, Step next) {
        if (width == 0 || height == 0) {
            return new Step.Wrong();
        }
        return width > maxSide || height > maxSide || width * height > maxPixels
                ? new Step.Reject(new Rejection.TooManyPixels(width, height, this))
                : next;
    }
}
