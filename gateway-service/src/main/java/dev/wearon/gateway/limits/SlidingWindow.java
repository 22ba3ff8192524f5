package dev.wearon.gateway.limits;

import java.util.Arrays;

/** Counts the calls of one {@link Window} in the memory of this process. Not thread-safe. */
final class SlidingWindow {

    private final long bucketMs;
    /** The buckets of a window and the current bucket, each at its number modulo the array length. */
    private final int[] counts = new int[Window.BUCKETS + 1];

    private long last = Long.MIN_VALUE;
    private int total;

    SlidingWindow(long bucketMs) {
        this.bucketMs = bucketMs;
    }

    /** The calls in the window that ends now. If the clock goes back, the last known time counts. */
    int total(long nowMs) {
        long now = nowMs / bucketMs;
        if (total == 0 || now - last > Window.BUCKETS) {
            Arrays.fill(counts, 0);
            total = 0;
            last = Math.max(last, now);
        }
        while (last < now) {
            last++;
            total -= counts[slot(last)];
            counts[slot(last)] = 0;
        }
        return total;
    }

    /** Counts one call, at the time of the last {@link #total}. */
    void add() {
        counts[slot(last)]++;
        total++;
    }

    /**
     * The time in ms when the next call passes, if the window is full, or else when the window is empty again. Measured at
     * the time of the last {@link #total}.
     */
    long nextMs(int limit, long nowMs) {
        if (total == 0) {
            return nowMs;
        }
        return total < limit ? endMs(newest()) : endMs(expiring(total - limit));
    }

    private long newest() {
        long bucket = last;
        while (counts[slot(bucket)] == 0) {
            bucket--;
        }
        return bucket;
    }

    /** The first bucket whose expiry removes more than {@code over} calls. */
    private long expiring(int over) {
        long bucket = last - Window.BUCKETS;
        int expired = counts[slot(bucket)];
        while (expired <= over) {
            bucket++;
            expired += counts[slot(bucket)];
        }
        return bucket;
    }

    private long endMs(long bucket) {
        return (bucket + Window.BUCKETS + 1) * bucketMs;
    }

    private int slot(long bucket) {
        return (int) (bucket % counts.length);
    }
}
