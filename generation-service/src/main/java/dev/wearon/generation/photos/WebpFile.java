package dev.wearon.generation.photos;

import dev.wearon.generation.photos.Pixels.Model;
import dev.wearon.generation.photos.webp.Lossless;
import dev.wearon.generation.photos.webp.Lossy;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A WebP: a still picture, or the first frame of an animation (RFC 9649). */
final class WebpFile implements PhotoFile {

    private static final int RIFF = tag("RIFF");
    private static final int WEBP = tag("WEBP");
    private static final int LOSSY = tag("VP8 ");
    private static final int LOSSLESS = tag("VP8L");
    private static final int EXTENDED = tag("VP8X");
    private static final int ALPHA = tag("ALPH");
    private static final int FRAME = tag("ANMF");
    private static final int PROFILE = tag("ICCP");
    private static final int EXIF_CHUNK = tag("EXIF");

    private static final int HAS_PROFILE = 0x20;
    private static final int HAS_EXIF = 0x08;
    private static final int HAS_ANIMATION = 0x02;

    private static final int FRAME_HEADER = 16;

    private final byte[] bytes;

    /** What the extended header says: the file has these chunks. */
    private int flags;

    private int width;
    private int height;

    /** The frame's place on the picture; the picture's own for a still picture. */
    private int left;

    private int top;
    private int frameWidth;
    private int frameHeight;

    private Chunk pixels;
    private Chunk alpha;
    private Chunk profile;
    private int orientation = Exif.UPRIGHT;

    private record Chunk(int tag, int start, int end) {}

    private WebpFile(byte[] bytes) {
        this.bytes = bytes;
    }

    static boolean recognizes(byte[] bytes) {
        return bytes.length >= 12 && littleEndian(bytes, 0, 4) == RIFF && littleEndian(bytes, 8, 4) == WEBP;
    }

    static WebpFile of(byte[] bytes) throws IOException {
        WebpFile file = new WebpFile(bytes);
        long declared = Integer.toUnsignedLong(littleEndian(bytes, 4, 4)) + 8;
        file.walk(12, (int) Math.min(declared, bytes.length), false);
        if (file.pixels == null) {
            throw new EOFException("ends before its last pixel");
        }
        file.readSize();
        return file;
    }

    /** Goes through the chunks. Of several of a kind the first counts. */
    private void walk(int start, int end, boolean inFrame) throws IOException {
        int at = start;
        while (end - at >= 8) {
            int tag = littleEndian(bytes, at, 4);
            long length = Integer.toUnsignedLong(littleEndian(bytes, at + 4, 4));
            boolean whole = length <= end - at - 8;
            Chunk chunk = new Chunk(tag, at + 8, whole ? at + 8 + (int) length : end);
            if (!whole && pixels == null && (tag == LOSSY || tag == LOSSLESS || tag == ALPHA)) {
                throw new EOFException("ends before its last pixel");
            }
            if (whole || tag == FRAME) {
                take(chunk, inFrame);
            }
            if (!whole) {
                return;
            }
            at = (int) Math.min(end, chunk.end + (length & 1));
        }
    }

    private void take(Chunk chunk, boolean inFrame) throws IOException {
        int length = chunk.end - chunk.start;
        boolean isAnimation = (flags & HAS_ANIMATION) != 0;
        if (chunk.tag == EXTENDED && length >= 10 && width == 0 && pixels == null) {
            flags = bytes[chunk.start];
            width = 1 + littleEndian(bytes, chunk.start + 4, 3);
            height = 1 + littleEndian(bytes, chunk.start + 7, 3);
        } else if (chunk.tag == FRAME && isAnimation && !inFrame && pixels == null && length >= FRAME_HEADER) {
            left = 2 * littleEndian(bytes, chunk.start, 3);
            top = 2 * littleEndian(bytes, chunk.start + 3, 3);
            frameWidth = 1 + littleEndian(bytes, chunk.start + 6, 3);
            frameHeight = 1 + littleEndian(bytes, chunk.start + 9, 3);
            walk(chunk.start + FRAME_HEADER, chunk.end, true);
        } else if ((chunk.tag == LOSSY || chunk.tag == LOSSLESS) && pixels == null && inFrame == isAnimation) {
            pixels = chunk;
        } else if (chunk.tag == ALPHA && alpha == null && pixels == null && width > 0 && inFrame == isAnimation) {
            alpha = chunk;
        } else if (chunk.tag == PROFILE
                && profile == null
                && (flags & HAS_PROFILE) != 0
                && length <= Colours.MAX_PROFILE) {
            profile = chunk;
        } else if (chunk.tag == EXIF_CHUNK && (flags & HAS_EXIF) != 0) {
            flags &= ~HAS_EXIF;
            orientation = Exif.orientation(bytes, chunk.start, chunk.end);
        }
    }

