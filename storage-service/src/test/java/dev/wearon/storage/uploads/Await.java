package dev.wearon.storage.uploads;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for a condition, at most ten seconds. */
final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Await() {}

    static void until(BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("The condition did not come true within " + PATIENCE);
            }
            Thread.sleep(10);
        }
    }
}
