package dev.wearon.gateway.incoming;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** When a webhook is worked on again: for about a day. */
final class RetryDelays {

    /** After the first attempt, the second one, and so on. */
    private static final List<Duration> DELAYS = List.of(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(20),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(4),
            Duration.ofHours(8),
            Duration.ofHours(8));

    /** Attempts in all. */
    static final int MOST_ATTEMPTS = DELAYS.size() + 1;

    /** Up to a fifth is added, so that webhooks which failed together do not come back together. */
    private static final double JITTER = 0.2;

    private RetryDelays() {}

    /**
     * @param attempts that have been made, at least one
     * @return empty if there is no other one
     */
    static Optional<Duration> after(int attempts) {
        if (attempts >= MOST_ATTEMPTS) {
            return Optional.empty();
        }
        double factor = 1 + JITTER * ThreadLocalRandom.current().nextDouble();
        return Optional.of(Duration.ofMillis((long) (DELAYS.get(attempts - 1).toMillis() * factor)));
    }
}
