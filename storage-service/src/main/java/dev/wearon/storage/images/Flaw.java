package dev.wearon.storage.images;

/** Why bytes are not taken. */
public sealed interface Flaw {

    record TooLarge(long maxBytes) implements Flaw {}

    record Empty() implements Flaw {}

    /** The bytes are not what they are said to be. */
    record NotThisType(ImageType said) implements Flaw {}

    /** They begin well and end before the image does. */
    record Incomplete() implements Flaw {}

    /** By the image's own header. */
    record TooManyPixels(long width, long height, Limits limits) implements Flaw {}

    /** Something else lies behind the image's end: {@code what} is for example {@code a PDF}. */
    record Smuggled(String what) implements Flaw {}
}
