package dev.wearon.storage.images;

/** The reason why an image is rejected. */
public sealed interface Rejection {

    record TooLarge(long maxBytes) implements Rejection {}

    record Empty() implements Rejection {}

    /** The bytes are an image of another accepted type than the declared one. */
    record OtherType(ImageType declared, ImageType found) implements Rejection {}

    /** The bytes are no image of an accepted type. */
    record ForeignFormat(ImageType declared, FileFormat found) implements Rejection {}

    /** The type is accepted, but this variant of it is not. */
    record UnreadableVariant(Variant variant) implements Rejection {}

    /** The header breaks the rules of its type: {@code why} is for example {@code it has no pixels}. */
    record Damaged(ImageType type, String why) implements Rejection {}

    /** The bytes begin as an image, but end before it is complete. */
    record Incomplete() implements Rejection {}

    /** The image declares more pixels than are accepted. */
    record TooManyPixels(ImageType type, long width, long height, Limits limits) implements Rejection {}

    /** Another format follows the image: {@code what} is for example {@code a PDF}. */
    record ForbiddenTrailer(String what) implements Rejection {}
}
