package dev.wearon.gateway.keys;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Limits the look-ups per second for keys that do not exist; shopper tokens have a budget of their own. A look-up counts when it
 * starts, because only its result shows whether the key exists. If it does, the look-up is given back.
 */
@Singleton
public final class LookupBudget {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final int limit;
    private final Deque<Long> taken = new ArrayDeque<>();

    @Inject
    LookupBudget(KeysConfig config) {
        this(config.unknownPerSecond());
    }

    public LookupBudget(int perSecond) {
        this.limit = perSecond;
    }

    /** @param nanos the time of {@link System#nanoTime}; also identifies the look-up for {@link #giveBack} */
    public synchronized boolean take(long nanos) {
        while (!taken.isEmpty() && nanos - taken.peekFirst() >= SECOND) {
            taken.removeFirst();
        }
        return taken.size() < limit && taken.add(nanos);
    }

    public synchronized void giveBack(long nanos) {
        taken.removeLastOccurrence(nanos);
    }
}
