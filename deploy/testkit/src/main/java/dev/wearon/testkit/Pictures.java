package dev.wearon.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures that are trouble. */
public final class Pictures {

    /** Where the data begins in a PNG as ImageIO writes it: behind the mark, the header and the chunk's own eight bytes. */
    private static final int DATA = 8 + 25 + 8;

    /** The checksum of the data's chunk, and the last chunk. */
    private static final int END = 4 + 12;

    private Pictures() {}

    /** Large and noisy, so that the work takes a while. */
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

    /** Well framed and of modest size, so that it can be uploaded, with data that nobody can decode. */
    public static byte[] torn() throws IOException {
        byte[] png = noise(16);
        Arrays.fill(png, DATA, png.length - END, (byte) 0xff);
        return png;
    }
}
