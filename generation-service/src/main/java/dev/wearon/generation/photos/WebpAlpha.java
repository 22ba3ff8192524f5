package dev.wearon.generation.photos;

import dev.wearon.generation.photos.webp.Lossless;
import dev.wearon.generation.photos.webp.RowSink;
import java.io.EOFException;
import java.io.IOException;

/** The transparency of a lossy WebP: stored plainly or like a lossless picture, with or without a filter (RFC 9649, 2.7.1.2). */
final class WebpAlpha {

    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;
    private static final int GRADIENT = 3;

    private WebpAlpha() {}

    /** Gives each row to {@code sink}: 0 to 255 for each pixel. */
    static void decode(byte[] bytes, int start, int end, int width, int height, RowSink sink) throws IOException {
        if (start == end) {
            throw new EOFException("ends before its last pixel");
        }
        int compression = bytes[start] & 3;
        int filter = bytes[start] >> 2 & 3;
        int[] alpha = new int[width];
        if (compression == 0) {
            if (end - start - 1 < (long) width * height) {
                throw new EOFException("ends before its last pixel");
            }
            int[] stored = new int[width];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    stored[x] = bytes[start + 1 + y * width + x] & 0xFF;
                }
                undo(filter, y, stored, alpha);
                sink.row(y, alpha);
            }
        } else if (compression == 1) {
            Lossless.decodeBare(bytes, start + 1, end, width, height, (y, row) -> {
                for (int x = 0; x < width; x++) {
                    row[x] = row[x] >> 8 & 0xFF;
                }
                undo(filter, y, row, alpha);
                sink.row(y, alpha);
            });
        } else {
            throw new IOException("its transparency is stored in an unknown way");
        }
    }

    /** @param alpha in: the row above; out: this row */
    private static void undo(int filter, int y, int[] stored, int[] alpha) {
        int corner = 0;
        int left = 0;
        for (int x = 0; x < alpha.length; x++) {
            int above = alpha[x];
            int expected =
                    switch (filter) {
                        case HORIZONTAL -> x > 0 ? left : y > 0 ? above : 0;
                        case VERTICAL -> y > 0 ? above : left;
                        case GRADIENT -> y == 0 ? left : x == 0 ? above : Math.clamp(left + above - corner, 0, 255);
                        default -> 0;
                    };
            corner = above;
            left = stored[x] + expected & 0xFF;
            alpha[x] = left;
        }
    }
}
