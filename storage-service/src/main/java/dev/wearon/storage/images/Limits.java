package dev.wearon.storage.images;

/**
 * The limits of an image.
 *
 * @param maxBytes of the whole file
 * @param maxSide pixels of width and of height
 * @param maxPixels width times height
 */
public record Limits(long maxBytes, int maxSide, long maxPixels) {

    /** @param next the step after a size that is accepted */
    Step check(long width, long height, Step next) {
        if (width == 0 || height == 0) {
            return new Step.Wrong();
        }
        return width > maxSide || height > maxSide || width * height > maxPixels
                ? new Step.Reject(new Rejection.TooManyPixels(width, height, this))
                : next;
    }
}
