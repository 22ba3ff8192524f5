package dev.wearon.gateway.bounds;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Counts the objects of each store that stream through this gateway, so that a store whose clients send or read a byte now
 * and then cannot take all connections to storage.
 */
@ApplicationScoped
public class StoreStreams {

    private static final String PLACE = "wearon.stream";

    private final Places<Stream> places;

    StoreStreams(BoundsConfig config) {
        this.places = new Places<>(config.streamsPerStore());
    }

    private record Stream(String store, boolean upload) {}

    /**
     * Takes a place of the store that the path names; nobody knows yet whether the signature is good. It is free again when
     * the answer is out, the client has gone, or {@link #leave} was called. Must be called on the request's own context.
     *
     * @param store as the path has it
     * @return false when the store has none left in this direction
     */
    public boolean admit(RoutingContext ctx, String store, boolean upload) {
        Stream stream = new Stream(store, upload);
        if (!places.take(stream)) {
            return false;
        }
        ctx.put(PLACE, stream);
        ctx.addEndHandler(over -> leave(ctx));
        return true;
    }

    /** Storage has refused: its connection is free, however long the client takes to hear of it. */
    public void leave(RoutingContext ctx) {
        Stream stream = ctx.remove(PLACE);
        if (stream != null) {
            places.leave(stream);
        }
    }
}
