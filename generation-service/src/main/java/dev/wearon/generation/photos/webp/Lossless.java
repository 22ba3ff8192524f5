package dev.wearon.generation.photos.webp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes the frame of a lossless WebP, and transparency that is stored in the same way (WebP Lossless Bitstream Specification).
 * The pixels are those of libwebp. It keeps at most a million pixels, because repeats do not reach back farther.
 */
public final class Lossless {

    private static final int SIGNATURE = 0x2F;
    private static final int HEADER = 5;

    private Lossless() {}

    /** Undoes a transform in one row after the other. */
    private interface Inverse {

        /** Returns the row as it was before the transform; it may be the given array. */
        int[] undo(int y, int[] row);
    }

    /** @param hasAlpha false: alpha has no meaning, the picture is opaque */
    public record Header(int width, int height, boolean hasAlpha) {}

    /** The header of the frame at {@code start}; null without one. */
    public static Header header(byte[] bytes, int start, int end) {
        if (end - start < HEADER || bytes[start] != SIGNATURE) {
            return null;
        }
        int fields = 0;
        for (int i = HEADER - 1; i > 0; i--) {
            fields = fields << 8 | bytes[start + i] & 0xFF;
        }
        int version = fields >>> 29;
        return version != 0
                ? null
                : new Header(1 + (fields & 0x3FFF), 1 + (fields >> 14 & 0x3FFF), (fields >> 28 & 1) == 1);
    }

    /**
     * Decodes the frame with its header, and gives each row to {@code sink}.
     *
     * @throws IOException if the frame is damaged or has another size than the given
     */
    public static void decode(byte[] bytes, int start, int end, int width, int height, RowSink sink)
            throws IOException {
        Header header = header(bytes, start, end);
        if (header == null || header.width != width || header.height != height) {
            throw new IOException("the frame has another size than its file says");
        }
        decodeBare(bytes, start + HEADER, end, width, height, sink);
    }

    /** Decodes a frame without header. */
    public static void decodeBare(byte[] bytes, int start, int end, int width, int height, RowSink sink)
            throws IOException {
        LosslessBits in = new LosslessBits(bytes, start, end);
        List<Inverse> inverses = new ArrayList<>();
        int storedWidth = width;
        int seen = 0;
        while (in.flag()) {
            int kind = in.read(2);
            if ((seen & 1 << kind) != 0) {
                throw new IOException("a transform is there twice");
            }
            seen |= 1 << kind;
            switch (kind) {
                case 0 -> inverses.addFirst(readPrediction(in, storedWidth, height));
                case 1 -> inverses.addFirst(readColour(in, storedWidth, height));
                case 2 -> inverses.addFirst((y, row) -> addGreen(row));
                default -> {
                    int colours = in.read(8) + 1;
                    int bits = colours <= 2 ? 3 : colours <= 4 ? 2 : colours <= 16 ? 1 : 0;
                    inverses.addFirst(readPalette(in, colours, bits, storedWidth));
                    storedWidth = tiles(storedWidth, bits);
                }
            }
        }
        int[] work = new int[storedWidth];
        int stored = storedWidth;
        PixelStream.readRows(in, storedWidth, height, (y, row) -> {
            // The stream uses its row no more, but a transform may keep its result for the next row.
            System.arraycopy(row, 0, work, 0, stored);
            int[] result = work;
            for (Inverse inverse : inverses) {
                result = inverse.undo(y, result);
            }
            sink.row(y, result);
        });
    }

    /** The number of tiles of 2^{@code bits} pixels that cover the size. */
    static int tiles(int size, int bits) {
        return size + (1 << bits) - 1 >> bits;
    }

    private static Inverse readPrediction(LosslessBits in, int width, int height) throws IOException {
        int bits = in.read(3) + 2;
        int tilesInRow = tiles(width, bits);
        int[] modes = PixelStream.readWhole(in, tilesInRow, tiles(height, bits));
        int[] above = new int[width + 1];
        return (y, row) -> {
            LosslessPrediction.undo(y, row, above, modes, (y >> bits) * tilesInRow, bits);
            System.arraycopy(row, 0, above, 0, width);
            return row;
        };
    }

    private static Inverse readColour(LosslessBits in, int width, int height) throws IOException {
        int bits = in.read(3) + 2;
        int tilesInRow = tiles(width, bits);
        int[] factors = PixelStream.readWhole(in, tilesInRow, tiles(height, bits));
        return (y, row) -> {
            for (int x = 0; x < width; x++) {
                row[x] = addColour(row[x], factors[(y >> bits) * tilesInRow + (x >> bits)]);
            }
            return row;
        };
    }

    private static int addColour(int pixel, int factors) {
        int green = (byte) (pixel >> 8);
        int red = (pixel >> 16) + ((byte) factors * green >> 5) & 0xFF;
        int blue = pixel + ((byte) (factors >> 8) * green >> 5) + ((byte) (factors >> 16) * (byte) red >> 5) & 0xFF;
        return pixel & 0xFF00FF00 | red << 16 | blue;
    }

    private static int[] addGreen(int[] row) {
        for (int x = 0; x < row.length; x++) {
            int green = row[x] >> 8 & 0xFF;
            row[x] = row[x] & 0xFF00FF00 | (row[x] & 0xFF00FF) + (green << 16 | green) & 0xFF00FF;
        }
        return row;
    }

    private static Inverse readPalette(LosslessBits in, int colours, int bits, int width) throws IOException {
        int[] differences = PixelStream.readWhole(in, colours, 1);
        // Places without a colour are transparent.
        int[] palette = new int[256];
        palette[0] = differences[0];
        for (int i = 1; i < colours; i++) {
            palette[i] = LosslessPrediction.add(differences[i], palette[i - 1]);
        }
        int bitsOfPixel = 8 >> bits;
        int inPlace = (1 << bits) - 1;
        int[] result = new int[width];
        return (y, row) -> {
            for (int x = 0; x < width; x++) {
                int packed = row[x >> bits] >> 8 & 0xFF;
                result[x] = palette[packed >> (x & inPlace) * bitsOfPixel & (1 << bitsOfPixel) - 1];
            }
            return result;
        };
    }
}
