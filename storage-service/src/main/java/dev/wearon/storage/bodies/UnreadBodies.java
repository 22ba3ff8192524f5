package dev.wearon.storage.bodies;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Lets a client read a refusal. Most clients read the response only after they have sent the whole body. So the rest of
 * a refused body is read and discarded, up to a size and a time; then the connection is closed.
 */
@ApplicationScoped
final class UnreadBodies {

    private static final int HIGHEST_PRIORITY = 1_000;

    private final Vertx vertx;
    private final long maxBytes;
    private final Duration timeout;

    UnreadBodies(Vertx vertx, BodiesConfig config) {
        this.vertx = vertx;
        this.maxBytes = config.discardMaxBytes();
        this.timeout = config.discardTimeout();
    }

    void register(@Observes Filters filters) {
        filters.register(
                routing -> {
                    routing.addEndHandler(answered -> {
                        // On a broken connection the reader of the body must keep its handlers.
                        if (answered.succeeded()) {
                            discardRest(routing.request());
                        }
                    });
                    routing.next();
                },
                HIGHEST_PRIORITY);
    }

    private void discardRest(HttpServerRequest request) {
        if (request.isEnded() || request.response().closed()) {
            return;
        }
        long timer =
                vertx.setTimer(timeout.toMillis(), late -> request.connection().close());
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.endHandler(end -> vertx.cancelTimer(timer));
        request.handler(rest -> {
            if (request.bytesRead() > maxBytes) {
                request.connection().close();
            }
        });
        request.resume();
    }
}
