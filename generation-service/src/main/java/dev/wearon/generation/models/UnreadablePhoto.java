package dev.wearon.generation.models;

import dev.wearon.generation.models.ImageModel.Outcome.BadImage;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import dev.wearon.images.ImageLimits;

/** Says for a shopper which picture cannot be read, why, and what helps. */
final class UnreadablePhoto {

    private static final String[] ORDINALS = {
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"
    };

    private UnreadablePhoto() {}

    /** @param index of the picture in the request, from 0 */
    static BadImage outcome(int index, Unreadable unreadable) {
        String picture = index < ORDINALS.length
                ? "The %s picture".formatted(ORDINALS[index])
                : "Picture %d".formatted(index + 1);
        String message =
                switch (unreadable.reason()) {
                    case DAMAGED -> picture + " is damaged. Please save it again and upload that copy.";
                    case UNSUPPORTED ->
                        "%s cannot be read, because it is %s. Please save it as an ordinary JPEG or PNG and upload that copy."
                                .formatted(picture, unreadable.why());
                    case TOO_LARGE ->
                        "%s is too large. Please make it smaller, at most %d megapixels and %d pixels a side, and upload that copy."
                                .formatted(picture, ImageLimits.MAX_PIXELS / 1_000_000, ImageLimits.MAX_SIDE);
                };
        return new BadImage(message, "image %d: %s".formatted(index + 1, unreadable.why()));
    }
}
