package dev.wearon.generation.worker;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a worker: its loops take nothing new, have a while to finish, and then let go of what they hold. */
final class Drain {

    /** A loop that waits for a permit, or lets go of its session, needs no longer than the timeouts of that. */
    private static final Duration LETTING_GO = Duration.ofSeconds(5);

    private final int loops;
    private final CountDownLatch running;
    private final BroadcastProcessor<Attempt> over = BroadcastProcessor.create();
    private volatile Long overAt;

    Drain(int loops) {
        this.loops = loops;
        this.running = new CountDownLatch(loops);
    }

    int loops() {
        return loops;
    }

    /** Only the first call counts. */
    synchronized void begin(Duration patience) {
        if (overAt == null) {
            overAt = System.nanoTime() + patience.toNanos();
        }
    }

    boolean hasBegun() {
        return overAt != null;
    }

    void loopEnded() {
        running.countDown();
    }

    /** When patience has ended; never, as long as nobody stops the worker. */
    Uni<Attempt> over() {
        return over.toUni().replaceWith(Attempt.CutShort::new);
    }

    /** Blocks until every loop has ended. After {@link #begin}. Answers false when one did not. */
    boolean end() throws InterruptedException {
        if (running.await(overAt - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        over.onComplete();
        return running.await(LETTING_GO.toNanos(), TimeUnit.NANOSECONDS);
    }
}
