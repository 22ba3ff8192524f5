package dev.wearon.bench;

import java.time.Duration;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param stores with {@link #WAITING_EACH} sessions each
 * @param clients how many connections claim at a time, one row of the table each
 * @param claimedBefore for one more row: claims, without a vacuum, before one connection is measured
 * @param warmUp load before each measurement, so that connections are open and statements prepared
 * @param measured the time that counts, for each side of each row
 */
public record ClaimPlan(int stores, List<Integer> clients, int claimedBefore, Duration warmUp, Duration measured) {

    static final int WAITING_EACH = 100;

    int waiting() {
        return stores * WAITING_EACH;
    }
}
