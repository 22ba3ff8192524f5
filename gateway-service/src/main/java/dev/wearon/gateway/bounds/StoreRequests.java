package dev.wearon.gateway.bounds;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * Limits the concurrent requests of each store at this gateway. Without this limit a store with slow calls could take all
 * connections to the services.
 */
@Singleton
public class StoreRequests {

    private static final String PERMIT = "wearon.permit";

    private final Bulkhead<UUID> bulkhead;

    StoreRequests(BoundsConfig config) {
        this.bulkhead = new Bulkhead<>(config.requestsPerStore());
    }

    /** The permit of a request. It has several users and is released by the last one. */
    private final class Permit {

        private final UUID storeId;
        private int users = 1;

        Permit(UUID storeId) {
            this.storeId = storeId;
        }

        private void release() {
            if (--users == 0) {
                bulkhead.release(storeId);
            }
        }
    }

    /**
     * Takes a permit. It is released when the response has been sent or the client has disconnected, unless {@link #keep}
     * holds it longer. Must be called on the request's own context, while the client is connected.
     *
     * @return false if the store has no permit left
     */
    public boolean admit(RoutingContext ctx, UUID storeId) {
        if (!bulkhead.tryAcquire(storeId)) {
            return false;
        }
        Permit permit = new Permit(storeId);
        ctx.put(PERMIT, permit);
        ctx.addEndHandler(over -> permit.release());
        return true;
    }

    /**
     * Holds the request's permit, if it has one, until the call to a service has ended. The call continues after its client
     * has disconnected, and still uses a connection.
     *
     * @return releases the permit; must be run on the request's own context when the call has ended
     */
    public Runnable keep(RoutingContext ctx) {
        Permit permit = ctx.get(PERMIT);
        if (permit == null || permit.users == 0) {
            return () -> {};
        }
        permit.users++;
        return permit::release;
    }

    int inFlight(UUID storeId) {
        return bulkhead.acquired(storeId);
    }
}
