package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.local.testing.Await;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that opens event streams and leaves them open. */
final class FakeEvents {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
    private final List<HttpServerRequest> left = new CopyOnWriteArrayList<>();

    /** From now on generation answers with the heads of streams. */
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
        open.add(request);
    }

    /** The n-th stream, as soon as it is open. */
    HttpServerRequest stream(int n) {
        return Await.until(PATIENCE, open::size, count -> count > n) > n ? open.get(n) : null;
    }

    void send(int stream, String event) {
        stream(stream).response().write("data: " + event + "\n\n");
    }

    int count() {
        return open.size();
    }

    /** Streams whose connection was closed. */
    int left() {
        return left.size();
    }
}
