package dev.wearon.generation.worker;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The stop of a worker: its loops take no new permits, have some time to finish, and then undo their claims. */
final class Drain {

    /** Longer than the timeouts of a pop and of undoing a claim. */
    private static final Duration HAND_BACK_TIMEOUT = Duration.ofSeconds(5);

    private final int loops;
    private final CountDownLatch running;
    private final BroadcastProcessor<AttemptResult> expiry = BroadcastProcessor.create();
    private volatile Long expiresAt;

    Drain(int loops) {
        this.loops = loops;
        this.running = new CountDownLatch(loops);
    }

    int loops() {
        return loops;
    }

    /** Only the first call has an effect. */
    synchronized void begin(Duration timeout) {
        if (expiresAt == null) {
            expiresAt = System.nanoTime() + timeout.toNanos();
        }
    }

    boolean hasBegun() {
        return expiresAt != null;
    }

    void loopEnded() {
        running.countDown();
    }

    /** Completes when the timeout has passed; never while the worker runs. */
    Uni<AttemptResult> expired() {
        return expiry.toUni().replaceWith(AttemptResult.Stopped::new);
    }

    /** Blocks until every loop has ended. Call it after {@link #begin}. Returns false when a loop did not end. */
    boolean awaitLoops() throws InterruptedException {
        if (running.await(expiresAt - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        expiry.onComplete();
        return running.await(HAND_BACK_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    }
}
