package dev.wearon.gateway.bounds;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * What a request waits for comes back on the request's own context, where alone its answer may be written. Mutiny's own time
 * limits end on a thread of Mutiny's.
 */
public final class OnContext {

    private OnContext() {}

    /** What may be said on another thread, as by a look-up that is shared. Must be called on the request's context. */
    public static <T> Uni<T> back(Uni<T> awaited) {
        Context own = Vertx.currentContext();
        return awaited.emitOn(step -> {
            if (Vertx.currentContext() == own) {
                step.run();
            } else {
                own.runOnContext(back -> step.run());
            }
        });
    }

    /**
     * What is said on the request's context, or a {@link TimeoutException} there. What comes later is dropped, and what it came
     * from is not cancelled. Must be subscribed to on the request's context.
     */
    public static <T> Uni<T> within(Duration limit, Uni<T> awaited) {
        return Uni.createFrom().emitter(answer -> {
            Vertx vertx = Vertx.currentContext().owner();
            long timer = vertx.setTimer(
                    limit.toMillis(),
                    late -> answer.fail(
                            new TimeoutException("There was no answer within " + limit.toMillis() + " ms")));
            awaited.subscribe()
                    .with(
                            item -> {
                                vertx.cancelTimer(timer);
                                answer.complete(item);
                            },
                            fault -> {
                                vertx.cancelTimer(timer);
                                answer.fail(fault);
                            });
        });
    }
}
