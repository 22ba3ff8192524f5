package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HangDetectorTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final HangDetector detector = new HangDetector(INTERVAL);
    private Instant now = Instant.EPOCH;

    private boolean probe(boolean answered) {
        now = now.plus(INTERVAL);
        return detector.isHanging(answered, now);
    }

    private void unanswered(int probes) {
        for (int i = 0; i < probes; i++) {
            assertThat(probe(false)).isFalse();
        }
    }

    @Test
    void hangsAfterSixUnansweredProbes() {
        probe(true);
        unanswered(5);
        assertThat(probe(false)).isTrue();
    }

    @Test
    void doesNotHangIfItAnswersSometimes() {
        probe(true);
        unanswered(5);
        assertThat(probe(true)).isFalse();
        unanswered(5);
    }

    @Test
    void doesNotHangBeforeItsFirstAnswer() {
        unanswered(100);
        probe(true);
        unanswered(5);
        assertThat(probe(false)).isTrue();
    }

    @Test
    void countsFromZeroAfterTheMachineWasSuspended() {
        probe(true);
        unanswered(5);
        now = now.plus(Duration.ofHours(8));
        unanswered(5);
        assertThat(probe(false)).isTrue();
    }
}
