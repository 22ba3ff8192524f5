package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.limits.Reachability.Asking;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReachabilityTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** As the clock may begin below zero. */
    private static final long NOW = -3 * SECOND;

    private final Reachability redis = new Reachability(Duration.ofSeconds(1));

    @Test
    void letsEverybodyAskWhileItAnswers() {
        assertThat(redis.ask(NOW)).isEqualTo(Asking.YES);
        assertThat(redis.answered(Asking.YES)).isFalse();
        assertThat(redis.isReachable()).isTrue();
    }

    @Test
    void letsOneAskAfterEachPause() {
        assertThat(redis.failed(NOW)).isTrue();
        assertThat(redis.failed(NOW)).isFalse();
        assertThat(redis.isReachable()).isFalse();
        assertThat(redis.ask(NOW + SECOND - 1)).isEqualTo(Asking.NO);
        assertThat(redis.ask(NOW + SECOND)).isEqualTo(Asking.TRIAL);
        assertThat(redis.ask(NOW + SECOND)).isEqualTo(Asking.NO);
        assertThat(redis.failed(NOW + SECOND)).isFalse();
        assertThat(redis.ask(NOW + 2 * SECOND - 1)).isEqualTo(Asking.NO);
        assertThat(redis.ask(NOW + 2 * SECOND)).isEqualTo(Asking.TRIAL);
    }

    @Test
    void believesTheOneThatTriedAndNotAnAnswerFromBefore() {
        redis.failed(NOW);
        assertThat(redis.answered(Asking.YES)).isFalse();
        assertThat(redis.isReachable()).isFalse();
        assertThat(redis.answered(Asking.TRIAL)).isTrue();
        assertThat(redis.ask(NOW)).isEqualTo(Asking.YES);
    }

    /** Zero stands for "reachable", and the clock passes it as any other time. */
    @Test
    void mistakesNoTimeForAnAnswer() {
        redis.failed(-SECOND);
        assertThat(redis.isReachable()).isFalse();
    }
}
