package dev.wearon.generation.models;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/** Encodes results (quality 0.9, no metadata) and reads the headers of photos. */
final class Jpeg {

    private static final float QUALITY = 0.9f;
    private static final short START_OF_IMAGE = (short) 0xFFD8;
    private static final int START_OF_SCAN = 0xFFDA;
    private static final int APP1 = 0xFFE1;
    private static final Set<Integer> START_OF_FRAME = Set.of(0xFFC0, 0xFFC1, 0xFFC9);
    private static final Set<Integer> START_OF_PROGRESSIVE_FRAME = Set.of(0xFFC2, 0xFFC6, 0xFFCA, 0xFFCE);

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

    /** Reads the orientation from the EXIF of a JPEG; top left without readable EXIF. */
    static Orientation orientation(byte[] bytes) {
        return segments(bytes).stream()
                .filter(segment -> segment.marker() == APP1)
                .map(Segment::content)
                .filter(content -> new String(content, StandardCharsets.ISO_8859_1).startsWith("Exif\0\0"))
                .findFirst()
                .map(Jpeg::fromExif)
                .orElse(Orientation.TOP_LEFT);
    }

    /**
     * Whether the pixels come in several scans: each has the whole photo, sharper or in another colour than the one before. A
     * decoder keeps the whole photo until the last scan.
     */
    static boolean hasSeveralScans(byte[] bytes) {
        int colours = 0;
        for (Segment segment : segments(bytes)) {
            byte[] content = segment.content();
            if (START_OF_PROGRESSIVE_FRAME.contains(segment.marker())) {
                return true;
            }
            if (START_OF_FRAME.contains(segment.marker()) && content.length > 5) {
                colours = content[5];
            }
            if (segment.marker() == START_OF_SCAN && content.length > 0) {
                return content[0] < colours;
            }
        }
        return false;
    }

    private record Segment(int marker, byte[] content) {}

    /**
     * The segments up to the header of the first scan; none if the bytes are no JPEG. This code walks through the segments itself, because
     * ImageIO's metadata reader refuses the order in which cameras write them.
     */
    private static List<Segment> segments(byte[] bytes) {
        ByteBuffer photo = ByteBuffer.wrap(bytes);
        List<Segment> segments = new ArrayList<>();
        if (bytes.length < 4 || photo.getShort() != START_OF_IMAGE) {
            return segments;
        }
        while (photo.remaining() >= 4) {
            int marker = photo.getShort() & 0xFFFF;
            int length = (photo.getShort() & 0xFFFF) - 2;
            if (marker < 0xFF00 || length < 0 || length > photo.remaining()) {
                break;
            }
            byte[] content = new byte[length];
            photo.get(content);
            segments.add(new Segment(marker, content));
            if (marker == START_OF_SCAN) {
                break;
            }
        }
        return segments;
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
