package dev.wearon.gateway.testing;

import dev.wearon.processes.Ports;
import dev.wearon.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** A fake of a service: a real HTTP server with the wire format, whose responses and failures each test defines. */
public final class FakeService {

    /** A request that the service received. */
    public record Seen(String method, String uri, MultiMap headers, Buffer body) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final int port;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Handler<HttpServerRequest> behaviour;
    private HttpServer server;

    FakeService(Vertx vertx) {
        this.vertx = vertx;
        // The port stays reserved while the service is down.
        this.port = freePort();
        this.server = listen(port);
    }

    private static int freePort() {
        try {
            return Ports.free();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private HttpServer listen(int onPort) {
        return vertx.createHttpServer()
                .requestHandler(request -> behaviour.handle(request))
                .listen(onPort, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    public int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Buffers and records the request, and lets the test respond. */
    public void behaves(BiConsumer<HttpServerRequest, Buffer> answering) {
        behavesRaw(request -> request.body().onSuccess(body -> {
            seen.add(new Seen(request.method().name(), request.uri(), request.headers(), body));
            answering.accept(request, body);
        }));
    }

    public void behavesRaw(Handler<HttpServerRequest> handling) {
        seen.clear();
        behaviour = handling;
    }

    public void answers(int status, String json) {
        behaves((request, body) -> request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json;charset=UTF-8")
                .end(json));
    }

    public List<Seen> seen() {
        return seen;
    }

    public Seen onlySeen() {
        if (seen.size() != 1) {
            throw new AssertionError("Expected one request and saw " + seen.size());
        }
        return seen.getFirst();
    }

    /** Closes the port while {@code meanwhile} runs. */
    public void whileDown(Runnable meanwhile) {
        server.close().toCompletionStage().toCompletableFuture().join();
        try {
            meanwhile.run();
        } finally {
            // An outgoing connection of another process may use the port for a moment.
            server = Await.until(TIMEOUT, () -> listen(port), listening -> true);
        }
    }

    /** Responds to every call with these bytes, which need not be valid HTTP, while {@code meanwhile} runs. */
    public void whileAnswering(String bytes, boolean closes, Runnable meanwhile) {
        whileDown(() -> {
            NetServer raw = Await.until(TIMEOUT, () -> answering(bytes, closes), listening -> true);
            try {
                meanwhile.run();
            } finally {
                raw.close().toCompletionStage().toCompletableFuture().join();
            }
        });
    }

    private NetServer answering(String bytes, boolean closes) {
        return vertx.createNetServer()
                .connectHandler(socket -> socket.handler(request ->
                        socket.write(bytes).compose(written -> closes ? socket.close() : Future.succeededFuture())))
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }
}
