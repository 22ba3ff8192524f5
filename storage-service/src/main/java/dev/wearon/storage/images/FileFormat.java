package dev.wearon.storage.images;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Formats that are not accepted, but are recognised, so that a shopper learns what the file is and what helps. */
public enum FileFormat {
    HEIC(
            "a HEIC photo",
            "On the iPhone, set Settings > Camera > Formats to Most Compatible and take the photo again. "
                    + "Or choose the photo in the browser of the iPhone, which converts it, or export it as JPEG.",
            "image/heic",
            "image/heif",
            "image/heic-sequence",
            "image/heif-sequence"),
    AVIF(
            "an AVIF picture",
            "Open it in a photo program, and export it as JPEG, PNG or WebP.",
            "image/avif",
            "image/avif-sequence"),
    JPEG_XL("a JPEG XL picture", "Open it in a photo program, and export it as ordinary JPEG.", "image/jxl"),
    JPEG_2000(
            "a JPEG 2000 picture",
            "Open it in a photo program, and export it as ordinary JPEG.",
            "image/jp2",
            "image/jpx",
            "image/jpm"),
    GIF("a GIF picture", "Save the picture as PNG or JPEG.", "image/gif"),
    BMP("a BMP picture", "Save the picture as PNG or JPEG.", "image/bmp", "image/x-bmp", "image/x-ms-bmp"),
    CAMERA_RAW(
            "the raw file of a camera",
            "Export it as JPEG in a photo program, or set the camera to JPEG and take the photo again.",
            "image/x-adobe-dng",
            "image/x-canon-cr2",
            "image/x-canon-cr3",
            "image/x-nikon-nef",
            "image/x-sony-arw",
            "image/x-olympus-orf",
            "image/x-fuji-raf"),
    /** Some cameras write raw files that begin as a TIFF. */
    TIFF("a TIFF picture or the raw file of a camera", "Export it as JPEG or PNG in a photo program.", "image/tiff"),
    PHOTOSHOP("a Photoshop file", "Export it as JPEG or PNG in Photoshop.", "image/vnd.adobe.photoshop"),
    ICON("an icon", "Choose a photo instead.", "image/x-icon", "image/vnd.microsoft.icon"),
    SVG("an SVG drawing", "Export it as PNG.", "image/svg+xml"),
    PDF("a PDF document", "Export the page as JPEG or PNG, or make a photo of it.", "application/pdf"),
    FILM("a film", "Choose a photo, or make a screenshot of the film.", "video/"),
    ZIP(
            "a ZIP archive or an Office document",
            "Take the picture out of it, and choose the picture.",
            "application/zip"),
    HTML("a web page", "Save the picture itself, not the page that shows it.", "text/html"),
    TEXT("a text file", "Choose a photo. A program sends the bytes of the file, not base64, JSON or a form.", "text/"),
    UNKNOWN("a file of an unknown kind", "Choose a photo, or export this file as JPEG, PNG or WebP.");

    private final String what;
    private final String remedy;
    private final List<String> contentTypes;

    /** @param contentTypes the media types; one that ends with a slash means all types that begin with it */
    FileFormat(String what, String remedy, String... contentTypes) {
        this.what = what;
        this.remedy = remedy;
        this.contentTypes = List.of(contentTypes);
    }

    /** Returns the format with this media type; empty if it is not known, or an accepted type. */
    public static Optional<FileFormat> of(String contentType) {
        return Arrays.stream(values())
                .filter(format -> format.contentTypes.stream()
                        .anyMatch(it -> it.endsWith("/") ? contentType.startsWith(it) : contentType.equals(it)))
                .findFirst();
    }

    /** Returns the format of a file that is not of an accepted type. Only its first bytes count. */
    public static FileFormat of(byte[] file) {
        return FileHead.format(file);
    }

    /** Says what the file is, for example {@code a HEIC photo}. */
    public String what() {
        return what;
    }

    /** Says what helps, in whole sentences. */
    public String remedy() {
        return remedy;
    }
}
