package dev.wearon.bench.events;

import dev.wearon.local.suite.UserError;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long the events took from the commits of their changes. A commit and its event may become known in any order. */
final class Delays {

    private static final int DIGITS = 3;
    private static final long PAUSE_MS = 5;

    private record State(UUID session, long version) {}

    /** The times of commits without an event, and of events without a commit. */
    private final Map<State, Long> single = new ConcurrentHashMap<>();

    private volatile Histogram measured = new ConcurrentHistogram(DIGITS);

    void committed(UUID session, long version) {
        pair(session, version, System.nanoTime(), 1);
    }

    void arrived(UUID session, long version) {
        pair(session, version, System.nanoTime(), -1);
    }

    /** @param sign 1 if the other time is that of the event */
    private void pair(UUID session, long version, long time, int sign) {
        single.merge(new State(session, version), time, (other, own) -> {
            measured.recordValue(Math.max(0, sign * (other - own)));
            return null;
        });
    }

    /** The events that a stream begins with belong to no change. */
    void forget() {
        single.clear();
    }

    void begin() {
        measured = new ConcurrentHistogram(DIGITS);
    }

    /**
     * Waits until each change has its event.
     *
     * @throws UserError if some has none
     */
    Histogram complete(int seconds) throws UserError, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!single.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new UserError(
                        "%d changes have no event after %d s.".formatted(single.size(), seconds),
                        "none; this is a fault of the streams");
            }
            Thread.sleep(PAUSE_MS);
        }
        return measured;
    }
}