    private void readSize() throws IOException {
        int[] size = sizeOfPixels();
        if (frameWidth == 0) {
            frameWidth = size[0];
            frameHeight = size[1];
        }
        if (width == 0) {
            width = frameWidth;
            height = frameHeight;
        }
        boolean isAnimation = (flags & HAS_ANIMATION) != 0;
        boolean fits = isAnimation
                ? (long) left + frameWidth <= width && (long) top + frameHeight <= height
                : frameWidth == width && frameHeight == height;
        if (size[0] != frameWidth || size[1] != frameHeight || size[0] == 0 || size[1] == 0 || !fits) {
            throw new IOException("its frame has another size than its header says");
        }
    }

    private int[] sizeOfPixels() throws IOException {
        if (pixels.tag == LOSSLESS) {
            Lossless.Header header = Lossless.header(bytes, pixels.start, pixels.end);
            if (header != null) {
                return new int[] {header.width(), header.height()};
            }
        } else {
            int[] size = Lossy.size(bytes, pixels.start, pixels.end);
            if (size != null) {
                return size;
            }
        }
        throw new IOException("its frame has no header");
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public Colours colours() {
        return Colours.ofProfile(profile == null ? null : Arrays.copyOfRange(bytes, profile.start, profile.end));
    }

    @Override
    public int orientation() {
        return orientation;
    }

    /** Lossy: brightness and colour of the frame. Lossless: the window, the codes, and the data of transforms. */
    @Override
    public long decodingMemory(int step) {
        long frame = (long) frameWidth * frameHeight;
        long lossless = (24L << 20) + frame * 3 / 4;
        return pixels.tag == LOSSLESS ? lossless : alpha == null ? frame * 3 / 2 : Math.max(frame * 3 / 2, lossless);
    }

    @Override
    public Pixels decode(int step) throws IOException {
        Pixels result = new Pixels(Pixels.kept(width, step), Pixels.kept(height, step), Model.RGB);
        if (pixels.tag == LOSSLESS) {
            boolean hasAlpha = Lossless.header(bytes, pixels.start, pixels.end).hasAlpha();
            int always = hasAlpha ? 0 : 0xFF000000;
            Lossless.decode(bytes, pixels.start, pixels.end, frameWidth, frameHeight, (y, row) -> {
                Interruption.check();
                copy(result, step, y, row, always);
            });
        } else {
            // Every row is needed if the first row of the frame is not a multiple of the step.
            int rows = top % step == 0 ? step : 1;
            Lossy.decode(bytes, pixels.start, pixels.end, frameWidth, frameHeight, rows, (y, row) -> {
                Interruption.check();
                copy(result, step, y, row, 0);
            });
            if (alpha != null) {
                applyAlpha(result, step);
            }
        }
        return result;
    }

    private void copy(Pixels result, int step, int y, int[] row, int always) {
        if ((top + y) % step != 0) {
            return;
        }
        int start = (top + y) / step * result.width();
        int first = Math.ceilDiv(left, step) * step - left;
        for (int x = first; x < frameWidth; x += step) {
            result.values()[start + (left + x) / step] = row[x] | always;
        }
    }

    private void applyAlpha(Pixels result, int step) throws IOException {
        WebpAlpha.decode(bytes, alpha.start, alpha.end, frameWidth, frameHeight, (y, row) -> {
            Interruption.check();
            if ((top + y) % step != 0) {
                return;
            }
            int start = (top + y) / step * result.width();
            int first = Math.ceilDiv(left, step) * step - left;
            for (int x = first; x < frameWidth; x += step) {
                int at = start + (left + x) / step;
                result.values()[at] = result.values()[at] & 0xFFFFFF | row[x] << 24;
            }
        });
    }

    private static int tag(String name) {
        return littleEndian(name.getBytes(StandardCharsets.US_ASCII), 0, 4);
    }

    private static int littleEndian(byte[] bytes, int offset, int count) {
        int number = 0;
        for (int i = count - 1; i >= 0; i--) {
            number = number << 8 | bytes[offset + i] & 0xFF;
        }
        return number;
    }
}
