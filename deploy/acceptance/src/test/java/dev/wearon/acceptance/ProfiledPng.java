package dev.wearon.acceptance;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Makes a PNG that has the pixels and the colour profile of a JPEG. */
final class ProfiledPng {

    private static final int APP2 = 0xE2;
    private static final int START_OF_SCAN = 0xDA;

    /** The length of a profile's label in a JPEG: its name, the number of the part, the number of parts. */
    private static final int LABEL = "ICC_PROFILE\0".length() + 2;

    /** The signature and the header of a PNG. */
    private static final int HEAD = 8 + 25;

    private ProfiledPng() {}

    /** @param jpeg with a profile of one part */
    static byte[] of(byte[] jpeg) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(jpeg);
        ByteArrayOutputStream bare = new ByteArrayOutputStream();
        byte[] profile = {};
        bare.write(jpeg, 0, 2);
        int at = 2;
        while ((jpeg[at + 1] & 0xFF) != START_OF_SCAN) {
            int length = 2 + Short.toUnsignedInt(in.getShort(at + 2));
            if ((jpeg[at + 1] & 0xFF) == APP2) {
                profile = new byte[length - 4 - LABEL];
                in.get(at + 4 + LABEL, profile);
            } else {
                bare.write(jpeg, at, length);
            }
            at += length;
        }
        bare.write(jpeg, at, jpeg.length - at);
        BufferedImage pixels = ImageIO.read(new ByteArrayInputStream(bare.toByteArray()));
        byte[] png = ResultPicture.png(pixels);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(png, 0, HEAD);
        out.write(chunk(profile));
        out.write(png, HEAD, png.length - HEAD);
        return out.toByteArray();
    }

    private static byte[] chunk(byte[] profile) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write("iCCPwide gamut\0\0".getBytes(StandardCharsets.ISO_8859_1));
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(content)) {
            deflating.write(profile);
        }
        byte[] bytes = content.toByteArray();
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return ByteBuffer.allocate(bytes.length + 8)
                .putInt(bytes.length - 4)
                .put(bytes)
                .putInt((int) crc.getValue())
                .array();
    }
}
