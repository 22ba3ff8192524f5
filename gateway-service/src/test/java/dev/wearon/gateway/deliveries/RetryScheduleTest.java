package dev.wearon.gateway.deliveries;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @ParameterizedTest
    @CsvSource({"1,PT5S", "2,PT5M", "3,PT30M", "4,PT2H", "5,PT5H", "6,PT10H", "7,PT10H"})
    void growsWithTheAttempts(int attempts, Duration planned) {
        for (int repeat = 0; repeat < 100; repeat++) {
            Duration delay = RetrySchedule.delay(attempts, Duration.ZERO).orElseThrow();
            assertThat(delay).isBetween(planned, planned.multipliedBy(6).dividedBy(5));
        }
    }

    @Test
    void endsAfterEightAttempts() {
        assertThat(RetrySchedule.delay(8, Duration.ZERO)).isEmpty();
        assertThat(RetrySchedule.delay(9, Duration.ofHours(1))).isEmpty();
    }

    @Test
    void differsFromMessageToMessage() {
        long different = Stream.generate(
                        () -> RetrySchedule.delay(7, Duration.ZERO).orElseThrow())
                .limit(20)
                .distinct()
                .count();
        assertThat(different).isGreaterThan(1);
    }

    @Test
    void waitsAtLeastAsLongAsTheReceiverAsks() {
        Duration minute = Duration.ofMinutes(1);
        assertThat(RetrySchedule.delay(1, minute).orElseThrow()).isGreaterThanOrEqualTo(minute);
        assertThat(RetrySchedule.delay(3, minute).orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            delimiter = '|',
            value = {
                "none | PT0S",
                "'' | PT0S",
                "soon | PT0S",
                "-5 | PT0S",
                "120 | PT2M",
                "' 120 ' | PT2M",
                "999999999 | PT10H",
                "99999999999999999999 | PT0S",
                "Sun, 1 Mar 2026 10:01:00 GMT | PT1M",
                "Sun, 1 Mar 2026 09:00:00 GMT | PT0S",
            })
    void readsRetryAfter(String header, Duration expected) {
        assertThat(RetrySchedule.retryAfter(header, NOW)).isEqualTo(expected);
    }
}
