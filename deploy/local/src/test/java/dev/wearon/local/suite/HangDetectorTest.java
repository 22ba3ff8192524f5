package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HangDetectorTest {

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final HangDetector silence = new HangDetector(EVERY);
    private Instant now = Instant.EPOCH;

    private boolean look(boolean answered) {
        now = now.plus(EVERY);
        return silence.isHanging(answered, now);
    }

    private void silentFor(int looks) {
        for (int i = 0; i < looks; i++) {
            assertThat(look(false)).isFalse();
        }
    }

    @Test
    void isHangingWhenSixLooksInARowStayUnanswered() {
        look(true);
        silentFor(5);
        assertThat(look(false)).isTrue();
    }

    @Test
    void isSlowWhenItAnswersNowAndThen() {
        look(true);
        silentFor(5);
        assertThat(look(true)).isFalse();
        silentFor(5);
    }

    @Test
    void isStartingUntilItHasAnsweredOnce() {
        silentFor(100);
        look(true);
        silentFor(5);
        assertThat(look(false)).isTrue();
    }

    @Test
    void getsAllLooksAgainAfterTheMachineWasSuspended() {
        look(true);
        silentFor(5);
        now = now.plus(Duration.ofHours(8));
        silentFor(5);
        assertThat(look(false)).isTrue();
    }
}
