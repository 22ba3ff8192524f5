package dev.wearon.local.suite;

import java.time.Duration;
import java.time.Instant;

/**
 * Tells a process that hangs from one that starts or is slow: it has answered before, and then leaves {@link #PROBES} looks in
 * a row unanswered. A look that comes late says nothing, as the machine was suspended or the looking process itself was
 * stopped: the process then gets all of its looks again.
 */
final class HangDetector {

    static final int PROBES = 6;

    /** A look takes up to two of its intervals, one to connect and one to be answered. */
    private static final int LATE = 3;

    private final Duration every;
    private Instant last = Instant.MIN;
    private boolean heard;
    private int unanswered;

    /** @param every the time from one look to the next */
    HangDetector(Duration every) {
        this.every = every;
    }

    /** @param asked by the wall clock, which goes on while a machine is suspended */
    boolean isHanging(boolean answered, Instant asked) {
        boolean late = last.isBefore(asked.minus(every.multipliedBy(LATE)));
        last = asked;
        heard |= answered;
        unanswered = answered ? 0 : late ? 1 : unanswered + 1;
        return heard && unanswered >= PROBES;
    }
}
