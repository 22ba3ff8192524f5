package dev.wearon.testkit.pictures;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes images of the three types: real ones, and small ones that declare any size. */
public final class Images {

    private static final Path PERSON = Path.of("../deploy/local/samples/person.png");

    private Images() {}

    /** Makes a complete JPEG whose pixel data repeats {@code fill}. */
    public static byte[] jpeg(int width, int height, int size, int fill) {
        ByteBuffer jpeg = ByteBuffer.allocate(size);
        jpeg.putShort((short) 0xFFD8);
        jpeg.putShort((short) 0xFFC0).putShort((short) 11).put((byte) 8);
        jpeg.putShort((short) height).putShort((short) width).put(new byte[] {1, 1, 0x11, 0});
        jpeg.putShort((short) 0xFFDA).putShort((short) 8).put(new byte[] {1, 1, 0, 0, 63, 0});
        Arrays.fill(jpeg.array(), jpeg.position(), size - 2, (byte) fill);
        jpeg.putShort(size - 2, (short) 0xFFD9);
        return jpeg.array();
    }

    public static byte[] jpeg(int width, int height) {
        return jpeg(width, height, 60, 7);
    }

    /** Converts the sample person.png to a JPEG as a camera writes it. */
    public static byte[] photo(boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            BufferedImage png = ImageIO.read(PERSON.toFile());
            BufferedImage person = new BufferedImage(png.getWidth(), png.getHeight(), BufferedImage.TYPE_INT_RGB);
            person.createGraphics().drawImage(png, 0, 0, null);
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(out);
            writer.write(null, new IIOImage(person, null, null), how);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Inserts an EXIF block: a rotation to the right, and a thumbnail that is a JPEG itself. */
    public static byte[] withExif(byte[] photo, byte[] thumbnail) {
        ByteBuffer exif = ByteBuffer.allocate(photo.length + 4 + 62 + thumbnail.length);
        exif.put(photo, 0, 2);
        exif.putShort((short) 0xFFE1).putShort((short) (2 + 62 + thumbnail.length));
        exif.put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
        exif.putShort((short) 1);
        field(exif, 0x0112, 3, 6 << 16).putInt(26);
        exif.putShort((short) 2);
        field(exif, 0x0201, 4, 56);
        field(exif, 0x0202, 4, thumbnail.length).putInt(0);
        exif.put(thumbnail);
        return exif.put(photo, 2, photo.length - 2).flip().array();
    }

    private static ByteBuffer field(ByteBuffer exif, int tag, int type, int value) {
        return exif.putShort((short) tag).putShort((short) type).putInt(1).putInt(value);
    }

    public static byte[] png(int width, int height) {
        ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12 + 12).putLong(0x89504E470D0A1A0AL);
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 6, 0, 0, 0})
                .array();
        return chunk(chunk(chunk(png, "IHDR", header), "IDAT", new byte[0]), "IEND", new byte[0])
                .array();
    }

    static ByteBuffer chunk(ByteBuffer png, String type, byte[] content) {
        int start = png.putInt(content.length).position();
        png.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(png.array(), start, png.position() - start);
        return png.putInt((int) crc.getValue());
    }

    public static byte[] lossyWebp(int width, int height) {
        return riff(vp8(width, height));
    }

    public static byte[] losslessWebp(int width, int height) {
        ByteBuffer content = little(5).put((byte) 0x2F).putInt(width - 1 | height - 1 << 14);
        return riff(chunk("VP8L", content));
    }

    /** Makes an animation of one picture. */
    public static byte[] extendedWebp(int canvasWidth, int canvasHeight, int width, int height) {
        return animatedWebp(canvasWidth, canvasHeight, 0, 0, width, height);
    }

    static byte[] animatedWebp(int canvasWidth, int canvasHeight, int left, int top, int width, int height) {
        ByteBuffer picture = vp8(width, height);
        ByteBuffer frame = little(16 + picture.capacity()).position(16).put(picture);
        threeBytes(threeBytes(frame, 0, left / 2), 3, top / 2);
        threeBytes(threeBytes(frame, 6, width - 1), 9, height - 1);
        return riff(canvas(2, canvasWidth, canvasHeight), chunk("ANIM", little(6)), chunk("ANMF", frame));
    }

    /** Makes a still picture with an extended header. */
    static byte[] stillWebp(int canvasWidth, int canvasHeight, int width, int height) {
        return riff(canvas(0, canvasWidth, canvasHeight), vp8(width, height));
    }

    private static ByteBuffer canvas(int flags, int width, int height) {
        return chunk("VP8X", threeBytes(threeBytes(little(10).putInt(0, flags), 4, width - 1), 7, height - 1));
    }

    private static ByteBuffer threeBytes(ByteBuffer bytes, int at, int value) {
        return bytes.putShort(at, (short) value).put(at + 2, (byte) (value >>> 16));
    }

    private static ByteBuffer vp8(int width, int height) {
        ByteBuffer content = little(12).put(new byte[] {0x10, 0, 0, (byte) 0x9D, 1, 0x2A});
        return chunk("VP8 ", content.putShort((short) width).putShort((short) height));
    }

    private static byte[] riff(ByteBuffer... chunks) {
        int length = Arrays.stream(chunks).mapToInt(ByteBuffer::capacity).sum();
        ByteBuffer file = little(12 + length);
        file.put(ascii("RIFF")).putInt(4 + length).put(ascii("WEBP"));
        Arrays.stream(chunks).forEach(file::put);
        return file.array();
    }

    private static ByteBuffer chunk(String type, ByteBuffer content) {
        int length = content.capacity();
        ByteBuffer chunk = little(8 + length + (length & 1));
        chunk.put(ascii(type)).putInt(length).put(content.clear());
        return chunk.clear();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public static byte[] joined(byte[] first, byte[] then) {
        return ByteBuffer.allocate(first.length + then.length)
                .put(first)
                .put(then)
                .array();
    }
}
