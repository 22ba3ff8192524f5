package dev.wearon.bench;

import java.time.Duration;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param stores with {@link #KEYS_EACH} keys each
 * @param connections how many clients call at a time, one row for each side
 * @param serviceWarmUp load on the gateway before anything is measured, so that its code is compiled and it knows the keys
 * @param rounds how many times the sides take turns; each measured time is the sum of so many
 * @param warmUp load before each of them
 * @param measured the time that counts, for each side in each round
 */
public record GatewayPlan(
        int stores, List<Integer> connections, Duration serviceWarmUp, int rounds, Duration warmUp, Duration measured) {

    static final int KEYS_EACH = 10;

    /** About as long as it will take once the servers run. */
    Duration estimate(int sides) {
        return serviceWarmUp.plus(warmUp.plus(measured).multipliedBy((long) sides * rounds * connections.size()));
    }

    int keys() {
        return stores * KEYS_EACH;
    }
}
