package dev.wearon.generation.models;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Image bytes for tests: the samples of the demo, and generated pictures. */
public final class Samples {

    private static final Path FOLDER = Path.of("../deploy/local/samples");

    private Samples() {}

    public static byte[] person() throws IOException {
        return Files.readAllBytes(FOLDER.resolve("person.png"));
    }

    public static byte[] sweater() throws IOException {
        return Files.readAllBytes(FOLDER.resolve("garment.png"));
    }

    /** @param name {@code person} is a lossy version of 256 × 256 pixels; {@code t-shirt} is lossless and has alpha */
    public static byte[] webp(String name) throws IOException {
        try (InputStream in = Samples.class.getResourceAsStream("/models/" + name + ".webp")) {
            return in.readAllBytes();
        }
    }

    /** One of the pictures as phones, shops and image tools make them. */
    public static byte[] shared(String name) throws IOException {
        return Files.readAllBytes(Path.of("../deploy/testkit/samples", name));
    }

    /** A square of green cloth with a hole of a third of its width in the middle. */
    public static BufferedImage greenClothWithHole() {
        BufferedImage cloth = new BufferedImage(300, 300, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = cloth.createGraphics();
        graphics.setColor(new Color(20, 200, 40));
        graphics.fillRect(0, 0, 300, 300);
        graphics.setComposite(AlphaComposite.Clear);
        graphics.fillRect(100, 100, 100, 100);
        graphics.dispose();
        return cloth;
    }

    public static BufferedImage plain(int width, int height, int type, Color colour) {
        BufferedImage picture = new BufferedImage(width, height, type);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return picture;
    }

    /** A copy with the pixels as the model gets them. */
    public static BufferedImage argb(BufferedImage picture) {
        BufferedImage argb = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = argb.createGraphics();
        graphics.drawImage(picture, 0, 0, null);
        graphics.dispose();
        return argb;
    }

    public static byte[] encoded(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(picture, format, bytes)) {
            throw new IllegalArgumentException("Cannot be written as " + format);
        }
        return bytes.toByteArray();
    }

    public static BufferedImage decoded(byte[] bytes) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }

    /** A PNG of a few dozen bytes whose header declares the given size. */
    public static byte[] pngDeclaring(int width, int height) {
        ByteBuffer png = ByteBuffer.allocate(8 + 25 + 13 + 12);
        png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                png,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 6, 0, 0, 0})
                        .array());
        // One byte of data: the header is judged before the pixels.
        chunk(png, "IDAT", new byte[1]);
        chunk(png, "IEND", new byte[0]);
        return png.array();
    }

    private static void chunk(ByteBuffer png, String type, byte[] content) {
        png.putInt(content.length);
        int start = png.position();
        png.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(png.array(), start, png.position() - start);
        png.putInt((int) crc.getValue());
    }

    /** Inserts an EXIF block with the orientation into the JPEG. */
    public static byte[] withOrientation(byte[] jpeg, int orientation) {
        ByteBuffer turned = ByteBuffer.allocate(jpeg.length + 36);
        turned.put(jpeg, 0, 2);
        turned.putShort((short) 0xFFE1).putShort((short) 34).put(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        turned.put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1});
        turned.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        turned.putShort((short) 0).putInt(0);
        turned.put(jpeg, 2, jpeg.length - 2);
        return turned.array();
    }

    /** A lossless WebP that ends after its header. */
    public static byte[] webpDeclaring(int width, int height) {
        ByteBuffer webp = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        webp.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(32);
        webp.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(20);
        webp.put((byte) 0x2F).putInt(width - 1 | height - 1 << 14);
        return webp.array();
    }
}
