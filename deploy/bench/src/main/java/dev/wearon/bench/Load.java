package dev.wearon.bench;

import java.util.Arrays;

/**
 * What clients got answered.
 *
 * @param answered calls since the first, also those outside the measured time
 * @param seconds the measured time
 * @param latencies of each call answered in it, in nanoseconds, ascending
 */
record Load(long answered, double seconds, long[] latencies) {

    int counted() {
        return latencies.length;
    }

    double perSecond() {
        return counted() / seconds;
    }

    /** The latency that this share of the calls did not exceed. */
    double percentileMs(double share) {
        if (counted() == 0) {
            return Double.NaN;
        }
        int place = (int) Math.ceil(share * counted()) - 1;
        return latencies[Math.max(place, 0)] / 1e6;
    }

    /** Of both, as if they had been one. */
    Load and(Load other) {
        long[] all = Arrays.copyOf(latencies, latencies.length + other.latencies.length);
        System.arraycopy(other.latencies, 0, all, latencies.length, other.latencies.length);
        Arrays.sort(all);
        return new Load(answered + other.answered, seconds + other.seconds, all);
    }
}
