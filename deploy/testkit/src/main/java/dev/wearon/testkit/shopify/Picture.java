package dev.wearon.testkit.shopify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The picture of a product. */
public record Picture(String contentType, byte[] bytes) {

    /** The names of {@link #sample}. */
    public static final List<String> SAMPLES = List.of("sweater-navy", "sweater-red");

    /** A garment on a transparent background, 640 pixels wide. */
    public static Picture sample(String name) {
        if (!SAMPLES.contains(name)) {
            throw new IllegalArgumentException("No sample picture: " + name + ". There are " + SAMPLES);
        }
        return new Picture("image/png", resource("pictures/" + name + ".png"));
    }

    static byte[] resource(String name) {
        try (InputStream file = Picture.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
