package dev.wearon.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header that makes the repeat of a request safe. */
public final class IdempotencyKey {

    public static final String HEADER = "Idempotency-Key";

    /** Marks a response to a repeat: it is the response of an earlier request with the same key. */
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final Pattern BARE = Pattern.compile("[\\x21-\\x7E&&[^\"]][\\x21-\\x7E]{0,254}");
    /** A string of a structured field (RFC 8941): in quotes, with a backslash before a quote or a backslash. */
    private static final Pattern QUOTED = Pattern.compile("\"((?:[\\x21-\\x7E&&[^\"\\\\]]|\\\\[\"\\\\]){1,510})\"");

    private static final int MAX_CHARS = 255;

    private IdempotencyKey() {}

    /**
     * Reads the key. With and without quotes it is the same key.
     *
     * @param headers all values of the header
     * @throws Problem if there are several headers, or if the key is malformed
     */
    public static Optional<String> of(List<String> headers) {
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        String header = headers.getFirst().strip();
        var quoted = QUOTED.matcher(header);
        if (headers.size() == 1 && BARE.matcher(header).matches()) {
            return Optional.of(header);
        }
        if (headers.size() == 1 && quoted.matches()) {
            String key = quoted.group(1).replaceAll("\\\\(.)", "$1");
            if (key.length() <= MAX_CHARS) {
                return Optional.of(key);
            }
        }
        throw Problem.invalid("Idempotency-Key must be one header of 1 to 255 visible ASCII characters.");
    }
}
