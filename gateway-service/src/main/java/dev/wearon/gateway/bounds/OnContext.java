package dev.wearon.gateway.bounds;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Continues a request on its own context, the only one that may write its response. The timeouts of Mutiny continue on a
 * thread of Mutiny.
 */
public final class OnContext {

    private OnContext() {}

    /**
     * Moves a result to the caller's context, for example that of a shared look-up, which may complete on another thread. Must
     * be called on the request's context.
     */
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
     * Fails with a {@link TimeoutException} after a time limit. A later result is ignored, and its source is not cancelled.
     * Must be subscribed to on the request's context.
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
