package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A fake service that opens event streams and keeps them open. */
final class FakeEvents {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<HttpServerRequest, Context> contexts = new ConcurrentHashMap<>();
    private final List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
    private final List<HttpServerRequest> left = new CopyOnWriteArrayList<>();

    /** Lets generation respond with the heads of streams. */
    static FakeEvents begin() {
        FakeEvents events = new FakeEvents();
        FakeServices.generation().behavesRaw(events::stream);
        return events;
    }

    private void stream(HttpServerRequest request) {
        request.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream;charset=UTF-8")
                .write(": here\n\n");
        request.connection().closeHandler(gone -> left.add(request));
        contexts.put(request, Vertx.currentContext());
        open.add(request);
    }

    /** Waits for the n-th stream. */
    HttpServerRequest stream(int n) {
        return Await.until(TIMEOUT, open::size, count -> count > n) > n ? open.get(n) : null;
    }

    /** Runs on the stream's event loop, because only there the state of the write queue is up to date. */
    void onItsLoop(int n, Consumer<HttpServerResponse> step) {
        HttpServerRequest request = stream(n);
        contexts.get(request).runOnContext(now -> step.accept(request.response()));
    }

    void send(int stream, String event) {
        stream(stream).response().write("data: " + event + "\n\n");
    }

    /** Keeps the open streams from being silent. */
    void beat() {
        for (HttpServerRequest request : open) {
            contexts.get(request).runOnContext(now -> {
                if (!request.response().closed()) {
                    request.response().write(":\n\n");
                }
            });
        }
    }

    int count() {
        return open.size();
    }

    /** The streams whose connection was closed. */
    int left() {
        return left.size();
    }
}
