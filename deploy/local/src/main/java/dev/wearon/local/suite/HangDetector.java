package dev.wearon.local.suite;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides from liveness probes whether a process hangs: it has answered before, and then does not answer {@link #PROBES}
 * consecutive probes. A late probe restarts the count, because the machine or the probing process was suspended.
 */
final class HangDetector {

    static final int PROBES = 6;

    /** A probe is late after this many intervals. It takes up to two: one to connect, one for the answer. */
    private static final int LATE_INTERVALS = 3;

    private final Duration interval;
    private Instant last = Instant.MIN;
    private boolean hasAnswered;
    private int unanswered;

    /** @param interval the time between two probes */
    HangDetector(Duration interval) {
        this.interval = interval;
    }

    /** @param probedAt by the wall clock, which continues while the machine is suspended */
    boolean isHanging(boolean answered, Instant probedAt) {
        boolean late = last.isBefore(probedAt.minus(interval.multipliedBy(LATE_INTERVALS)));
        last = probedAt;
        hasAnswered |= answered;
        unanswered = answered ? 0 : late ? 1 : unanswered + 1;
        return hasAnswered && unanswered >= PROBES;
    }
}
