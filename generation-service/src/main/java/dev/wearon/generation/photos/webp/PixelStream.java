package dev.wearon.generation.photos.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the pixels of a picture, or of a picture within a lossless WebP: prefix codes, repeats and the cache of colours (WebP
 * Lossless Bitstream Specification, section 5).
 */
final class PixelStream {

    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;

    /** The farthest that a repeat reaches back: its code has no more bits. */
    private static final int WINDOW = 1 << 20;

    private static final int MAX_CODE_BYTES = 16 << 20;
    private static final int MAX_CACHE_BITS = 11;
    private static final int HASH = 0x1E35A7BD;

    private static final int[] ORDER_OF_LENGTHS = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    /** The neighbours of the first 120 distances: rows above, and 8 minus the columns to the right. */
    private static final int[] NEIGHBOURS = {
        0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b,
                0x36,
        0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b,
                0x34,
        0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02,
                0x67,
        0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77,
                0x79,
        0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d,
                0x52,
        0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e,
                0x61,
        0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70
    };

    private final LosslessBits in;
    private final int width;
    private final int height;

    private int[] cache = {};
    private int cacheShift;

    /** The codes of a group: green with lengths and cache, red, blue, alpha, distance. */
    private PrefixCode[][] groups;

    /** By tile: the number of its group. Null: one group for the whole picture. */
    private int[] groupOfTile;

    private int tileBits;
    private int tilesInRow;

    private PixelStream(LosslessBits in, int width, int height) {
        this.in = in;
        this.width = width;
        this.height = height;
    }

    /** Reads a picture within the file: the data of a transform. */
    static int[] readWhole(LosslessBits in, int width, int height) throws IOException {
        int[] pixels = new int[width * height];
        PixelStream stream = new PixelStream(in, width, height);
        stream.readCodes(false);
        stream.readPixels((y, row) -> System.arraycopy(row, 0, pixels, y * width, width));
        return pixels;
    }

    /** Reads the picture of the file, and keeps only the pixels to which repeats may refer. */
    static void readRows(LosslessBits in, int width, int height, RowSink rows) throws IOException {
        PixelStream stream = new PixelStream(in, width, height);
        stream.readCodes(true);
        stream.readPixels(rows);
    }

    private void readCodes(boolean mayHaveTiles) throws IOException {
        if (in.flag()) {
            int bits = in.read(4);
            if (bits < 1 || bits > MAX_CACHE_BITS) {
                throw new IOException("the cache of colours has a wrong size");
            }
            cache = new int[1 << bits];
            cacheShift = 32 - bits;
        }
        int count = 1;
        if (mayHaveTiles && in.flag()) {
            tileBits = in.read(3) + 2;
            tilesInRow = Lossless.tiles(width, tileBits);
            groupOfTile = readWhole(in, tilesInRow, Lossless.tiles(height, tileBits));
            for (int i = 0; i < groupOfTile.length; i++) {
                groupOfTile[i] = groupOfTile[i] >> 8 & 0xFFFF;
                count = Math.max(count, groupOfTile[i] + 1);
            }
        }
        groups = new PrefixCode[count][5];
        int bytes = 0;
        for (PrefixCode[] group : groups) {
            for (int i = 0; i < group.length; i++) {
                group[i] = readCode(i == 0 ? LITERALS + LENGTHS + cache.length : i == 4 ? DISTANCES : LITERALS);
                bytes += group[i].bytes();
            }
            if (bytes > MAX_CODE_BYTES) {
                throw new IOException("has too many prefix codes");
            }
        }
    }

    private PrefixCode readCode(int alphabet) throws IOException {
        int[] lengths = new int[alphabet];
        if (in.flag()) {
            int symbols = in.read(1) + 1;
            set(lengths, in.read(in.flag() ? 8 : 1));
            if (symbols == 2) {
                set(lengths, in.read(8));
            }
        } else {
            readLengths(lengths);
        }
        return PrefixCode.of(lengths);
    }

    private static void set(int[] lengths, int symbol) throws IOException {
        if (symbol >= lengths.length) {
            throw new IOException("a prefix code has an unknown symbol");
        }
        lengths[symbol] = 1;
    }

    private void readLengths(int[] lengths) throws IOException {
        int[] lengthsOfLengths = new int[ORDER_OF_LENGTHS.length];
        int count = 4 + in.read(4);
        if (count > lengthsOfLengths.length) {
            throw new IOException("a prefix code has too many lengths");
        }
        for (int i = 0; i < count; i++) {
            lengthsOfLengths[ORDER_OF_LENGTHS[i]] = in.read(3);
        }
        PrefixCode code = PrefixCode.of(lengthsOfLengths);
        int left = in.flag() ? 2 + in.read(2 + 2 * in.read(3)) : lengths.length;
        int previous = 8;
        int symbol = 0;
        while (symbol < lengths.length && left-- > 0) {
            int length = code.read(in);
            if (length < 16) {
                lengths[symbol++] = length;
                previous = length > 0 ? length : previous;
                continue;
            }
            int repeats = length == 16 ? 3 + in.read(2) : length == 17 ? 3 + in.read(3) : 11 + in.read(7);
            if (symbol + repeats > lengths.length) {
                throw new IOException("a prefix code has too many lengths");
            }
            Arrays.fill(lengths, symbol, symbol + repeats, length == 16 ? previous : 0);
            symbol += repeats;
        }
    }

    private void readPixels(RowSink rows) throws IOException {
        long total = (long) width * height;
        int[] window = new int[(int) Math.min(WINDOW, Long.highestOneBit(total) * 2)];
        int mask = window.length - 1;
        int[] row = new int[width];
        long done = 0;
        int x = 0;
        int y = 0;
        while (done < total) {
            PrefixCode[] group =
                    groups[groupOfTile == null ? 0 : groupOfTile[(y >> tileBits) * tilesInRow + (x >> tileBits)]];
            int symbol = group[0].read(in);
            int repeats = 1;
            int distance = 0;
            int pixel = 0;
            if (symbol < LITERALS) {
                int red = group[1].read(in);
                int blue = group[2].read(in);
                pixel = group[3].read(in) << 24 | red << 16 | symbol << 8 | blue;
            } else if (symbol < LITERALS + LENGTHS) {
                repeats = readNumber(symbol - LITERALS);
                distance = distance(readNumber(group[4].read(in)));
                if (distance > done || repeats > total - done) {
                    throw new IOException("a repeat reaches out of the picture");
                }
            } else {
                pixel = cache[symbol - LITERALS - LENGTHS];
            }
            for (int i = 0; i < repeats; i++) {
                if (distance > 0) {
                    pixel = window[(int) (done - distance) & mask];
                }
                if (cache.length > 0) {
                    cache[HASH * pixel >>> cacheShift] = pixel;
                }
                window[(int) done & mask] = pixel;
                row[x] = pixel;
                done++;
                x++;
                if (x == width) {
                    rows.row(y, row);
                    x = 0;
                    y++;
                }
            }
        }
    }

    private int readNumber(int symbol) throws IOException {
        if (symbol < 4) {
            return symbol + 1;
        }
        int bits = symbol - 2 >> 1;
        return (2 + (symbol & 1) << bits) + in.read(bits) + 1;
    }

    private int distance(int number) {
        if (number > NEIGHBOURS.length) {
            return number - NEIGHBOURS.length;
        }
        int neighbour = NEIGHBOURS[number - 1];
        return Math.max(1, (neighbour >> 4) * width + 8 - (neighbour & 0xF));
    }
}
