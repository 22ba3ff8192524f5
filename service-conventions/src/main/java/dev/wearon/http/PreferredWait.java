package dev.wearon.http;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The preference to wait for the end of a try-on (RFC 7240): {@code Prefer: wait=10}. */
public final class PreferredWait {

    public static final String HEADER = "Prefer";

    /** Says in the response for how long the server would have waited. */
    public static final String APPLIED = "Preference-Applied";

    /** Shorter than the 30 s of silence after which proxies cut a connection. */
    private static final int LONGEST_SECONDS = 25;

    private static final Pattern WAIT = Pattern.compile("wait(?:\\s*=\\s*(?:(\\d{1,9})|\"(\\d{1,9})\"))?(?:\\s*;.*)?");

    private PreferredWait() {}

    /**
     * Reads the preference. The first one counts; one that is malformed or zero is ignored, as every preference may be.
     *
     * @param headers all values of the header
     */
    public static Optional<Duration> of(List<String> headers) {
        for (String header : headers) {
            for (String preference : header.split(",")) {
                Matcher wait = WAIT.matcher(preference.strip().toLowerCase(Locale.ROOT));
                if (wait.matches()) {
                    return limited(wait);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> limited(Matcher wait) {
        String number = wait.group(1) == null ? wait.group(2) : wait.group(1);
        int seconds = number == null ? LONGEST_SECONDS : Math.min(LONGEST_SECONDS, Integer.parseInt(number));
        return Optional.of(Duration.ofSeconds(seconds)).filter(Duration::isPositive);
    }

    /** The value of {@link #APPLIED}. */
    public static String applied(Duration wait) {
        return "wait=" + wait.toSeconds();
    }
}
