package dev.wearon.gateway.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryDelaysTest {

    @Test
    void growForAboutADay() {
        Duration all = Duration.ZERO;
        Duration before = Duration.ZERO;
        for (int attempts = 1; attempts < RetryDelays.MOST_ATTEMPTS; attempts++) {
            Duration delay = RetryDelays.after(attempts).orElseThrow();
            // The last two are equal before the jitter.
            assertThat(delay.multipliedBy(2)).isGreaterThan(before);
            all = all.plus(delay);
            before = delay;
        }
        assertThat(all).isBetween(Duration.ofHours(20), Duration.ofHours(30));
    }

    @Test
    void end() {
        assertThat(RetryDelays.after(RetryDelays.MOST_ATTEMPTS)).isEmpty();
        assertThat(RetryDelays.after(RetryDelays.MOST_ATTEMPTS + 5)).isEmpty();
    }
}
