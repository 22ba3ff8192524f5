package dev.wearon.gateway.bounds;

import dev.wearon.gateway.routing.Pool;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Counts what streams of each store through this gateway, so that a store whose clients send or read a byte now and then
 * cannot take all connections of a pool.
 */
@ApplicationScoped
public class StoreStreams {

    private static final String PLACE = "wearon.stream";

    private final Places<Stream> objects;
    private final Places<Stream> events;

    StoreStreams(BoundsConfig config) {
        this.objects = new Places<>(config.streamsPerStore());
        this.events = new Places<>(config.eventsPerStore());
    }

    private record Stream(String store, Pool pool) {}

    /**
     * Takes a place of the store. It is free again when the answer is out, the client has gone, or {@link #leave} was called.
     * Must be called on the request's own context.
     *
     * @param store of an object, as the path has it: nobody knows yet whether the signature is good
     * @return false when the store has none left among the streams of this pool
     */
    public boolean admit(RoutingContext ctx, String store, Pool pool) {
        Stream stream = new Stream(store, pool);
        if (!places(pool).take(stream)) {
            return false;
        }
        ctx.put(PLACE, stream);
        ctx.addEndHandler(over -> leave(ctx));
        return true;
    }

    /** The service has refused: its connection is free, however long the client takes to hear of it. */
    public void leave(RoutingContext ctx) {
        Stream stream = ctx.remove(PLACE);
        if (stream != null) {
            places(stream.pool()).leave(stream);
        }
    }

    private Places<Stream> places(Pool pool) {
        return pool == Pool.EVENTS ? events : objects;
    }
}
