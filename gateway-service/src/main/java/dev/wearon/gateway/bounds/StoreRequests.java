package dev.wearon.gateway.bounds;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * Counts the requests of each store that are under way at this gateway, so that a store whose calls are slow cannot take
 * all connections to the services.
 */
@ApplicationScoped
public class StoreRequests {

    private static final String PLACE = "wearon.place";

    private final Places<UUID> places;

    StoreRequests(BoundsConfig config) {
        this.places = new Places<>(config.requestsPerStore());
    }

    /** A request's place, which several may need: it is free when all of them have left. */
    private final class Place {

        private final UUID storeId;
        private int needed = 1;

        Place(UUID storeId) {
            this.storeId = storeId;
        }

        private void leave() {
            if (--needed == 0) {
                places.leave(storeId);
            }
        }
    }

    /**
     * Takes a place that is free again when the answer is out or the client has gone, whichever comes first, and nothing
     * {@link #keep keeps} it. Must be called on the request's own context, while its client is there.
     *
     * @return false when the store has none left
     */
    public boolean admit(RoutingContext ctx, UUID storeId) {
        if (!places.take(storeId)) {
            return false;
        }
        Place place = new Place(storeId);
        ctx.put(PLACE, place);
        ctx.addEndHandler(over -> place.leave());
        return true;
    }

    /**
     * Keeps the request's place, if it has one, until the call to a service is over too: it goes on when its client has gone,
     * and still holds a connection.
     *
     * @return to be run on the request's own context when the call is over
     */
    public Runnable keep(RoutingContext ctx) {
        Place place = ctx.get(PLACE);
        if (place == null || place.needed == 0) {
            return () -> {};
        }
        place.needed++;
        return place::leave;
    }

    /** How many are under way. */
    int of(UUID storeId) {
        return places.taken(storeId);
    }
}
