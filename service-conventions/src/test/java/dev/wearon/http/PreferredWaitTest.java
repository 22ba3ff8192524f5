package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferredWaitTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait | 25",
                "wait=1 | 1",
                "wait=25 | 25",
                "wait=26 | 25",
                "wait=999999999 | 25",
                "WAIT = 7 | 7",
                "wait=\"7\" | 7",
                "respond-async, wait=7; foo=bar | 7",
                "wait=7, wait=9 | 7"
            })
    void isReadInSeconds(String header, int seconds) {
        assertThat(PreferredWait.of(List.of(header))).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "respond-async",
                "wait=0",
                "wait=-1",
                "wait=x",
                "wait=1.5",
                "waiting=5",
                "wait=9999999999",
                "await"
            })
    void isIgnoredIfItIsNone(String header) {
        assertThat(PreferredWait.of(List.of(header))).isEmpty();
    }

    @Test
    void mayBeInALaterHeader() {
        assertThat(PreferredWait.of(List.of("return=minimal", "wait=3"))).contains(Duration.ofSeconds(3));
        assertThat(PreferredWait.of(List.of())).isEmpty();
    }
}
