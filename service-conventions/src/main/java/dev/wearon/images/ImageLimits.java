package dev.wearon.images;

/**
 * The largest pictures that an image model reads. Storage refuses a larger one when it arrives, so a shopper learns it before the
 * try-on is paid. An operator may lower the limits of storage, not raise them.
 */
public final class ImageLimits {

    /** The most pixels in width and in height. */
    public static final int MAX_SIDE = 8192;

    /** The most pixels of a picture of any type. */
    public static final long MAX_PIXELS = 25_000_000;

    /** The most scans of a JPEG. Each makes a decoder go through all pixels; programs write about ten. */
    public static final int MAX_JPEG_SCANS = 100;

    private ImageLimits() {}
}
