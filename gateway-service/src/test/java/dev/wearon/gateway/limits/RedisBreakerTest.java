package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.limits.RedisBreaker.Attempt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisBreakerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** System.nanoTime may be negative. */
    private static final long NOW = -3 * SECOND;

    private final RedisBreaker redis = new RedisBreaker(Duration.ofSeconds(1));

    @Test
    void allowsEveryCallWhileClosed() {
        assertThat(redis.attempt(NOW)).isEqualTo(Attempt.NORMAL);
        assertThat(redis.succeeded(Attempt.NORMAL)).isFalse();
        assertThat(redis.isReachable()).isTrue();
    }

    @Test
    void allowsOneTrialPerDelayWhileOpen() {
        assertThat(redis.failed(NOW)).isTrue();
        assertThat(redis.failed(NOW)).isFalse();
        assertThat(redis.isReachable()).isFalse();
        assertThat(redis.attempt(NOW + SECOND - 1)).isEqualTo(Attempt.NONE);
        assertThat(redis.attempt(NOW + SECOND)).isEqualTo(Attempt.TRIAL);
        assertThat(redis.attempt(NOW + SECOND)).isEqualTo(Attempt.NONE);
        assertThat(redis.failed(NOW + SECOND)).isFalse();
        assertThat(redis.attempt(NOW + 2 * SECOND - 1)).isEqualTo(Attempt.NONE);
        assertThat(redis.attempt(NOW + 2 * SECOND)).isEqualTo(Attempt.TRIAL);
    }

    @Test
    void closesAfterATrialAndNotAfterALateResponse() {
        redis.failed(NOW);
        assertThat(redis.succeeded(Attempt.NORMAL)).isFalse();
        assertThat(redis.isReachable()).isFalse();
        assertThat(redis.succeeded(Attempt.TRIAL)).isTrue();
        assertThat(redis.attempt(NOW)).isEqualTo(Attempt.NORMAL);
    }

    /** Zero is the internal mark for "closed", and {@code nanoTime} may return it. */
    @Test
    void handlesTheTimeZero() {
        redis.failed(-SECOND);
        assertThat(redis.isReachable()).isFalse();
    }
}
