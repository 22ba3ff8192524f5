package dev.wearon.storage.images;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What lies behind an image's end, searched as it comes for the marks by which other programs would open it as something
 * else. Random bytes (a film) meet one of the marks about once in two gigabytes.
 */
final class Trailer {

    private enum Kind {
        /** As they stand. */
        EXACT,
        /** In capitals too. */
        WORD,
        /** As a word, if a character follows that ends the name of a tag. */
        TAG
    }

    private record Mark(byte[] text, Kind kind, String what) {

        Mark(String text, Kind kind, String what) {
            this(text.getBytes(StandardCharsets.ISO_8859_1), kind, what);
        }

        int length() {
            return kind == Kind.TAG ? text.length + 1 : text.length;
        }

        boolean isAt(byte[] bytes, int from) {
            if (from + length() > bytes.length) {
                return false;
            }
            for (int i = 0; i < text.length; i++) {
                int found = bytes[from + i];
                if ((kind != Kind.EXACT && found >= 'A' && found <= 'Z' ? found | 0x20 : found) != text[i]) {
                    return false;
                }
            }
            return kind != Kind.TAG || ENDS_A_TAG.indexOf(bytes[from + text.length]) >= 0;
        }
    }

    private static final String ENDS_A_TAG = "\t\n\f\r />";
    private static final String ZIP = "a ZIP archive";
    private static final String MARKUP = "HTML or script";

    private static final List<Mark> MARKS = List.of(
            new Mark("PK\3\4", Kind.EXACT, ZIP),
            new Mark("PK\5\6", Kind.EXACT, ZIP),
            new Mark("%PDF-", Kind.EXACT, "a PDF"),
            new Mark("<!doctype", Kind.WORD, MARKUP),
            new Mark("<?php", Kind.WORD, MARKUP),
            new Mark("<html", Kind.TAG, MARKUP),
            new Mark("<head", Kind.TAG, MARKUP),
            new Mark("<body", Kind.TAG, MARKUP),
            new Mark("<script", Kind.TAG, MARKUP),
            new Mark("<iframe", Kind.TAG, MARKUP),
            new Mark("<svg", Kind.TAG, MARKUP));

    private static final int LONGEST =
            MARKS.stream().mapToInt(Mark::length).max().orElseThrow();

    /** The end of what came before: a mark may begin in one piece and end in the next. */
    private byte[] before = {};

    /** @return where it stopped: behind the last byte */
    int pass(byte[] bytes, int from) {
        byte[] window = new byte[before.length + bytes.length - from];
        System.arraycopy(before, 0, window, 0, before.length);
        System.arraycopy(bytes, from, window, before.length, bytes.length - from);
        for (int at = 0; at < window.length; at++) {
            if (window[at] == '<' || window[at] == 'P' || window[at] == '%') {
                search(window, at);
            }
        }
        int kept = Math.min(window.length, LONGEST - 1);
        before = new byte[kept];
        System.arraycopy(window, window.length - kept, before, 0, kept);
        return bytes.length;
    }

    private static void search(byte[] window, int at) {
        for (Mark mark : MARKS) {
            if (mark.isAt(window, at)) {
                throw new Refusal(new Flaw.Smuggled(mark.what()));
            }
        }
    }
}
