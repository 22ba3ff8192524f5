package dev.wearon.gateway.limits;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether Redis is asked: by every request as long as it answers in time; once it did not, by one request after each
 * pause, until that one is answered. So a Redis that stands still costs one request in a while its patience, and not all.
 */
final class Reachability {

    private static final long REACHABLE = 0;

    private final long pause;
    /** Or when it may be asked again. */
    private final AtomicLong state = new AtomicLong(REACHABLE);

    Reachability(Duration pause) {
        this.pause = pause.toNanos();
    }

    enum Asking {
        NO,
        YES,
        /** The one whose answer decides for all. */
        TRIAL
    }

    /** @param nanos the time of {@link System#nanoTime}, here and below */
    Asking ask(long nanos) {
        long nextTrial = state.get();
        if (nextTrial == REACHABLE) {
            return Asking.YES;
        }
        return nanos - nextTrial >= 0 && state.compareAndSet(nextTrial, after(nanos)) ? Asking.TRIAL : Asking.NO;
    }

    /** @return whether that changes anything */
    boolean answered(Asking asking) {
        return asking == Asking.TRIAL && state.getAndSet(REACHABLE) != REACHABLE;
    }

    /** @return whether that changes anything */
    boolean failed(long nanos) {
        return state.compareAndSet(REACHABLE, after(nanos));
    }

    boolean isReachable() {
        return state.get() == REACHABLE;
    }

    private long after(long nanos) {
        long next = nanos + pause;
        return next == REACHABLE ? 1 : next;
    }
}
