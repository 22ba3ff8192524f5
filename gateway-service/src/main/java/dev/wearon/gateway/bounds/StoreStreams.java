package dev.wearon.gateway.bounds;

import dev.wearon.gateway.routing.Pool;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Limits the concurrent streams of each store at this gateway. Without this limit a store with very slow clients could take all
 * connections of a pool.
 */
@Singleton
public class StoreStreams {

    private static final String STREAM = "wearon.stream";

    private final Bulkhead<Stream> objects;
    private final Bulkhead<Stream> events;

    StoreStreams(BoundsConfig config) {
        this.objects = new Bulkhead<>(config.streamsPerStore());
        this.events = new Bulkhead<>(config.eventsPerStore());
    }

    private record Stream(String store, Pool pool) {}

    /**
     * Takes a permit. It is released when the response has been sent, the client has disconnected, or {@link #release} is
     * called. Must be called on the request's own context.
     *
     * @param store for objects the store in the path, whose signature is not verified yet
     * @return false if the store has no permit left for streams of this pool
     */
    public boolean admit(RoutingContext ctx, String store, Pool pool) {
        Stream stream = new Stream(store, pool);
        if (!bulkhead(pool).tryAcquire(stream)) {
            return false;
        }
        ctx.put(STREAM, stream);
        ctx.addEndHandler(over -> release(ctx));
        return true;
    }

    /** Releases the permit early, because the service has refused: its connection is free, even if the client is slow. */
    public void release(RoutingContext ctx) {
        Stream stream = ctx.remove(STREAM);
        if (stream != null) {
            bulkhead(stream.pool()).release(stream);
        }
    }

    /**
     * Holds the request's permit, if it has one, until the call to a service has ended. The call continues after its client has
     * disconnected.
     *
     * @return releases the permit; must be run on the request's own context when the call has ended
     */
    public Runnable keep(RoutingContext ctx) {
        Stream stream = ctx.remove(STREAM);
        return stream == null ? () -> {} : () -> bulkhead(stream.pool()).release(stream);
    }

    private Bulkhead<Stream> bulkhead(Pool pool) {
        return pool == Pool.EVENTS ? events : objects;
    }
}
