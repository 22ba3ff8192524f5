package dev.wearon.gateway.forwarding;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * A circuit breaker for one upstream. It opens after several consecutive refused connections or timeouts. While it is open,
 * calls fail at once, and one call per delay tests the upstream.
 *
 * <p>Every response counts as a success, even a 500. A connection that broke off counts neither way.
 */
final class Breaker {

    private static final Logger LOG = Logger.getLogger(Breaker.class);

    /** The breaker is open: no call was made. */
    static final class Open extends RuntimeException {
        Open(String upstream) {
            super(upstream + " is not called: its circuit breaker is open", null, false, false);
        }
    }

    private final String upstream;
    private final int failures;
    private final long delayNs;
    private final AtomicInteger consecutiveFailures = new AtomicInteger();
    private final AtomicLong nextProbeAt = new AtomicLong();

    /** @param failures opens after this many consecutive failures */
    Breaker(String upstream, int failures, Duration delay) {
        this.upstream = upstream;
        this.failures = failures;
        this.delayNs = delay.toNanos();
    }

    boolean isOpen() {
        return consecutiveFailures.get() >= failures;
    }

    /** Whether a call may be made. Its outcome should be reported, but an open breaker does not wait for it. */
    boolean allowsCall() {
        if (!isOpen()) {
            return true;
        }
        long probeAt = nextProbeAt.get();
        long now = System.nanoTime();
        return now - probeAt >= 0 && nextProbeAt.compareAndSet(probeAt, now + delayNs);
    }

    Open open() {
        return new Open(upstream);
    }

    void succeeded() {
        if (consecutiveFailures.get() != 0 && consecutiveFailures.getAndSet(0) >= failures) {
            LOG.infof("%s responds again", upstream);
        }
    }

    /** Counts a refused connection or a late response. */
    void failed() {
        if (!isOpen()) {
            // Set before the counter, so that other threads never see an open breaker whose delay is over.
            nextProbeAt.set(System.nanoTime() + delayNs);
        }
        if (consecutiveFailures.incrementAndGet() == failures) {
            LOG.warnf("%s failed %d times in a row: its circuit breaker is open", upstream, failures);
        }
    }
}
