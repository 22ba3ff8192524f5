package dev.wearon.generation.photos;

import dev.wearon.images.ImageLimits;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments of a JPEG. This class walks through them itself, because the metadata reader of the JDK refuses orders that cameras
 * and programs write.
 */
final class JpegSegments {

    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int QUANTIZATION_TABLES = 0xDB;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int HIERARCHY = 0xDE;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;

    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final JpegProfile profile = new JpegProfile();
    private int position = 2;

    /** The content of the segment that was read last. */
    private int start;

    private int end;

    /** Null: no header yet. */
    private JpegFrame frame;

    private boolean jfif;

    /** How an Adobe program transformed the colours; -1: no such program wrote the file. */
    private int transform = -1;

    private int orientation = Exif.UPRIGHT;
    private boolean orientationRead;
    private int componentsInFirstScan;

    private JpegSegments(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads everything up to the first scan. */
    static JpegSegments of(byte[] bytes) throws IOException {
        JpegSegments segments = new JpegSegments(bytes);
        int marker;
        do {
            marker = segments.next();
            if (marker == END || marker == START) {
                throw new EOFException("ends before its first pixel");
            }
            segments.take(marker);
        } while (marker != SCAN);
        if (segments.frame == null) {
            throw new IOException("has no header");
        }
        new JpegScans(segments.frame).add(bytes, segments.start, segments.end);
        segments.position = segments.start;
        return segments;
    }

    /** Goes to the next segment, past anything between segments. Returns its marker; that of the end at the end of the bytes. */
    private int next() throws EOFException {
        while (position + 1 < bytes.length) {
            int marker = bytes[position] == (byte) 0xFF ? bytes[position + 1] & 0xFF : 0;
            if (marker == 0xFF) {
                position++;
                continue;
            }
            if (marker == END || marker == START) {
                position += 2;
                return marker;
            }
            // Below are bytes of a scan and markers without content.
            if (marker < 0xC0 || marker >= 0xD0 && marker <= 0xD7) {
                position++;
                continue;
            }
            start = position + 4;
            int length = start <= bytes.length ? unsigned(position + 2) : 0;
            end = position + 2 + length;
            if (length < 2 || end > bytes.length) {
                throw new EOFException("ends before its last pixel");
            }
            position = end;
            return marker;
        }
        throw new EOFException("ends before its last pixel");
    }

    private void take(int marker) throws IOException {
        switch (marker) {
            case APP0 -> jfif |= contentStartsWith(JFIF) && end - start >= 14;
            case APP1 -> {
                if (!orientationRead && Exif.startsWithPrefix(bytes, start, end)) {
                    orientationRead = true;
                    orientation = Exif.orientation(bytes, start, end);
                }
            }
            case APP2 -> profile.add(bytes, start, end);
            case APP14 -> {
                if (contentStartsWith(ADOBE) && end - start >= 12) {
                    transform = bytes[start + 11] & 0xFF;
                }
            }
            case SCAN -> componentsInFirstScan = end > start ? bytes[start] : 0;
            case HIERARCHY -> throw new UnsupportedPhotoException("a hierarchical JPEG");
            default -> {
                if (JpegFrame.isHeader(marker)) {
                    if (frame != null) {
                        throw new IOException("has several headers");
                    }
                    frame = JpegFrame.of(marker, bytes, start, end);
                }
            }
        }
    }

    private boolean contentStartsWith(byte[] word) {
        return end - start >= word.length && Arrays.equals(bytes, start, start + word.length, word, 0, word.length);
    }

    private int unsigned(int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    int width() {
        return frame.width();
    }

    int height() {
        return frame.height();
    }

    int components() {
        return frame.components().length;
    }

    int size() {
        return bytes.length;
    }

    int orientation() {
        return orientation;
    }

    /** Null: none, or one that is not complete. */
    byte[] profile() {
        return profile.bytes();
    }

    boolean isLuminanceAndChrominance() {
        return switch (components()) {
            case 1 -> false;
            case 3 -> jfif || transform > 0 || transform < 0 && !frame.hasIds('R', 'G', 'B');
            default -> transform > 0;
        };
    }

    /** What the decoder keeps of a picture of several scans until the last one: two bytes for each sample. */
    long coefficientBytes() {
        boolean oneScan = !frame.isProgressive() && componentsInFirstScan == components();
        return oneScan ? 0 : frame.coefficientBytes();
    }

    /**
     * Copies the frame, its tables and its scans: no notes, nothing after the end, and an end if there is none.
     *
     * @throws IOException if a scan is missing
     */
    byte[] pixelsOnly() throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(bytes.length);
        JpegScans scans = new JpegScans(frame);
        JpegSegments walk = new JpegSegments(bytes);
        copy.write(0xFF);
        copy.write(START);
        boolean ended = false;
        while (!ended) {
            int marker;
            try {
                marker = walk.next();
            } catch (EOFException noEnd) {
                scans.refuseUnlessComplete(false);
                break;
            }
            ended = marker == END || marker == START;
            if (ended) {
                scans.refuseUnlessComplete(marker == END);
            } else if (JpegFrame.isHeader(marker)
                    || marker == SCAN
                    || marker == HUFFMAN_TABLES
                    || marker == QUANTIZATION_TABLES
                    || marker == RESTART_INTERVAL) {
                copy.write(0xFF);
                copy.write(marker);
                copy.write(bytes, walk.start - 2, walk.end - walk.start + 2);
                if (marker == SCAN) {
                    scans.add(bytes, walk.start, walk.end);
                    if (scans.count() > ImageLimits.MAX_JPEG_SCANS) {
                        throw new UnsupportedPhotoException(
                                "a JPEG with more than %d scans".formatted(ImageLimits.MAX_JPEG_SCANS));
                    }
                    walk.copyScan(copy);
                }
            }
        }
        copy.write(0xFF);
        copy.write(END);
        return copy.toByteArray();
    }

    /** Copies up to the next marker that is not part of the scan. */
    private void copyScan(ByteArrayOutputStream copy) {
        int from = position;
        while (position < bytes.length) {
            if (bytes[position] != (byte) 0xFF) {
                position++;
                continue;
            }
            int next = position + 1 < bytes.length ? bytes[position + 1] & 0xFF : END;
            if (next == 0 || next >= 0xD0 && next <= 0xD7) {
                position += 2;
            } else if (next == 0xFF) {
                // A fill byte.
                copy.write(bytes, from, position - from);
                position++;
                from = position;
            } else {
                break;
            }
        }
        copy.write(bytes, from, position - from);
    }
}
