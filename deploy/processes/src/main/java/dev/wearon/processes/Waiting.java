package dev.wearon.processes;

import java.io.IOException;
import java.time.Duration;

/** Waiting for things that announce nothing: files, locks, processes of others. */
public final class Waiting {

    private static final Duration STEP = Duration.ofMillis(50);

    private Waiting() {}

    /** A question whose answer may need the disk. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until the condition holds; false when it did not within {@code patience}. */
    public static boolean until(Duration patience, Condition condition) throws IOException {
        long giveUp = System.nanoTime() + patience.toNanos();
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
