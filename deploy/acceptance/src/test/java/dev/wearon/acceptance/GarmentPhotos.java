package dev.wearon.acceptance;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;

/** Photos that tests draw: garments that are hard to see, and things that are no garment. */
final class GarmentPhotos {

    static final Color WALL_OF_THE_LARGEST = new Color(190, 216, 196);

    private static final int SIDE = 600;

    private GarmentPhotos() {}

    /** A photo without anything on it. */
    static byte[] blank(Color colour) throws IOException {
        BufferedImage photo = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        fill(photo, colour);
        return ResultPicture.png(photo);
    }

    static byte[] transparent() throws IOException {
        return ResultPicture.png(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB));
    }

    /** A black shirt on a wall that is nearly as dark, with the noise of a camera. */
    static byte[] blackOnBlack() throws IOException {
        BufferedImage photo = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Polygon shirt = new Polygon(
                new int[] {210, 260, 300, 340, 390, 540, 500, 420, 420, 180, 180, 100, 60},
                new int[] {80, 110, 120, 110, 80, 180, 270, 220, 540, 540, 220, 270, 180},
                13);
        Random noise = new Random(7);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int value = (shirt.contains(x, y) ? 40 : 20) + noise.nextInt(5);
                photo.setRGB(x, y, new Color(value, value, value + 2).getRGB());
            }
        }
        return ResultPicture.png(photo);
    }

    /** The red cloth of a photo on a white background, without the background and the shadow. */
    static BufferedImage redOnly(BufferedImage photo) {
        BufferedImage cut = new BufferedImage(photo.getWidth(), photo.getHeight(), BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < photo.getHeight(); y++) {
            for (int x = 0; x < photo.getWidth(); x++) {
                Color pixel = new Color(photo.getRGB(x, y));
                int redness = pixel.getRed() - Math.max(pixel.getGreen(), pixel.getBlue());
                int alpha = Math.clamp((redness - 30) * 4L, 0, 255);
                cut.setRGB(x, y, pixel.getRGB() & 0xFFFFFF | alpha << 24);
            }
        }
        return cut;
    }

    /** The pixels of a PNG with grey and alpha as red, green, blue and alpha. */
    static BufferedImage greyAlphaAsColours(byte[] png) throws IOException {
        Raster pixels = ImageIO.read(new ByteArrayInputStream(png)).getRaster();
        BufferedImage colours = new BufferedImage(pixels.getWidth(), pixels.getHeight(), BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < pixels.getHeight(); y++) {
            for (int x = 0; x < pixels.getWidth(); x++) {
                int grey = pixels.getSample(x, y, 0);
                colours.setRGB(x, y, pixels.getSample(x, y, 1) << 24 | grey << 16 | grey << 8 | grey);
            }
        }
        return colours;
    }

    /** Three people; the largest is neither in the middle nor the first from the left. */
    static BufferedImage group(BufferedImage person) {
        BufferedImage photo = new BufferedImage(1_500, 900, BufferedImage.TYPE_INT_RGB);
        fill(photo, new Color(205, 210, 216));
        Graphics2D graphics = photo.createGraphics();
        graphics.setColor(WALL_OF_THE_LARGEST);
        graphics.fillRect(850, 0, 650, 900);
        graphics.drawImage(ResultPicture.scaled(person, 180, 180), 90, 700, null);
        graphics.drawImage(ResultPicture.scaled(person, 240, 240), 560, 640, null);
        graphics.drawImage(ResultPicture.scaled(person, 480, 480), 960, 400, null);
        graphics.dispose();
        return photo;
    }

    /** The beginning of a file of the ISO base media format, and nothing of its pixels. */
    static byte[] isoMedia(String brand) {
        return ByteBuffer.allocate(512)
                .putInt(24)
                .put(("ftyp" + brand + "\0\0\0\0" + "mif1" + brand).getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static void fill(BufferedImage photo, Color colour) {
        Graphics2D graphics = photo.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, photo.getWidth(), photo.getHeight());
        graphics.dispose();
    }
}
