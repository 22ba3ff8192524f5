package dev.wearon.generation.models;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.wearon.images.ImageLimits;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * Decodes untrusted JPEG, PNG and WebP. It recognizes the type by the bytes. It checks the size in the header before it decodes,
 * and skips pixels while decoding, so that the requested size bounds the memory. WebP is always decoded whole, so its limit is
 * 8 megapixels. A JPEG of several scans is held whole outside of the heap. CMYK JPEGs are not supported.
 */
final class PhotoReader {

    /**
     * Allows one decoding of a whole photo at a time. A WebP needs much heap. A JPEG of several scans needs 3 to 8 bytes outside
     * of the heap for each pixel, 200 MB at most.
     */
    private static final ReentrantLock WHOLE_PHOTO = new ReentrantLock();

    sealed interface Result {
        /** Upright, {@code TYPE_INT_ARGB}. */
        record Readable(BufferedImage photo) implements Result {}

        record Unreadable(String why) implements Result {}
    }

    private PhotoReader() {}

    /** @param longestSide limit for both sides of the result, in pixels */
    static Result read(byte[] bytes, int longestSide) {
        ImageReader reader = readerFor(bytes);
        if (reader == null) {
            return new Result.Unreadable("neither JPEG, PNG nor WebP");
        }
        if (isWebp(bytes) && cutShort(bytes)) {
            return new Result.Unreadable("ends before its last pixel");
        }
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in);
            return read(reader, bytes, longestSide);
        } catch (IOException | RuntimeException undecodable) {
            // Broken bytes make the decoders throw any kind of exception.
            return new Result.Unreadable("cannot be decoded: " + undecodable);
        } finally {
            reader.dispose();
        }
    }

    private static Result read(ImageReader reader, byte[] bytes, int longestSide) throws IOException {
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width > ImageLimits.MAX_SIDE
                || height > ImageLimits.MAX_SIDE
                || width * height > (isWebp(bytes) ? ImageLimits.MAX_WEBP_PIXELS : ImageLimits.MAX_PIXELS)) {
            return new Result.Unreadable("%d × %d pixels are too many".formatted(width, height));
        }
        AtomicBoolean truncated = new AtomicBoolean();
        // The JPEG decoder fills a truncated photo with grey and only warns. The warning is always in English.
        reader.addIIOReadWarningListener((source, warning) -> {
            if (warning.contains("remature end")) {
                truncated.set(true);
            }
        });
        int step = Math.ceilDiv((int) Math.max(width, height), longestSide);
        ImageReadParam skipping = reader.getDefaultReadParam();
        skipping.setSourceSubsampling(step, step, 0, 0);
        boolean holdsWholePhoto = isWebp(bytes) || Jpeg.hasSeveralScans(bytes);
        BufferedImage decoded = holdsWholePhoto ? readOneAtATime(reader, skipping) : reader.read(0, skipping);
        if (reader.getFormatName().equalsIgnoreCase("jpeg")
                && decoded.getRaster().getNumBands() > 3) {
            // The decoder returns the four inks as red, green, blue and alpha.
            return new Result.Unreadable("CMYK cannot be decoded");
        }
        return truncated.get()
                ? new Result.Unreadable("ends before its last pixel")
                : new Result.Readable(upright(argb(decoded), bytes));
    }

    private static BufferedImage readOneAtATime(ImageReader reader, ImageReadParam skipping) throws IOException {
        WHOLE_PHOTO.lock();
        try {
            return reader.read(0, skipping);
        } finally {
            WHOLE_PHOTO.unlock();
        }
    }

    private static ImageReader readerFor(byte[] bytes) {
        if (startsWith(bytes, 0, 0xFF, 0xD8, 0xFF)) {
            return ImageIO.getImageReadersByFormatName("jpeg").next();
        }
        if (startsWith(bytes, 0, 0x89, 'P', 'N', 'G')) {
            return ImageIO.getImageReadersByFormatName("png").next();
        }
        if (isWebp(bytes)) {
            // ImageIO's registry is not used: its content depends on the class loader that uses it first.
            return new WebPImageReaderSpi().createReaderInstance(null);
        }
        return null;
    }

    private static boolean isWebp(byte[] bytes) {
        return startsWith(bytes, 0, 'R', 'I', 'F', 'F') && startsWith(bytes, 8, 'W', 'E', 'B', 'P');
    }

    private static boolean startsWith(byte[] bytes, int offset, int... expected) {
        if (bytes.length < offset + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[offset + i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static BufferedImage argb(BufferedImage decoded) {
        if (decoded.getType() == BufferedImage.TYPE_INT_ARGB) {
            return decoded;
        }
        BufferedImage argb = new BufferedImage(decoded.getWidth(), decoded.getHeight(), BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = argb.createGraphics();
        graphics.drawImage(decoded, 0, 0, null);
        graphics.dispose();
        return argb;
    }

    private static BufferedImage upright(BufferedImage photo, byte[] bytes) {
        Orientation orientation = Jpeg.orientation(bytes);
        return orientation == Orientation.TOP_LEFT
                ? photo
                : argb(ExifFilterUtils.getFilterForOrientation(orientation).apply(photo));
    }

    /** Compares the length in the WebP's header with the bytes. The decoder would read missing bytes as zeros. */
    private static boolean cutShort(byte[] webp) {
        ByteBuffer header = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        return Integer.toUnsignedLong(header.getInt(4)) + 8 > webp.length;
    }
}
