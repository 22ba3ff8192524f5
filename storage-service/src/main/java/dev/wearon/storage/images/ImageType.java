package dev.wearon.storage.images;

import java.util.Arrays;
import java.util.Optional;

/** The accepted types of images. The bytes decide the type; a file name does not. */
public enum ImageType {
    JPEG("image/jpeg", "jpg") {
        @Override
        Step firstStep(Limits limits) {
            return new JpegParser(limits).start();
        }
    },
    PNG("image/png", "png") {
        @Override
        Step firstStep(Limits limits) {
            return new PngParser(limits).start();
        }
    },
    WEBP("image/webp", "webp") {
        @Override
        Step firstStep(Limits limits) {
            return new WebpParser(limits).start();
        }
    };

    private final String contentType;
    private final String extension;

    ImageType(String contentType, String extension) {
        this.contentType = contentType;
        this.extension = extension;
    }

    public static Optional<ImageType> of(String contentType) {
        return Arrays.stream(values())
                .filter(type -> type.contentType.equals(contentType))
                .findAny();
    }

    /** The media type, for example {@code image/jpeg}. */
    public String contentType() {
        return contentType;
    }

    /** The file extension, for example {@code jpg}. */
    public String extension() {
        return extension;
    }

    /** Returns the first step of parsing an image of this type. */
    abstract Step firstStep(Limits limits);
}
