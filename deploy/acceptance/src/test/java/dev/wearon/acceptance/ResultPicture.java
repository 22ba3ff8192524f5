package dev.wearon.acceptance;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Compares pictures by the mean colours of their parts, so that the noise of encoders does not count. */
final class ResultPicture {

    private static final int COLUMNS = 48;
    private static final int ROWS = 64;

    private ResultPicture() {}

    static byte[] png(BufferedImage picture) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        return png.toByteArray();
    }

    static BufferedImage scaled(BufferedImage picture, int width, int height) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }

    static BufferedImage read(byte[] picture) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(picture));
    }

    /** The type that the first bytes have, if it is one that storage accepts. */
    static Optional<String> contentType(byte[] picture) {
        return switch (picture[0] & 0xFF) {
            case 0xFF -> Optional.of("image/jpeg");
            case 0x89 -> Optional.of("image/png");
            case 'R' -> Optional.of("image/webp");
            default -> Optional.empty();
        };
    }

    /** The largest difference of a channel. */
    static int distance(Color one, Color other) {
        return Math.max(
                Math.abs(one.getRed() - other.getRed()),
                Math.max(Math.abs(one.getGreen() - other.getGreen()), Math.abs(one.getBlue() - other.getBlue())));
    }

    /** The share of the parts that are clearly red. */
    static double shareOfRed(BufferedImage picture) {
        int red = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                Color part = part(picture, column, row);
                red += part.getRed() > 100 && part.getRed() > 2.5 * Math.max(part.getGreen(), part.getBlue()) ? 1 : 0;
            }
        }
        return (double) red / (ROWS * COLUMNS);
    }

    /** The mean difference of all channels of 48 × 64 parts, 0 to 255. */
    static double difference(BufferedImage one, BufferedImage other) {
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                Color first = part(one, column, row);
                Color second = part(other, column, row);
                sum += Math.abs(first.getRed() - second.getRed())
                        + Math.abs(first.getGreen() - second.getGreen())
                        + Math.abs(first.getBlue() - second.getBlue());
            }
        }
        return sum / (3 * ROWS * COLUMNS);
    }

    private static Color part(BufferedImage picture, int column, int row) {
        return mean(
                picture, (double) column / COLUMNS, (double) row / ROWS, (column + 1.0) / COLUMNS, (row + 1.0) / ROWS);
    }

    /** The mean colour of a rectangle; its edges are shares of the picture's width and height. */
    static Color mean(BufferedImage picture, double left, double top, double right, double bottom) {
        long[] sums = new long[3];
        int count = 0;
        for (int y = (int) (top * picture.getHeight()); y < (int) (bottom * picture.getHeight()); y++) {
            for (int x = (int) (left * picture.getWidth()); x < (int) (right * picture.getWidth()); x++) {
                Color pixel = new Color(picture.getRGB(x, y));
                sums[0] += pixel.getRed();
                sums[1] += pixel.getGreen();
                sums[2] += pixel.getBlue();
                count++;
            }
        }
        return new Color((int) (sums[0] / count), (int) (sums[1] / count), (int) (sums[2] / count));
    }
}
