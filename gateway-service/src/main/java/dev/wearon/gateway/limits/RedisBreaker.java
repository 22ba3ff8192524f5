package dev.wearon.gateway.limits;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A circuit breaker for Redis. It opens after one timeout. While it is open, one request per delay tries Redis, and the
 * breaker closes when Redis answers. So only these requests wait for an unresponsive Redis.
 */
final class RedisBreaker {

    private static final long REACHABLE = 0;

    private final long delay;
    /** {@link #REACHABLE}, or the time of the next trial. */
    private final AtomicLong state = new AtomicLong(REACHABLE);

    RedisBreaker(Duration delay) {
        this.delay = delay.toNanos();
    }

    enum Attempt {
        NONE,
        NORMAL,
        /** Closes the breaker if Redis answers. */
        TRIAL
    }

    /** @param nanos the time of {@link System#nanoTime}, here and below */
    Attempt attempt(long nanos) {
        long nextTrial = state.get();
        if (nextTrial == REACHABLE) {
            return Attempt.NORMAL;
        }
        return nanos - nextTrial >= 0 && state.compareAndSet(nextTrial, after(nanos)) ? Attempt.TRIAL : Attempt.NONE;
    }

    /** @return whether the breaker changed its state */
    boolean succeeded(Attempt attempt) {
        return attempt == Attempt.TRIAL && state.getAndSet(REACHABLE) != REACHABLE;
    }

    /** @return whether the breaker changed its state */
    boolean failed(long nanos) {
        return state.compareAndSet(REACHABLE, after(nanos));
    }

    boolean isReachable() {
        return state.get() == REACHABLE;
    }

    private long after(long nanos) {
        long next = nanos + delay;
        return next == REACHABLE ? 1 : next;
    }
}
