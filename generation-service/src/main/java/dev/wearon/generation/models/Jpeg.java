package dev.wearon.generation.models;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/** Encodes results (quality 0.9, no metadata) and reads the orientation of photos. */
final class Jpeg {

    private static final float QUALITY = 0.9f;
    private static final short START_OF_IMAGE = (short) 0xFFD8;
    private static final int START_OF_SCAN = 0xFFDA;
    private static final int APP1 = 0xFFE1;

    private Jpeg() {}

    /** @param picture without alpha */
    static byte[] encode(BufferedImage picture) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /**
     * Reads the orientation from the EXIF of a JPEG; top left without readable EXIF. This code walks through the segments itself,
     * because ImageIO's metadata reader refuses the order in which cameras write them.
     */
    static Orientation orientation(byte[] bytes) {
        ByteBuffer photo = ByteBuffer.wrap(bytes);
        if (bytes.length < 4 || photo.getShort() != START_OF_IMAGE) {
            return Orientation.TOP_LEFT;
        }
        while (photo.remaining() >= 4) {
            int marker = photo.getShort() & 0xFFFF;
            int length = (photo.getShort() & 0xFFFF) - 2;
            if (marker < 0xFF00 || marker == START_OF_SCAN || length < 0 || length > photo.remaining()) {
                break;
            }
            byte[] segment = new byte[length];
            photo.get(segment);
            if (marker == APP1 && new String(segment, StandardCharsets.ISO_8859_1).startsWith("Exif\0\0")) {
                return fromExif(segment);
            }
        }
        return Orientation.TOP_LEFT;
    }

    private static Orientation fromExif(byte[] exif) {
        try {
            return Objects.requireNonNullElse(ExifUtils.getOrientationFromExif(exif), Orientation.TOP_LEFT);
        } catch (RuntimeException broken) {
            // Broken EXIF does not make the photo unusable.
            return Orientation.TOP_LEFT;
        }
    }
}
