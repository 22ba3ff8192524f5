package dev.wearon.bench.claim;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Replaces storage and credits for a generation-service, and so sees when its workers have claimed: a worker that has claimed
 * reads the first image of the session. No image exists, so the worker fails the session and then releases its charge.
 */
final class Neighbours implements AutoCloseable {

    private static final int TIMEOUT_S = 20;

    static {
        // Otherwise newer JDKs print a warning about Netty in the middle of the report.
        System.setProperty("io.netty.noUnsafe", "true");
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Set<String> read = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<String> claims = new LinkedBlockingQueue<>();
    private final Semaphore releases = new Semaphore(0);

    Neighbours() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(this::serve)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(TIMEOUT_S, TimeUnit.SECONDS);
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    private void serve(HttpServerRequest request) {
        if (request.method() == HttpMethod.GET && request.path().startsWith("/internal/v1/stores/")) {
            claims.add(request.getParam("path"));
            answer(request, 404, new JsonObject().put("code", "NOT_FOUND").put("message", "No image exists."));
        } else if (request.path().equals("/internal/v1/releases/batch")) {
            request.bodyHandler(body -> {
                JsonArray answers = new JsonArray();
                int size = body.toJsonObject().getJsonArray("releases").size();
                for (int i = 0; i < size; i++) {
                    answers.add(new JsonObject().put("outcome", "released"));
                }
                answer(request, 200, new JsonObject().put("answers", answers));
                releases.release(size);
            });
        } else {
            answer(
                    request,
                    503,
                    new JsonObject().put("code", "SERVICE_UNAVAILABLE").put("message", "Replaced."));
        }
    }

    private static void answer(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }

    /** Forgets what earlier turns left. */
    void clear() {
        read.clear();
        claims.clear();
        releases.drainPermits();
    }

    /** Waits until a worker has claimed a session that no other worker claimed before. */
    void awaitClaim() throws Exception {
        String path = claims.poll(TIMEOUT_S, TimeUnit.SECONDS);
        if (path == null) {
            throw new IllegalStateException("no worker claimed a session within " + TIMEOUT_S + " s");
        }
        if (!read.add(path)) {
            throw new IllegalStateException("the session of " + path + " was claimed twice");
        }
    }

    /** Waits until a worker has failed its session. */
    void awaitEnd() throws Exception {
        if (!releases.tryAcquire(TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no worker ended its session within " + TIMEOUT_S + " s");
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
