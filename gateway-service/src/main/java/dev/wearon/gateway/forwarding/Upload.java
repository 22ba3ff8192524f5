package dev.wearon.gateway.forwarding;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.RoutingContext;

/**
 * One upload from a client to storage, with back-pressure and two timeouts. An upload is cut if the client sends nothing for
 * a while, or takes too long in total. While storage takes no bytes, or has received everything and has not responded, the
 * timeout of storage counts and not that of the client. Everything runs on the request's event loop.
 */
final class Upload {

    private final RoutingContext ctx;
    private final HttpServerRequest client;
    private final UpstreamCall call;
    private final long stallMs;
    private final long idleMs;
    private final long end;

    private long clientTimer;
    private long storageTimer;

    /** The client has sent something, or storage has taken bytes again, since the last check. */
    private boolean progressed;

    /**
     * The client is paused. {@code writeQueueFull} is not enough: after the queue has drained below its upper mark it is not
     * full any more, but the client is still paused.
     */
    private boolean paused;

    private boolean clientTooSlow;

    /** The body has arrived completely. {@code isEnded} is false if the request was paused after its end. */
    private boolean received;

    private boolean stopped;

    Upload(RoutingContext ctx, UpstreamCall call, ForwardingConfig config) {
        this.ctx = ctx;
        this.client = ctx.request();
        this.call = call;
        this.stallMs = config.uploadStallTimeout().toMillis();
        this.idleMs = config.streamIdleTimeout().toMillis();
        this.end = System.nanoTime() + config.uploadTimeout().toNanos();
    }

    /**
     * The request must be paused.
     *
     * @return the head of the response; fails with a timeout if storage was too slow
     */
    Uni<HttpClientResponse> send() {
        // Sends the head first: storage refuses a bad signature at once, which frees this connection.
        WriteStream<Buffer> storage = call.begin();
        client.exceptionHandler(gone -> {
            if (!stopped) {
                // Storage sees the stream break off, so it keeps no partial object.
                call.abandon();
            }
        });
        client.endHandler(last -> {
            received = true;
            stopWatching();
            // Draining is no progress any more: only the response counts.
            storage.drainHandler(null);
            storage.end();
            waitForStorage();
        });
        client.handler(chunk -> {
            progressed = true;
            storage.write(chunk);
            if (storage.writeQueueFull()) {
                paused = true;
                client.pause();
                storage.drainHandler(taken -> resumeClient());
                waitForStorage();
            }
        });
        scheduleCheck();
        client.resume();
        return call.response();
    }

    /** Stops the upload. The rest of the request stays paused and is not read. */
    void stop() {
        stopped = true;
        stopWatching();
        client.handler(null);
        client.endHandler(null);
        if (!received) {
            client.pause();
        }
    }

    void stopWatching() {
        ctx.vertx().cancelTimer(clientTimer);
        ctx.vertx().cancelTimer(storageTimer);
    }

    /** Whether the client was the reason of the timeout, and not storage. */
    boolean wasClientTooSlow() {
        return clientTooSlow;
    }

    private void resumeClient() {
        progressed = true;
        paused = false;
        ctx.vertx().cancelTimer(storageTimer);
        if (!stopped) {
            client.resume();
        }
    }

    /** Starts the next timer after a check, because a blocked event loop could run two checks of a periodic timer at once. */
    private void scheduleCheck() {
        clientTimer = ctx.vertx().setTimer(stallMs, now -> {
            boolean stalled = !progressed && !paused;
            progressed = false;
            if (stalled || System.nanoTime() > end) {
                clientTooSlow = !paused;
                if (clientTooSlow) {
                    call.abandon();
                } else {
                    call.timeOut();
                }
            } else {
                scheduleCheck();
            }
        });
    }

    private void waitForStorage() {
        // One more chunk may arrive after the pause, when a timer runs already.
        ctx.vertx().cancelTimer(storageTimer);
        storageTimer = ctx.vertx().setTimer(idleMs, late -> call.timeOut());
    }
}
