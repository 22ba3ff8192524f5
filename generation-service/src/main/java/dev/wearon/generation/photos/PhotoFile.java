package dev.wearon.generation.photos;

import java.io.IOException;

/** A photo whose container was read, and whose pixels were not. */
sealed interface PhotoFile permits JpegFile, PngFile, WebpFile {

    int width();

    int height();

    Colours colours();

    /** How the pixels are stored, 1 to 8 as in EXIF. */
    int orientation();

    /** The bytes that {@link #decode} takes beside its result, in the heap and outside of it. */
    long decodingMemory(int step);

    /**
     * Decodes the first pixel of each {@code step} × {@code step}.
     *
     * @throws IOException if pixels are missing or wrong
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    Pixels decode(int step) throws IOException;

    /** @throws IOException if the bytes are no photo, are damaged, or {@link UnsupportedPhotoException} */
    static PhotoFile of(byte[] bytes) throws IOException {
        if (JpegFile.recognizes(bytes)) {
            return JpegFile.of(bytes);
        }
        if (PngFile.recognizes(bytes)) {
            return PngFile.of(bytes);
        }
        if (WebpFile.recognizes(bytes)) {
            return WebpFile.of(bytes);
        }
        throw new UnsupportedPhotoException("neither JPEG, PNG nor WebP");
    }
}
