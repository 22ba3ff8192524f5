package dev.wearon.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Removes chunks of a PNG. */
final class PngChunks {

    private static final int SIGNATURE = 8;

    /** The bytes of a chunk beside its content: length, type and checksum. */
    private static final int FRAME = 12;

    private PngChunks() {}

    static byte[] without(byte[] png, String type) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(png, 0, SIGNATURE);
        for (int at = SIGNATURE; at < png.length; ) {
            int length = FRAME + ByteBuffer.wrap(png).getInt(at);
            if (!type.equals(new String(png, at + 4, 4, StandardCharsets.US_ASCII))) {
                rest.write(png, at, length);
            }
            at += length;
        }
        return rest.toByteArray();
    }
}
