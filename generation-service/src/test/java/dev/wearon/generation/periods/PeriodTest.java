package dev.wearon.generation.periods;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodTest {

    @Test
    void readsADateAsAWholeDayInUtc() {
        assertThat(Period.start("2026-11-21")).contains(Instant.parse("2026-11-21T00:00:00Z"));
        assertThat(Period.end("2026-11-21")).contains(Instant.parse("2026-11-21T23:59:59.999999Z"));
        assertThat(Period.end("2028-02-29")).contains(Instant.parse("2028-02-29T23:59:59.999999Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T10:00:00Z, 2026-11-21T10:00:00Z",
        "2026-11-21T10:00Z, 2026-11-21T10:00:00Z",
        "2026-11-21T10:00:00.123Z, 2026-11-21T10:00:00.123Z",
        // The date in UTC differs from the written one.
        "2026-11-21T00:30:00+01:00, 2026-11-20T23:30:00Z",
        "2026-11-21T23:30:00-05:00, 2026-11-22T04:30:00Z",
        "2026-11-21T00:30:00 01:00, 2026-11-20T23:30:00Z",
        "2026-11-21T10:00:00, 2026-11-21T10:00:00Z",
    })
    void readsATimestampAsAnInstant(String text, Instant moment) {
        assertThat(Period.start(text)).contains(moment);
        assertThat(Period.end(text)).contains(moment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "today",
                "2026",
                "2026-11",
                "2026-13-01",
                "2026-02-29",
                "21.11.2026",
                "20261121",
                "2026-11-21T",
                "2026-11-21T25:00:00Z",
                "2026-11-21T10:00:00+19:00",
                "2026-11-21T10:00:00.1234567890Z",
                "2026-11-21 10:00:00",
                "2026-11-21T10:00:00Z[UTC]",
                "+12026-11-21",
                "-2026-11-21",
                "1763683200",
                "2026-11-21Z",
                "２０２６-11-21",
            })
    void rejectsOtherTexts(String text) {
        assertThat(Period.start(text)).isEqualTo(Optional.empty());
        assertThat(Period.end(text)).isEqualTo(Optional.empty());
    }
}
