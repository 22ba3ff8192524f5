package dev.wearon.generation.worker;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a worker: its loops take nothing new, have a while to finish, and then let go of what they hold. */
final class Drain {

    /** A loop that waits for a permit, or lets go of its session, needs no longer than the timeouts of that. */
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

    /** Only the first call counts. */
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

    /** When timeout has ended; never, as long as nobody stops the worker. */
    Uni<AttemptResult> expired() {
        return expiry.toUni().replaceWith(AttemptResult.Stopped::new);
    }

    /** Blocks until every loop has ended. After {@link #begin}. Answers false when one did not. */
    boolean awaitLoops() throws InterruptedException {
        if (running.await(expiresAt - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        expiry.onComplete();
        return running.await(HAND_BACK_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    }
}
