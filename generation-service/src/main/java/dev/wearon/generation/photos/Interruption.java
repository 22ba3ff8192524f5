package dev.wearon.generation.photos;

import java.util.concurrent.CancellationException;

/** Ends the long steps of a painting whose request was cancelled. */
public final class Interruption {

    private Interruption() {}

    /** @throws CancellationException if the thread was interrupted */
    public static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException();
        }
    }
}
