package dev.wearon.gateway.deliveries;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** When a message is sent again: as often as Standard Webhooks recommends. */
final class RetrySchedule {

    /** After the first attempt, the second one, and so on. */
    private static final List<Duration> DELAYS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(10));

    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(10);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    /** Up to a fifth is added, so that messages which failed together do not come back together. */
    private static final double JITTER = 0.2;

    private RetrySchedule() {}

    /**
     * @param attempts that have failed
     * @param retryAfter how long the receiver wants to be left alone
     * @return empty if the message is not sent again
     */
    static Optional<Duration> delay(int attempts, Duration retryAfter) {
        if (attempts > DELAYS.size()) {
            return Optional.empty();
        }
        Duration planned = DELAYS.get(attempts - 1);
        Duration longer = planned.compareTo(retryAfter) > 0 ? planned : retryAfter;
        double factor = 1 + JITTER * ThreadLocalRandom.current().nextDouble();
        return Optional.of(Duration.ofMillis((long) (longer.toMillis() * factor)));
    }

    /**
     * Reads the header {@code Retry-After}: seconds, or a time.
     *
     * @param header null if there is none
     * @return at most ten hours; zero if the header says nothing that can be read
     */
    static Duration retryAfter(String header, Instant now) {
        Duration asked = header == null ? Duration.ZERO : asked(header.strip(), now);
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked;
    }

    private static Duration asked(String header, Instant now) {
        if (SECONDS.matcher(header).matches()) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            return Duration.between(
                    now,
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException unreadable) {
            return Duration.ZERO;
        }
    }
}
