package dev.wearon.generation.photos;

import dev.wearon.generation.photos.Pixels.Model;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A JPEG. The decoder of the JDK gets only the segments that hold pixels, and returns the stored components. What they mean is
 * decided here, as in libjpeg and browsers.
 */
final class JpegFile implements PhotoFile {

    private final JpegSegments segments;

    private JpegFile(JpegSegments segments) {
        this.segments = segments;
    }

    static boolean recognizes(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xD8 && bytes[2] == (byte) 0xFF;
    }

    static JpegFile of(byte[] bytes) throws IOException {
        return new JpegFile(JpegSegments.of(bytes));
    }

    @Override
    public int width() {
        return segments.width();
    }

    @Override
    public int height() {
        return segments.height();
    }

    @Override
    public Colours colours() {
        return Colours.ofProfile(segments.profile());
    }

    @Override
    public int orientation() {
        return segments.orientation();
    }

    /** The bytes twice more, the kept components, and for several scans all coefficients outside of the heap. */
    @Override
    public long decodingMemory(int step) {
        long kept = (long) Pixels.kept(width(), step) * Pixels.kept(height(), step) * segments.components();
        return 2L * segments.size() + kept + segments.coefficientBytes() + (1 << 20);
    }

    @Override
    public Pixels decode(int step) throws IOException {
        byte[] pixels = segments.pixelsOnly();
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        AtomicReference<String> loss = new AtomicReference<>();
        reader.addIIOReadWarningListener((source, warning) -> {
            if (meansLoss(warning)) {
                loss.compareAndSet(null, warning);
            }
        });
        reader.addIIOReadUpdateListener(new AbortIfInterrupted());
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(pixels))) {
            reader.setInput(in, true, true);
            ImageReadParam skipping = reader.getDefaultReadParam();
            skipping.setSourceSubsampling(step, step, 0, 0);
            Raster raster = reader.readRaster(0, skipping);
            Interruption.check();
            if (loss.get() != null) {
                throw new IOException(loss.get());
            }
            return pixels(raster);
        } catch (RuntimeException broken) {
            if (broken instanceof CancellationException) {
                throw broken;
            }
            // Broken bytes make the decoder throw any kind of exception.
            throw new IOException(broken);
        } finally {
            reader.dispose();
        }
    }

    /** The decoder fills what it misses with grey and only warns. The warnings of libjpeg are always in English. */
    private static boolean meansLoss(String warning) {
        return warning.contains("remature end")
                || warning.contains("bad Huffman code")
                || warning.contains("instead of RST");
    }

    private Pixels pixels(Raster raster) throws IOException {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        if (bands != segments.components()) {
            throw new IOException("was decoded with other components than it has");
        }
        Model model = bands == 1 ? Model.GREY : bands == 3 ? Model.RGB : Model.CMYK;
        Pixels result = new Pixels(width, raster.getHeight(), model);
        boolean luminance = segments.isLuminanceAndChrominance();
        int[] row = new int[width * bands];
        for (int y = 0; y < raster.getHeight(); y++) {
            Interruption.check();
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int at = x * bands;
                int colour =
                        switch (bands) {
                            case 1 -> row[at] * 0x10101;
                            default ->
                                luminance
                                        ? rgb(row[at], row[at + 1] - 128, row[at + 2] - 128)
                                        : row[at] << 16 | row[at + 1] << 8 | row[at + 2];
                        };
                result.values()[y * width + x] =
                        bands == 4 ? inks(colour, row[at + 3], luminance) : 0xFF000000 | colour;
            }
        }
        return result;
    }

    /** ITU-R BT.601 with full range, rounded as in libjpeg. */
    private static int rgb(int y, int blueness, int redness) {
        int red = y + (91881 * redness + 32768 >> 16);
        int green = y + (-22554 * blueness - 46802 * redness + 32768 >> 16);
        int blue = y + (116130 * blueness + 32768 >> 16);
        return Math.clamp(red, 0, 255) << 16 | Math.clamp(green, 0, 255) << 8 | Math.clamp(blue, 0, 255);
    }

    /**
     * Programs store the light that the inks leave. Luminance and chrominance are of the inks themselves.
     */
    private static int inks(int colour, int black, boolean luminance) {
        int cmy = luminance ? colour : ~colour & 0xFFFFFF;
        return cmy << 8 | 255 - black;
    }

    /** Is called for every kept row of every scan. The decoder reports its progress in the first scans only. */
    private static final class AbortIfInterrupted implements IIOReadUpdateListener {

        @Override
        public void imageUpdate(
                ImageReader source,
                BufferedImage image,
                int minX,
                int minY,
                int width,
                int height,
                int periodX,
                int periodY,
                int[] bands) {
            abortIfInterrupted(source);
        }

        @Override
        public void passStarted(
                ImageReader source,
                BufferedImage image,
                int pass,
                int minPass,
                int maxPass,
                int minX,
                int minY,
                int periodX,
                int periodY,
                int[] bands) {
            abortIfInterrupted(source);
        }

        private static void abortIfInterrupted(ImageReader source) {
            if (Thread.currentThread().isInterrupted()) {
                source.abort();
            }
        }

        @Override
        public void passComplete(ImageReader source, BufferedImage image) {}

        @Override
        public void thumbnailPassStarted(
                ImageReader source,
                BufferedImage thumbnail,
                int pass,
                int minPass,
                int maxPass,
                int minX,
                int minY,
                int periodX,
                int periodY,
                int[] bands) {}

        @Override
        public void thumbnailUpdate(
                ImageReader source,
                BufferedImage thumbnail,
                int minX,
                int minY,
                int width,
                int height,
                int periodX,
                int periodY,
                int[] bands) {}

        @Override
        public void thumbnailPassComplete(ImageReader source, BufferedImage thumbnail) {}
    }
}
