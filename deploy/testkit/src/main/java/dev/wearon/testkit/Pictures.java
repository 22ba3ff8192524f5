package dev.wearon.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures that take long or cannot be decoded. */
public final class Pictures {

    /** Where the data begins in a PNG of ImageIO: after the signature, the header and the first eight bytes of the chunk. */
    private static final int DATA = 8 + 25 + 8;

    /** The length of the data chunk's checksum and of the last chunk. */
    private static final int END = 4 + 12;

    private Pictures() {}

    /** Random pixels, so a large picture takes long. */
    public static byte[] noise(int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    /** A small PNG with valid chunks, so it can be uploaded, but its data cannot be decoded. */
    public static byte[] torn() throws IOException {
        byte[] png = noise(16);
        Arrays.fill(png, DATA, png.length - END, (byte) 0xff);
        return png;
    }
}
