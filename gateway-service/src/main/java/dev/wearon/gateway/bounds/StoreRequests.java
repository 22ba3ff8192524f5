package dev.wearon.gateway.bounds;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the requests of each store that are under way at this gateway, so that a store whose calls are slow cannot take
 * all connections to the services.
 */
@ApplicationScoped
public class StoreRequests {

    private final int most;
    private final Map<UUID, Integer> underWay = new ConcurrentHashMap<>();

    StoreRequests(BoundsConfig config) {
        this.most = config.requestsPerStore();
    }

    /**
     * Takes a place that is free again when the answer is out or the client has gone, whichever comes first. Must be called
     * on the request's own context, while its client is there.
     *
     * @return false when the store has none left
     */
    public boolean admit(RoutingContext ctx, UUID storeId) {
        if (underWay.merge(storeId, 1, Integer::sum) > most) {
            leave(storeId);
            return false;
        }
        ctx.addEndHandler(over -> leave(storeId));
        return true;
    }

    /** How many are under way. */
    int of(UUID storeId) {
        return underWay.getOrDefault(storeId, 0);
    }

    /** A store with none is forgotten. */
    private void leave(UUID storeId) {
        underWay.computeIfPresent(storeId, (id, count) -> count == 1 ? null : count - 1);
    }
}
