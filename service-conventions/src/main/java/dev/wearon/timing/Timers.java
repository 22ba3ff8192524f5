package dev.wearon.timing;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Timers of the caller's Vert.x context: they start and continue on it and wake up no other thread. Outside of Vert.x they are
 * timers of Mutiny.
 */
public final class Timers {

    private static final int NANOS_PER_MILLI = 1_000_000;

    private Timers() {}

    /** Fails with a {@link TimeoutException} of Mutiny after the limit, and cancels the source then. */
    public static <T> Uni<T> within(Duration limit, Uni<T> source) {
        return Uni.createFrom().emitter(answer -> {
            AtomicReference<Cancellable> running = new AtomicReference<>(() -> {});
            Cancellable timer = after(limit, () -> {
                answer.fail(new TimeoutException());
                running.get().cancel();
            });
            running.set(source.subscribe()
                    .with(
                            item -> {
                                timer.cancel();
                                answer.complete(item);
                            },
                            failure -> {
                                timer.cancel();
                                answer.fail(failure);
                            }));
            answer.onTermination(() -> {
                timer.cancel();
                running.get().cancel();
            });
        });
    }

    /** Runs an action once, on the caller's context. */
    public static Cancellable after(Duration delay, Runnable action) {
        Context context = Vertx.currentContext();
        if (context == null) {
            var timer = Infrastructure.getDefaultWorkerPool().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        }
        Vertx vertx = context.owner();
        long timer = vertx.setTimer(Math.max(1, Math.ceilDiv(delay.toNanos(), NANOS_PER_MILLI)), due -> action.run());
        return () -> vertx.cancelTimer(timer);
    }
}
