package dev.wearon.storage.transfer;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The conditional headers of a read: If-Match, If-None-Match, Range and If-Range (RFC 9110, sections 13 and 14). An object never
 * changes, so its ETag is strong and dates are not supported.
 */
record RangeRequest(
        Optional<String> ifMatch, Optional<String> ifNoneMatch, Optional<String> range, Optional<String> ifRange) {

    /** A read without these headers. */
    static final RangeRequest ALL_BYTES =
            new RangeRequest(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final Pattern ETAG = Pattern.compile("(W/)?(\"[^\"]*\")");
    private static final Pattern RANGE = Pattern.compile("bytes=\\s*([0-9]*)-([0-9]*)\\s*");

    /** A number with more digits exceeds every size. */
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

    /**
     * Whether {@code If-Match} requires another object. Unlike in {@code If-None-Match}, a weak ETag never matches.
     *
     * @param etag with its quotes
     */
    boolean requiresAnother(String etag) {
        return ifMatch.map(tags -> !tags.strip().equals("*")
                        && ETAG.matcher(tags)
                                .results()
                                .noneMatch(found ->
                                        found.group(1) == null && found.group(2).equals(etag)))
                .orElse(false);
    }

    /** @param etag with its quotes */
    boolean isNotModified(String etag) {
        return ifNoneMatch
                .map(tags -> tags.strip().equals("*")
                        || ETAG.matcher(tags).results().anyMatch(found -> found.group(2)
                                .equals(etag)))
                .orElse(false);
    }

    /** Selects a single range. Several ranges or an invalid one select the whole object, as the RFC allows. */
    Portion portion(String etag, long size) {
        // A date or a weak ETag does not prove that the bytes are the same.
        if (range.isEmpty() || !ifRange.map(String::strip).orElse(etag).equals(etag)) {
            return new Portion.Whole();
        }
        Matcher matcher = RANGE.matcher(range.get().toLowerCase(Locale.ROOT));
        return matcher.matches() ? portion(matcher, size) : new Portion.Whole();
    }

    private static Portion portion(MatchResult matcher, long size) {
        Optional<Long> first = number(matcher.group(1));
        Optional<Long> last = number(matcher.group(2));
        if (first.isEmpty()) {
            // A suffix range selects the last bytes.
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
