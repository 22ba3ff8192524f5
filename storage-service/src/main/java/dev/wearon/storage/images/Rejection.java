package dev.wearon.storage.images;

/** The reason why an image is rejected. */
public sealed interface Rejection {

    record TooLarge(long maxBytes) implements Rejection {}

    record Empty() implements Rejection {}

    /** The bytes are not of the declared type. */
    record WrongType(ImageType declared) implements Rejection {}

    /** The bytes begin as an image, but end before it is complete. */
    record Incomplete() implements Rejection {}

    /** The image declares more pixels than are accepted. */
    record TooManyPixels(long width, long height, Limits limits) implements Rejection {}

    /** Another format follows the image: {@code what} is for example {@code a PDF}. */
    record ForbiddenTrailer(String what) implements Rejection {}
}
