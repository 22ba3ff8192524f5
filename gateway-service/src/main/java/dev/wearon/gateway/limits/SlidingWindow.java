package dev.wearon.gateway.limits;

import java.util.Arrays;

/** The calls of one {@link Window} in the memory of this process. Not safe for use by several threads. */
final class SlidingWindow {

    private final long bucketMs;
    /** Those of a window and the one under way, each at its number modulo their count. */
    private final int[] counts = new int[Window.BUCKETS + 1];

    private long last = Long.MIN_VALUE;
    private int total;

    SlidingWindow(long bucketMs) {
        this.bucketMs = bucketMs;
    }

    /** What passed in the window that ends now; time that goes back stands still. */
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

    /** One more, at the time that {@link #total} was asked for. */
    void take() {
        counts[slot(last)]++;
        total++;
    }

    /**
     * When the next call would pass if none is left, else when the window is full again; in ms. At the time that
     * {@link #total} was asked for.
     */
    long nextMs(int limit, long nowMs) {
        if (total == 0) {
            return nowMs;
        }
        return total < limit ? endMs(newest()) : endMs(freeing(total - limit));
    }

    private long newest() {
        long bucket = last;
        while (counts[slot(bucket)] == 0) {
            bucket--;
        }
        return bucket;
    }

    /** The first bucket with whose end more than {@code over} calls are over. */
    private long freeing(int over) {
        long bucket = last - Window.BUCKETS;
        int gone = counts[slot(bucket)];
        while (gone <= over) {
            bucket++;
            gone += counts[slot(bucket)];
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
