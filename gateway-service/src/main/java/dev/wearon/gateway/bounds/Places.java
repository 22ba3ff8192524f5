package dev.wearon.gateway.bounds;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what is under way of each of many, up to a bound. Who has none is forgotten. */
final class Places<K> {

    private final int most;
    private final Map<K, Integer> taken = new ConcurrentHashMap<>();

    Places(int most) {
        this.most = most;
    }

    /** @return false when none is left */
    boolean take(K of) {
        if (taken.merge(of, 1, Integer::sum) > most) {
            leave(of);
            return false;
        }
        return true;
    }

    void leave(K of) {
        taken.computeIfPresent(of, (same, count) -> count == 1 ? null : count - 1);
    }

    int taken(K of) {
        return taken.getOrDefault(of, 0);
    }
}
