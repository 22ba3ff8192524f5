package dev.wearon.gateway.proxy;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * One object on its way from its client to storage, no faster than storage takes it, and a watch over the client: one
 * that sends nothing, or never ends, is cut. Who waits for storage is not cut for it, as it cannot send; the limit for the
 * whole ends that too, and then it is storage that did not answer. Everything here runs on the request's event loop.
 */
final class Upload {

    private static final Logger LOG = Logger.getLogger(Upload.class);

    private final RoutingContext ctx;
    private final HttpServerRequest client;
    private final HttpClientRequest storage;
    private final long stallMs;
    private final long end;

    private long watch;

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

    Upload(RoutingContext ctx, HttpClientRequest storage, Duration stall, Duration limit) {
        this.ctx = ctx;
        this.client = ctx.request();
        this.storage = storage;
        this.stallMs = stall.toMillis();
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** The request must be paused. */
    void begin() {
        client.exceptionHandler(gone -> {
            if (!over) {
                // A client that goes away leaves no half object: storage sees the stream break off.
                reset();
            }
        });
        client.endHandler(last -> {
            whole = true;
            stopWatching();
            storage.end();
        });
        client.handler(chunk -> {
            moved = true;
            storage.write(chunk);
            if (storage.writeQueueFull()) {
                waits = true;
                client.pause();
                storage.drainHandler(taken -> goOn());
            }
        });
        // Ahead of the first byte: storage refuses a bad signature by the head alone, and frees this connection.
        storage.sendHead();
        lookLater();
        client.resume();
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
    }

    /** Whether it was ended for its client's slowness, and not for storage's. */
    boolean wasCut() {
        return cut;
    }

    private void goOn() {
        moved = true;
        waits = false;
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
                reset();
            } else {
                lookLater();
            }
        });
    }

    private void reset() {
        // What the client library says to the reset is no news: everything is told through the answer's future.
        storage.exceptionHandler(told -> LOG.debugf("An upload broke off: %s", told));
        storage.reset();
    }
}
