package dev.wearon.testkit.pictures;

import java.util.List;

/**
 * A file that is uploaded as a picture, with the verdict that storage and the image models must share.
 *
 * @param contentType of its upload URL
 * @param words what the shopper reads if it is refused
 */
public record PictureFile(String name, String contentType, byte[] bytes, Verdict verdict, List<String> words) {

    public enum Verdict {
        /** Its header promises a picture that can be read; whether its pixels keep the promise is another question. */
        SUPPORTED,
        /** Its header shows that no image model can read it. */
        UNSUPPORTED,
        /** It ends before its first pixel. */
        INCOMPLETE
    }

    /** @param type the subtype, for example {@code jpeg} */
    static PictureFile supported(String type, String name, byte[] bytes) {
        return new PictureFile(name, "image/" + type, bytes, Verdict.SUPPORTED, List.of());
    }

    static PictureFile unsupported(String type, String name, byte[] bytes, String... words) {
        return new PictureFile(name, "image/" + type, bytes, Verdict.UNSUPPORTED, List.of(words));
    }

    static PictureFile incomplete(String type, String name, byte[] bytes) {
        return new PictureFile(name, "image/" + type, bytes, Verdict.INCOMPLETE, List.of("Send the whole file"));
    }

    @Override
    public String toString() {
        return contentType + ": " + name;
    }
}
