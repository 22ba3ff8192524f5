package dev.wearon.client;

import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Upload;
import dev.wearon.client.transport.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A picture to upload (a JPEG, PNG or WebP of at most 10 MiB), or one that is uploaded already. The first bytes decide the type;
 * the name of a file may be wrong, and is not sent.
 */
public final class Picture {

    static final int LARGEST = 10 * 1024 * 1024;

    private final Path file;
    private final byte[] bytes;
    private final String url;

    private Picture(Path file, byte[] bytes, String url) {
        this.file = file;
        this.bytes = bytes;
        this.url = url;
    }

    /** A file. It is read when it is uploaded; a file that cannot be read is an {@link UncheckedIOException} then. */
    public static Picture file(Path file) {
        return new Picture(file, null, null);
    }

    public static Picture bytes(byte[] bytes) {
        return new Picture(null, bytes.clone(), null);
    }

    /** A picture that is uploaded: it can be used until it expires, by default for 6 hours. */
    public static Picture uploaded(Upload upload) {
        return uploaded(upload.imageUrl());
    }

    /** @param imageUrl of an upload */
    public static Picture uploaded(String imageUrl) {
        if (!Shown.isUrl(imageUrl)) {
            throw invalid("An uploaded picture is the image_url of an upload. Use Picture.file for a file.");
        }
        return new Picture(null, null, imageUrl);
    }

    boolean isUploaded() {
        return url != null;
    }

    /** The URL of an uploaded picture. */
    String url() {
        if (url == null) {
            throw invalid("A create takes uploaded pictures only. Use tryOn, or uploads().put before.");
        }
        return url;
    }

    /** The bytes of a picture to upload. */
    byte[] read() {
        if (url != null) {
            throw invalid("The picture is uploaded already.");
        }
        byte[] read = bytes == null ? readFile() : bytes;
        if (read.length == 0) {
            throw invalid("The picture is empty.");
        }
        if (read.length > LARGEST) {
            throw new WearOnException("PAYLOAD_TOO_LARGE", "The picture is larger than 10 MiB.");
        }
        return read;
    }

    /** The type that the first bytes say. The service decides which types it accepts. */
    static String contentType(byte[] picture) {
        String head = new String(picture, 0, Math.min(picture.length, 12), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return "image/webp";
        }
        if (head.startsWith("GIF8")) {
            return "image/gif";
        }
        if (head.startsWith("ftyp", 4)) {
            return head.startsWith("avi", 8) ? "image/avif" : "image/heic";
        }
        return "application/octet-stream";
    }

    private byte[] readFile() {
        try (InputStream opened = Files.newInputStream(file)) {
            return opened.readNBytes(LARGEST + 1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static WearOnException invalid(String message) {
        return new WearOnException("VALIDATION_ERROR", message);
    }
}
