package dev.wearon.processes;

import java.io.IOException;
import java.time.Duration;

/** Waits by polling for conditions without an event: files, locks, processes of others. */
public final class Waiting {

    private static final Duration STEP = Duration.ofMillis(50);

    private Waiting() {}

    /** A condition that may read files. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until the condition holds; false when it does not within {@code timeout}. */
    public static boolean until(Duration timeout, Condition condition) throws IOException {
        long giveUp = System.nanoTime() + timeout.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > giveUp) {
                return false;
            }
            briefly();
        }
        return true;
    }

    public static void briefly() throws IOException {
        try {
            Thread.sleep(STEP);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting", interrupted);
        }
    }
}
