package dev.wearon.generation.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.http.Problem;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageQueryTest {

    @ParameterizedTest
    @CsvSource({
        // Whole days, both included.
        "2026-03-10, 2026-03-10, day, 2026-03-10T00:00:00Z, 2026-03-10T00:00:00Z, 2026-03-11T00:00:00Z",
        "2026-03-10, 2026-03-10, hour, 2026-03-10T00:00:00Z, 2026-03-10T23:00:00Z, 2026-03-11T00:00:00Z",
        // A moment means its bucket in UTC.
        "2026-03-11T00:30:00+01:00, 2026-03-11T01:00:00+01:00, hour, 2026-03-10T23:00:00Z, 2026-03-11T00:00:00Z, 2026-03-11T01:00:00Z",
        "2026-03-11T00:30:00+01:00, 2026-03-11T00:59:59.999999+01:00, day, 2026-03-10T00:00:00Z, 2026-03-10T00:00:00Z, 2026-03-11T00:00:00Z",
        // The largest: 744 hours, 400 days.
        "2026-03-01, 2026-03-31, hour, 2026-03-01T00:00:00Z, 2026-03-31T23:00:00Z, 2026-04-01T00:00:00Z",
        "2026-01-01, 2027-02-04, day, 2026-01-01T00:00:00Z, 2027-02-04T00:00:00Z, 2027-02-05T00:00:00Z",
    })
    void hasWholeBuckets(String from, String to, String bucket, Instant first, Instant last, Instant end) {
        UsageQuery query = UsageQuery.of(from, to, bucket, null);
        assertThat(query.first()).isEqualTo(first);
        assertThat(query.last()).isEqualTo(last);
        assertThat(query.end()).isEqualTo(end);
        assertThat(query.by()).isEqualTo(UsageQuery.By.OUTCOME);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01, 2026-04-01T00:00:00Z, hour, outcome, 'from and to must be within 744 hours.'",
        "2026-01-01, 2027-02-05, day, outcome, 'from and to must be within 400 days.'",
        "0000-01-01, 9999-12-31, hour, outcome, 'from and to must be within 744 hours.'",
        "2026-03-02, 2026-03-01, day, key, to must not be before from.",
        "2026-03-01T10:30:00Z, 2026-03-01T10:00:00Z, hour, key, to must not be before from.",
        ", 2026-03-01, day, key, from is missing.",
        "2026-03-01, , day, key, to is missing.",
        "yesterday, 2026-03-01, day, key, from must be a date",
        "2026-03-01, 2026-03-02, week, key, 'bucket must be one of hour, day.'",
        "2026-03-01, 2026-03-02, DAY, key, 'bucket must be one of hour, day.'",
        "2026-03-01, 2026-03-02, day, shopper, 'by must be one of outcome, key.'",
    })
    void saysWhatIsWrong(String from, String to, String bucket, String by, String message) {
        assertThatThrownBy(() -> UsageQuery.of(from, to, bucket, by))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith(message);
    }
}
