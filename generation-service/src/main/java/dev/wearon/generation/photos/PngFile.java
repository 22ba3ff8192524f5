package dev.wearon.generation.photos;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A PNG; of an animated one the still picture. Chunks that hold no pixels are notes: a broken one is ignored. */
final class PngFile implements PhotoFile {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int CRC = 4;

    /** {@code IDAT}. */
    private static final int DATA = 0x49444154;

    /** The first column, first row, columns and rows between two pixels of each pass of an interlaced picture. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    /** The bytes of the largest palette. */
    private static final int MOST_USED = 3 * 256;

    private final byte[] bytes;
    private final PngNotes notes;

    /** From the length of the first chunk with pixels to the end of the last. Others may lie between them. */
    private int dataStart;

    private int dataEnd;
    private int width;
    private int height;
    private boolean interlaced;
    private PngSamples samples;

    private PngFile(byte[] bytes) {
        this.bytes = bytes;
        notes = new PngNotes(bytes);
    }

    static boolean recognizes(byte[] bytes) {
        return bytes.length >= 8
                && (int) (SIGNATURE >> 32) == ByteBuffer.wrap(bytes).getInt();
    }

    static PngFile of(byte[] bytes) throws IOException {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file;
    }

    private void walk() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong(0) != SIGNATURE) {
            throw new IOException("its beginning is damaged");
        }
        in.position(8);
        byte[] header = null;
        byte[] palette = null;
        byte[] transparency = null;
        while (in.remaining() >= 8) {
            long length = Integer.toUnsignedLong(in.getInt());
            String type = new String(bytes, in.position(), 4, StandardCharsets.ISO_8859_1);
            int start = in.position() + 4;
            boolean whole = length + 4 + CRC <= in.remaining();
            int end = whole ? start + (int) length : bytes.length;
            if (header == null && !type.equals("IHDR")) {
                throw new IOException("has no header");
            }
            switch (type) {
                case "IHDR" -> header = header == null ? pixelChunk(start, end, whole) : header;
                case "PLTE" -> palette = palette == null ? pixelChunk(start, end, whole) : palette;
                case "tRNS" -> transparency = transparency == null ? pixelChunk(start, end, whole) : transparency;
                case "IDAT" -> {
                    refuseUnlessIntact(start, end, whole);
                    dataStart = dataStart == 0 ? start - 8 : dataStart;
                    dataEnd = end;
                }
                default -> {
                    if (whole && isIntact(start, end)) {
                        notes.add(type, start, end);
                    }
                }
            }
            if (!whole || type.equals("IEND")) {
                break;
            }
            in.position(end + CRC);
        }
        if (header == null || header.length != 13) {
            throw new IOException("has no header");
        }
        readHeader(ByteBuffer.wrap(header), palette, transparency);
    }

    private void readHeader(ByteBuffer header, byte[] palette, byte[] transparency) throws IOException {
        width = header.getInt();
        height = header.getInt();
        if (width == 0 || height == 0) {
            throw new IOException("has no pixels");
        }
        int depth = header.get();
        int kind = header.get();
        int compression = header.get();
        int filter = header.get();
        int interlace = header.get();
        if (compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
            throw new IOException("its header is damaged");
        }
        interlaced = interlace == 1;
        samples = PngSamples.of(kind, depth, palette, transparency);
    }

    private byte[] pixelChunk(int start, int end, boolean whole) throws IOException {
        refuseUnlessIntact(start, end, whole);
        return Arrays.copyOfRange(bytes, start, Math.min(end, start + MOST_USED));
    }

    private void refuseUnlessIntact(int start, int end, boolean whole) throws IOException {
        if (!whole) {
            throw new EOFException("ends before its last pixel");
        }
        if (!isIntact(start, end)) {
            throw new IOException("its pixels have a wrong checksum");
        }
    }

    private boolean isIntact(int start, int end) {
        CRC32 crc = new CRC32();
        crc.update(bytes, start - 4, end - start + 4);
        return (int) crc.getValue() == ByteBuffer.wrap(bytes).getInt(end);
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
        return notes.colours();
    }

    @Override
    public int orientation() {
        return notes.orientation();
    }

    @Override
    public long decodingMemory(int step) {
        return 4L * (samples.bytesInRow(width) + width) + (64 << 10);
    }

    @Override
    public Pixels decode(int step) throws IOException {
        Pixels result = new Pixels(Pixels.kept(width, step), Pixels.kept(height, step), samples.model());
        try (DataStream in = new DataStream()) {
            for (int[] pass : interlaced ? PASSES : ONE_PASS) {
                readPass(in, pass, step, result);
            }
        }
        return result;
    }

    private void readPass(DataStream in, int[] pass, int step, Pixels result) throws IOException {
        int columns = Math.ceilDiv(width - pass[0], pass[2]);
        int rows = Math.ceilDiv(height - pass[1], pass[3]);
        if (columns <= 0 || rows <= 0) {
            return;
        }
        int length = samples.bytesInRow(columns);
        int back = samples.bytesInPixel();
        byte[] above = new byte[length];
        byte[] row = new byte[length];
        for (int i = 0; i < rows; i++) {
            Interruption.check();
            int filter = in.read();
            in.read(row);
            undoFilter(filter, row, above, back);
            int y = pass[1] + i * pass[3];
            if (y % step == 0) {
                int start = y / step * result.width();
                for (int column = 0; column < columns; column++) {
                    int x = pass[0] + column * pass[2];
                    if (x % step == 0) {
                        result.values()[start + x / step] = samples.argb(row, column);
                    }
                }
            }
            byte[] free = above;
            above = row;
            row = free;
        }
    }

    private static void undoFilter(int filter, byte[] row, byte[] above, int back) throws IOException {
        for (int i = 0; i < row.length && filter > 0; i++) {
            int left = i < back ? 0 : row[i - back] & 0xFF;
            int up = above[i] & 0xFF;
            int corner = i < back ? 0 : above[i - back] & 0xFF;
            int expected =
                    switch (filter) {
                        case 1 -> left;
                        case 2 -> up;
                        case 3 -> left + up >> 1;
                        case 4 -> paeth(left, up, corner);
                        default -> throw new IOException("a row has an unknown filter");
                    };
            row[i] += (byte) expected;
        }
    }

    private static int paeth(int left, int up, int corner) {
        int estimate = left + up - corner;
        int toLeft = Math.abs(estimate - left);
        int toUp = Math.abs(estimate - up);
        int toCorner = Math.abs(estimate - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    /** The compressed rows, over all of their chunks. What follows the last row is not read. */
    private final class DataStream implements AutoCloseable {

        private final Inflater inflater = new Inflater();
        private final byte[] one = new byte[1];
        private int next = dataStart;

        int read() throws IOException {
            read(one);
            return one[0] & 0xFF;
        }

        void read(byte[] row) throws IOException {
            int done = 0;
            try {
                while (done < row.length) {
                    int count = inflater.inflate(row, done, row.length - done);
                    done += count;
                    if (count > 0) {
                        continue;
                    }
                    if (!inflater.needsInput() || next >= dataEnd) {
                        throw new EOFException("ends before its last pixel");
                    }
                    takeChunk();
                }
            } catch (DataFormatException broken) {
                throw new IOException("its pixels cannot be unpacked", broken);
            }
        }

        /** Goes to the next chunk, and takes its content if that is pixels. The chunks were checked before. */
        private void takeChunk() {
            int length = ByteBuffer.wrap(bytes).getInt(next);
            if (ByteBuffer.wrap(bytes).getInt(next + 4) == DATA) {
                inflater.setInput(bytes, next + 8, length);
            }
            next += 8 + length + CRC;
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
