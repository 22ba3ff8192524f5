package dev.wearon.gateway.bounds;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Limits concurrency per key. A key without a permit takes no memory. */
final class Bulkhead<K> {

    private final int limit;
    private final Map<K, Integer> acquired = new ConcurrentHashMap<>();

    Bulkhead(int limit) {
        this.limit = limit;
    }

    /** @return false if the key has no permit left */
    boolean tryAcquire(K key) {
        if (acquired.merge(key, 1, Integer::sum) > limit) {
            release(key);
            return false;
        }
        return true;
    }

    void release(K key) {
        acquired.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    int acquired(K key) {
        return acquired.getOrDefault(key, 0);
    }
}
