package dev.wearon.storage.images;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** Recognises the format of a file by its first bytes. */
final class FileHead {

    /** So many bytes show an SVG behind its comments, and all brands of a HEIC or AVIF. */
    static final int BYTES = 1024;

    private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis", "avio");
    private static final Set<String> HEIC_BRANDS =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "mif2", "msf1");

    private static final Set<String> RAW_BRANDS = Set.of("crx ");

    private static final Set<String> FILM_BOXES = Set.of("ftyp", "moov", "mdat", "wide", "free", "skip", "pnot");
    private static final Set<Integer> BMP_HEADER_SIZES = Set.of(12, 16, 40, 52, 56, 64, 108, 124);

    /** Latin-1, so that a character is a byte. */
    private final String head;

    private FileHead(String head) {
        this.head = head;
    }

    /** @param file its first bytes, not of an accepted type; only the first {@link #BYTES} count */
    static FileFormat format(byte[] file) {
        return new FileHead(new String(file, 0, Math.min(file.length, BYTES), StandardCharsets.ISO_8859_1)).format();
    }

    private FileFormat format() {
        if (FILM_BOXES.contains(text(4, 4))) {
            return text(4, 4).equals("ftyp") ? byBrands() : FileFormat.FILM;
        }
        if (head.startsWith("\0\0\0\fJXL ") || head.startsWith("\u00FF\n")) {
            return FileFormat.JPEG_XL;
        }
        if (head.startsWith("\0\0\0\fjP  ") || head.startsWith("\u00FF\u004F\u00FF\u0051")) {
            return FileFormat.JPEG_2000;
        }
        if (head.startsWith("GIF8")) {
            return FileFormat.GIF;
        }
        if (head.startsWith("BM") && BMP_HEADER_SIZES.contains(littleEndian(14))) {
            return FileFormat.BMP;
        }
        if (head.startsWith("FUJIFILMCCD-RAW")) {
            return FileFormat.CAMERA_RAW;
        }
        return switch (text(0, 4)) {
            case "II*\0", "MM\0*", "II+\0", "MM\0+", "IIU\0" -> FileFormat.TIFF;
            case "IIRO", "IIRS", "MMOR" -> FileFormat.CAMERA_RAW;
            case "8BPS" -> FileFormat.PHOTOSHOP;
            case "\0\0\1\0" -> FileFormat.ICON;
            case "%PDF" -> FileFormat.PDF;
            case "PK\3\4" -> FileFormat.ZIP;
            // Matroska and WebM, then MPEG.
            case "\u001A\u0045\u00DF\u00A3", "\0\0\1\u00BA" -> FileFormat.FILM;
            case "RIFF" -> text(8, 4).equals("AVI ") ? FileFormat.FILM : FileFormat.UNKNOWN;
            default -> isText() ? byMarkup() : FileFormat.UNKNOWN;
        };
    }

    /**
     * Reads the brands of an ISO base media file (ISO/IEC 14496-12): its own one, and those that it is compatible with. An AVIF names
     * the general brand {@code mif1}, too.
     */
    private FileFormat byBrands() {
        long boxBytes = Integer.toUnsignedLong(Integer.reverseBytes(littleEndian(0)));
        int end = (int) Math.min(Math.max(boxBytes, 12), head.length());
        Set<String> brands = Set.copyOf(IntStream.iterate(8, at -> at + 4 <= end, at -> at + 4)
                .filter(at -> at != 12)
                .mapToObj(at -> text(at, 4))
                .distinct()
                .toList());
        if (hasOneOf(brands, RAW_BRANDS)) {
            return FileFormat.CAMERA_RAW;
        }
        if (hasOneOf(brands, AVIF_BRANDS)) {
            return FileFormat.AVIF;
        }
        return hasOneOf(brands, HEIC_BRANDS) ? FileFormat.HEIC : FileFormat.FILM;
    }

    private static boolean hasOneOf(Set<String> brands, Set<String> wanted) {
        return brands.stream().anyMatch(wanted::contains);
    }

    /** Whether the bytes are UTF-8 or Latin-1: without the control characters that other files contain. */
    private boolean isText() {
        return !head.isEmpty()
                && head.chars().noneMatch(it -> it < ' ' && it != '\t' && it != '\n' && it != '\r' && it != '\f');
    }

    private FileFormat byMarkup() {
        String text = head.toLowerCase(Locale.ROOT);
        if (text.contains("<!doctype html") || text.contains("<html")) {
            return FileFormat.HTML;
        }
        if (text.contains("<svg")) {
            return FileFormat.SVG;
        }
        return text.contains("<script") || text.contains("<body") || text.contains("<head")
                ? FileFormat.HTML
                : FileFormat.TEXT;
    }

    /** Returns the bytes at this place, or fewer at the end of the file. */
    private String text(int from, int length) {
        return head.substring(Math.min(from, head.length()), Math.min(from + length, head.length()));
    }

    /** Returns the number at this place; 0 if the file ends before it. */
    private int littleEndian(int from) {
        String bytes = text(from, 4);
        return bytes.length() < 4
                ? 0
                : bytes.charAt(0) | bytes.charAt(1) << 8 | bytes.charAt(2) << 16 | bytes.charAt(3) << 24;
    }
}
