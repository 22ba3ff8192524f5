package dev.wearon.generation.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final Instant FROM = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant TO = FROM.plusSeconds(600);

    private final Window window = new Window(FROM, TO);

    @Test
    void endsAtTheLatestEnd() {
        assertThat(window.cappedAt(TO.minusSeconds(1))).isEqualTo(new Window(FROM, TO.minusSeconds(1)));
    }

    @Test
    void isUnchangedWhenItEndsEarlier() {
        assertThat(window.cappedAt(TO)).isEqualTo(window);
        assertThat(window.cappedAt(TO.plusSeconds(1))).isEqualTo(window);
    }

    @Test
    void isEmptyWhenItStartsLater() {
        assertThat(window.cappedAt(FROM)).isEqualTo(new Window(FROM, FROM));
        assertThat(window.cappedAt(FROM.minusSeconds(1))).isEqualTo(new Window(FROM, FROM));
    }
}
