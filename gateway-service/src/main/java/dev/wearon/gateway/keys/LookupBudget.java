package dev.wearon.gateway.keys;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many look-ups strangers may cause: in any second no more than a limit. A look-up is paid for before it is made,
 * because only its answer tells whether it was a stranger's; then it may be given back.
 */
final class LookupBudget {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final int limit;
    private final Deque<Long> taken = new ArrayDeque<>();

    LookupBudget(int perSecond) {
        this.limit = perSecond;
    }

    /** @param nanos the time of {@link System#nanoTime}; also names what was taken */
    synchronized boolean take(long nanos) {
        while (!taken.isEmpty() && nanos - taken.peekFirst() >= SECOND) {
            taken.removeFirst();
        }
        return taken.size() < limit && taken.add(nanos);
    }

    synchronized void giveBack(long nanos) {
        taken.removeLastOccurrence(nanos);
    }
}
