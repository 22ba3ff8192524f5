package dev.wearon.storage.objects;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The images that are taken. What something is, its first bytes say; its name is never asked. */
public enum ImageType {
    JPEG("image/jpeg", "jpg", "ffd8ff", ""),
    PNG("image/png", "png", "89504e470d0a1a0a", ""),
    /** A RIFF container: four bytes of length stand between the two marks. */
    WEBP("image/webp", "webp", "52494646", "57454250");

    /** As many first bytes as are needed to tell. */
    static final int HEAD_BYTES = 12;

    private final String contentType;
    private final String extension;
    private final byte[] first;
    private final byte[] ninth;

    ImageType(String contentType, String extension, String first, String ninth) {
        this.contentType = contentType;
        this.extension = extension;
        this.first = HexFormat.of().parseHex(first);
        this.ninth = HexFormat.of().parseHex(ninth);
    }

    public static Optional<ImageType> of(String contentType) {
        return Arrays.stream(values())
                .filter(type -> type.contentType.equals(contentType))
                .findAny();
    }

    /** For example {@code image/jpeg}. */
    public String contentType() {
        return contentType;
    }

    /** For example {@code jpg}. */
    public String extension() {
        return extension;
    }

    /** @param head the first {@link #HEAD_BYTES} bytes, or all if there are fewer */
    boolean begins(byte[] head) {
        return has(head, 0, first) && has(head, 8, ninth);
    }

    private static boolean has(byte[] head, int at, byte[] mark) {
        return mark.length == 0
                || head.length >= at + mark.length && Arrays.equals(head, at, at + mark.length, mark, 0, mark.length);
    }
}
