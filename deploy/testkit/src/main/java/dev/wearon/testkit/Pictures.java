package dev.wearon.testkit;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures that take long or cannot be decoded. */
public final class Pictures {

    /** Where the data begins in a PNG of ImageIO: after the signature, the header and the first eight bytes of the chunk. */
    private static final int DATA = 8 + 25 + 8;

    /** The length of the data chunk's checksum and of the last chunk. */
    private static final int END = 4 + 12;

    private static final int SMALL = 192;

    private Pictures() {}

    /** A photo in this size with random differences between its pixels, so that it takes long. */
    public static byte[] large(Path photo, int side) throws IOException {
        BufferedImage large = scaled(ImageIO.read(photo.toFile()), side);
        Random random = new Random(1);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                // Only the lower bits change, and the person is still seen.
                large.setRGB(x, y, large.getRGB(x, y) ^ random.nextInt() & 0x0F0F0F);
            }
        }
        return png(large);
    }

    /** A photo in few pixels, so that it takes little time. */
    public static byte[] small(Path photo) throws IOException {
        return png(scaled(ImageIO.read(photo.toFile()), SMALL));
    }

    private static BufferedImage scaled(BufferedImage photo, int side) {
        BufferedImage scaled = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(photo, 0, 0, side, side, null);
        graphics.dispose();
        return scaled;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static byte[] noise(int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        return png(image);
    }

    /** A small PNG with valid chunks, so it can be uploaded, but its data cannot be decoded. */
    public static byte[] torn() throws IOException {
        byte[] png = noise(16);
        Arrays.fill(png, DATA, png.length - END, (byte) 0xff);
        return png;
    }
}
