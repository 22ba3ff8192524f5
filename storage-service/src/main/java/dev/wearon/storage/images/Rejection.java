package dev.wearon.storage.images;

/** Why bytes are not taken. */
public sealed interface Rejection {

    record TooLarge(long maxBytes) implements Rejection {}

    record Empty() implements Rejection {}

    /** The bytes are not what they are said to be. */
    record WrongType(ImageType declared) implements Rejection {}

    /** They begin well and end before the image does. */
    record Incomplete() implements Rejection {}

    /** By the image's own header. */
    record TooManyPixels(long width, long height, Limits limits) implements Rejection {}

    /** Something else lies behind the image's end: {@code what} is for example {@code a PDF}. */
    record ForbiddenTrailer(String what) implements Rejection {}
}
