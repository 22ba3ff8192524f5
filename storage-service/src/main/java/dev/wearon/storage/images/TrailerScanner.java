package dev.wearon.storage.images;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Searches the bytes after an image for signatures of other formats. Random bytes, for example a film or the pixels of a
 * JPEG, contain one of the signatures about once in two gigabytes, so one in 600 photos of 3 MB.
 */
final class TrailerScanner {

    private enum Kind {
        EXACT,
        IGNORE_CASE,
        /** Ignores case; a character that ends the name of a tag must follow. */
        TAG
    }

    private record FileSignature(byte[] text, Kind kind, String what) {

        FileSignature(String text, Kind kind, String what) {
            this(text.getBytes(StandardCharsets.ISO_8859_1), kind, what);
        }

        int length() {
            return kind == Kind.TAG ? text.length + 1 : text.length;
        }

        boolean matchesAt(byte[] bytes, int from) {
            if (from + length() > bytes.length) {
                return false;
            }
            for (int i = 0; i < text.length; i++) {
                int found = bytes[from + i];
                if ((kind != Kind.EXACT && found >= 'A' && found <= 'Z' ? found | 0x20 : found) != text[i]) {
                    return false;
                }
            }
            return kind != Kind.TAG || TAG_NAME_END.indexOf(bytes[from + text.length]) >= 0;
        }
    }

    private static final String TAG_NAME_END = "\t\n\f\r />";
    private static final String ZIP = "a ZIP archive";
    private static final String MARKUP = "HTML or script";

    private static final List<FileSignature> SIGNATURES = List.of(
            new FileSignature("PK\3\4", Kind.EXACT, ZIP),
            new FileSignature("PK\5\6", Kind.EXACT, ZIP),
            new FileSignature("%PDF-", Kind.EXACT, "a PDF"),
            new FileSignature("<!doctype", Kind.IGNORE_CASE, MARKUP),
            new FileSignature("<?php", Kind.IGNORE_CASE, MARKUP),
            new FileSignature("<html", Kind.TAG, MARKUP),
            new FileSignature("<head", Kind.TAG, MARKUP),
            new FileSignature("<body", Kind.TAG, MARKUP),
            new FileSignature("<script", Kind.TAG, MARKUP),
            new FileSignature("<iframe", Kind.TAG, MARKUP),
            new FileSignature("<svg", Kind.TAG, MARKUP));

    private static final int MAX_LENGTH =
            SIGNATURES.stream().mapToInt(FileSignature::length).max().orElseThrow();

    /** The signatures by their first byte. Almost every byte of a photo needs only this one look, on an event loop. */
    private static final FileSignature[][] BY_FIRST_BYTE = new FileSignature[256][];

    static {
        SIGNATURES.stream()
                .collect(Collectors.groupingBy(signature -> signature.text()[0]))
                .forEach((first, all) -> BY_FIRST_BYTE[first] = all.toArray(FileSignature[]::new));
    }

    /** The last bytes of the previous pieces, because a signature may begin in one piece and end in the next. */
    private byte[] tail = {};

    /** @return what the bytes contain, for example {@code a PDF} */
    Optional<String> search(byte[] bytes, int from) {
        int border = Math.min(bytes.length - from, MAX_LENGTH - 1);
        byte[] joined = Arrays.copyOf(tail, tail.length + border);
        System.arraycopy(bytes, from, joined, tail.length, border);
        Optional<String> found = firstIn(joined, 0, tail.length).or(() -> firstIn(bytes, from, bytes.length));
        tail = border == MAX_LENGTH - 1
                ? Arrays.copyOfRange(bytes, bytes.length - border, bytes.length)
                : Arrays.copyOfRange(joined, Math.max(0, joined.length - MAX_LENGTH + 1), joined.length);
        return found;
    }

    /** Searches for a signature that begins between two places. */
    private static Optional<String> firstIn(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            FileSignature[] candidates = BY_FIRST_BYTE[Byte.toUnsignedInt(bytes[at])];
            if (candidates != null) {
                for (FileSignature candidate : candidates) {
                    if (candidate.matchesAt(bytes, at)) {
                        return Optional.of(candidate.what());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
