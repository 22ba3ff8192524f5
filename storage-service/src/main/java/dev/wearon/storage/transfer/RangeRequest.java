package dev.wearon.storage.transfer;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client says of the bytes it wants: the headers If-None-Match, Range and If-Range (RFC 9110, sections 13 and
 * 14). An object never changes, so its tag is a strong one and dates are not spoken of.
 */
record RangeRequest(Optional<String> ifNoneMatch, Optional<String> range, Optional<String> ifRange) {

    /** All bytes, whatever the client has. */
    static final RangeRequest ALL_BYTES = new RangeRequest(Optional.empty(), Optional.empty(), Optional.empty());

    private static final Pattern ETAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");
    private static final Pattern RANGE = Pattern.compile("bytes=\\s*([0-9]*)-([0-9]*)\\s*");

    /** The longest number that is read; no size has more digits. */
    private static final int MAX_DIGITS = 18;

    sealed interface Portion {

        record Whole() implements Portion {}

        record Part(long from, long length) implements Portion {

            long last() {
                return from + length - 1;
            }
        }

        /** The object ends before the range begins. */
        record OutOfRange() implements Portion {}
    }

    /** @param etag with its quotes */
    boolean isNotModified(String etag) {
        return ifNoneMatch
                .map(tags -> tags.strip().equals("*")
                        || ETAG.matcher(tags).results().anyMatch(found -> found.group(1)
                                .equals(etag)))
                .orElse(false);
    }

    /** One range is served; of several, or of what is none, the whole, as the standard allows. */
    Portion portion(String etag, long size) {
        // A date or a weak tag cannot say that the bytes are the same.
        if (range.isEmpty() || !ifRange.map(String::strip).orElse(etag).equals(etag)) {
            return new Portion.Whole();
        }
        Matcher asked = RANGE.matcher(range.get().toLowerCase(Locale.ROOT));
        return asked.matches() ? portion(asked, size) : new Portion.Whole();
    }

    private static Portion portion(MatchResult asked, long size) {
        Optional<Long> first = number(asked.group(1));
        Optional<Long> last = number(asked.group(2));
        if (first.isEmpty()) {
            // The last so many bytes.
            return last.<Portion>map(length -> part(size - Math.min(length, size), size - 1, size))
                    .orElseGet(Portion.Whole::new);
        }
        return last.isPresent() && last.get() < first.get()
                ? new Portion.Whole()
                : part(first.get(), Math.min(last.orElse(size), size - 1), size);
    }

    private static Portion part(long from, long last, long size) {
        return from < size ? new Portion.Part(from, last - from + 1) : new Portion.OutOfRange();
    }

    private static Optional<Long> number(String digits) {
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits));
    }
}
