package dev.wearon.gateway.forwarding;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.RoutingContext;

/**
 * One object on its way from its client to storage, no faster than storage takes it, and a watch over both. A client that
 * sends nothing, or never ends, is cut. While storage takes nothing more, or has everything and owes its answer, it is
 * storage that is waited for, and never the client that is blamed. Everything here runs on the request's event loop.
 */
final class Upload {

    private final RoutingContext ctx;
    private final HttpServerRequest client;
    private final UpstreamCall call;
    private final long stallMs;
    private final long idleMs;
    private final long end;

    private long watch;
    private long patience;

    /** Something has come, or storage has begun to take again, since the watch last looked. */
    private boolean moved;

    /**
     * The client was told to wait. The library's own word, {@code writeQueueFull}, says less: between its two marks the
     * queue counts as not full, and yet nobody has been told to go on.
     */
    private boolean waits;

    private boolean cut;

    /** All has come. A request that is paused after its end says of itself that it has not ended. */
    private boolean whole;

    private boolean over;

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
     * @return the head of storage's answer; fails with a timeout when it was storage that let nothing move for too long
     */
    Uni<HttpClientResponse> send() {
        // Ahead of the first byte: storage refuses a bad signature by the head alone, and frees this connection.
        WriteStream<Buffer> storage = call.begin();
        client.exceptionHandler(gone -> {
            if (!over) {
                // A client that goes away leaves no half object: storage sees the stream break off.
                call.abandon();
            }
        });
        client.endHandler(last -> {
            whole = true;
            stopWatching();
            // What is taken from now on is no answer.
            storage.drainHandler(null);
            storage.end();
            waitForStorage();
        });
        client.handler(chunk -> {
            moved = true;
            storage.write(chunk);
            if (storage.writeQueueFull()) {
                waits = true;
                client.pause();
                storage.drainHandler(taken -> goOn());
                waitForStorage();
            }
        });
        lookLater();
        client.resume();
        return call.response();
    }

    /** Leaves the request paused if there is more of it, which is wanted no more. */
    void stop() {
        over = true;
        stopWatching();
        client.handler(null);
        client.endHandler(null);
        if (!whole) {
            client.pause();
        }
    }

    void stopWatching() {
        ctx.vertx().cancelTimer(watch);
        ctx.vertx().cancelTimer(patience);
    }

    /** Whether it was ended for its client's slowness, and not for storage's. */
    boolean wasCut() {
        return cut;
    }

    private void goOn() {
        moved = true;
        waits = false;
        ctx.vertx().cancelTimer(patience);
        if (!over) {
            client.resume();
        }
    }

    /** Each look asks for the next: two never follow each other at once when the event loop itself was late. */
    private void lookLater() {
        watch = ctx.vertx().setTimer(stallMs, now -> {
            boolean stalled = !moved && !waits;
            moved = false;
            if (stalled || System.nanoTime() > end) {
                cut = !waits;
                if (cut) {
                    call.abandon();
                } else {
                    call.giveUp();
                }
            } else {
                lookLater();
            }
        });
    }

    private void waitForStorage() {
        // A chunk may still come behind the one that filled the queue.
        ctx.vertx().cancelTimer(patience);
        patience = ctx.vertx().setTimer(idleMs, late -> call.giveUp());
    }
}
