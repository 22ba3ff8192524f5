package dev.wearon.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header with which a client names its request, so that a repeat of it does nothing twice. */
public final class IdempotencyKey {

    public static final String HEADER = "Idempotency-Key";

    /** On an answer: it is the one that was given, or would have been given, to an earlier request with this key. */
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final Pattern BARE = Pattern.compile("[\\x21-\\x7E&&[^\"]][\\x21-\\x7E]{0,254}");
    /** A string as structured fields write it (RFC 8941): in quotes, with a backslash before a quote or a backslash. */
    private static final Pattern QUOTED = Pattern.compile("\"((?:[\\x21-\\x7E&&[^\"\\\\]]|\\\\[\"\\\\]){1,510})\"");

    private static final int MAX_CHARS = 255;

    private IdempotencyKey() {}

    /**
     * The key that these headers say, with or without quotes: both are the same key.
     *
     * @param headers every value of the header that was sent
     * @throws Problem when there are several, or one that is no key
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
