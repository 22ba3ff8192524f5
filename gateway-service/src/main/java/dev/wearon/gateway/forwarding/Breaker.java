package dev.wearon.gateway.forwarding;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Keeps calls away from an upstream that refused connections or let calls wait in vain, several times in a row: they would
 * only hold connections and make clients wait. Meanwhile one call in each pause goes through and finds out.
 *
 * <p>Whatever was answered is an answer: a service that says 500 is there. What broke off half-way says nothing.
 */
final class Breaker {

    private static final Logger LOG = Logger.getLogger(Breaker.class);

    /** Nobody was asked. */
    static final class Open extends RuntimeException {
        Open(String upstream) {
            super(upstream + " is left alone", null, false, false);
        }
    }

    private final String upstream;
    private final int failures;
    private final long pauseNs;
    private final AtomicInteger inARow = new AtomicInteger();
    private final AtomicLong nextProbeAt = new AtomicLong();

    /** @param failures after how many in a row it opens */
    Breaker(String upstream, int failures, Duration pause) {
        this.upstream = upstream;
        this.failures = failures;
        this.pauseNs = pause.toNanos();
    }

    boolean isOpen() {
        return inARow.get() >= failures;
    }

    /** The outcome of a call that may go is told, or not if it was neither; an open breaker never waits for it. */
    boolean mayGo() {
        if (!isOpen()) {
            return true;
        }
        long probeAt = nextProbeAt.get();
        long now = System.nanoTime();
        return now - probeAt >= 0 && nextProbeAt.compareAndSet(probeAt, now + pauseNs);
    }

    Open open() {
        return new Open(upstream);
    }

    void answered() {
        if (inARow.get() != 0 && inARow.getAndSet(0) >= failures) {
            LOG.infof("%s answers again", upstream);
        }
    }

    /** The connection was refused, or the answer did not come in time. */
    void missed() {
        if (!isOpen()) {
            // Before the count, so that nobody meets an open breaker with a pause that has long passed.
            nextProbeAt.set(System.nanoTime() + pauseNs);
        }
        if (inARow.incrementAndGet() == failures) {
            LOG.warnf("%s was not to be reached %d times in a row and is left alone", upstream, failures);
        }
    }
}
