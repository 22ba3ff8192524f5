package dev.wearon.bench;

import java.time.Duration;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param stores how many stores the deductions are spread over, one row of the table each
 * @param clients how many clients work at a time, one row of the table each
 * @param serviceWarmUp load on the service before anything is measured, so that its code is compiled
 * @param warmUp load before each measurement, so that connections are open and statements prepared
 * @param measured the time that counts, for each side of each row
 */
public record Plan(
        List<Integer> stores, List<Integer> clients, Duration serviceWarmUp, Duration warmUp, Duration measured) {

    /** About as long as it will take once the servers run. */
    Duration estimate() {
        long measurements = 2L * stores.size() * clients.size();
        return serviceWarmUp.plus(warmUp.plus(measured).multipliedBy(measurements));
    }

    int mostStores() {
        return stores.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }
}
