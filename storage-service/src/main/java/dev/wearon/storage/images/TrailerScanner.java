package dev.wearon.storage.images;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

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

    /** The last bytes of the previous pieces, because a signature may begin in one piece and end in the next. */
    private byte[] tail = {};

    /** @return what the bytes contain, for example {@code a PDF} */
    Optional<String> search(byte[] bytes, int from) {
        byte[] window = new byte[tail.length + bytes.length - from];
        System.arraycopy(tail, 0, window, 0, tail.length);
        System.arraycopy(bytes, from, window, tail.length, bytes.length - from);
        for (int at = 0; at < window.length; at++) {
            if (window[at] == '<' || window[at] == 'P' || window[at] == '%') {
                Optional<String> found = signatureAt(window, at);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        int kept = Math.min(window.length, MAX_LENGTH - 1);
        tail = new byte[kept];
        System.arraycopy(window, window.length - kept, tail, 0, kept);
        return Optional.empty();
    }

    private static Optional<String> signatureAt(byte[] window, int at) {
        for (FileSignature signature : SIGNATURES) {
            if (signature.matchesAt(window, at)) {
                return Optional.of(signature.what());
            }
        }
        return Optional.empty();
    }
}
