package dev.wearon.storage.images;

import java.util.Arrays;
import java.util.Optional;

/** The accepted types of images. The bytes decide the type; a file name does not. */
public enum ImageType {
    JPEG("JPEG", "image/jpeg", "jpg", "\u00FF\u00D8\u00FF") {
        @Override
        Step firstStep(Limits limits) {
            return new JpegParser(limits).start();
        }
    },
    PNG("PNG", "image/png", "png", "\u0089PNG") {
        @Override
        Step firstStep(Limits limits) {
            return new PngParser(limits).start();
        }
    },
    WEBP("WebP", "image/webp", "webp", "RIFF....WEBP") {
        @Override
        Step firstStep(Limits limits) {
            return new WebpParser(limits).start();
        }
    };

    /** So many bytes tell the types apart. */
    static final int SIGNATURE_BYTES = 12;

    private final String displayName;
    private final String contentType;
    private final String extension;
    /** A character is a byte; a point stands for any byte. */
    private final String signature;

    ImageType(String displayName, String contentType, String extension, String signature) {
        this.displayName = displayName;
        this.contentType = contentType;
        this.extension = extension;
        this.signature = signature;
    }

    public static Optional<ImageType> of(String contentType) {
        return Arrays.stream(values())
                .filter(type -> type.contentType.equals(contentType))
                .findAny();
    }

    /** Returns the type that the first bytes of a file show. */
    public static Optional<ImageType> of(byte[] head) {
        return Arrays.stream(values())
                .filter(type -> head.length >= type.signature.length() && type.mayBegin(head))
                .findAny();
    }

    /** Whether a file of this type may begin with these bytes. They may be fewer than its signature has. */
    boolean mayBegin(byte[] head) {
        for (int at = 0; at < Math.min(head.length, signature.length()); at++) {
            char expected = signature.charAt(at);
            if (expected != '.' && expected != Byte.toUnsignedInt(head[at])) {
                return false;
            }
        }
        return true;
    }

    /** The media type, for example {@code image/jpeg}. */
    public String contentType() {
        return contentType;
    }

    /** The name for people. */
    public String displayName() {
        return displayName;
    }

    /** The file extension, for example {@code jpg}. */
    public String extension() {
        return extension;
    }

    /** Returns the first step of parsing an image of this type. */
    abstract Step firstStep(Limits limits);
}
