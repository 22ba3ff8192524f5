package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.RequestBody;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** Passes a request to the gateway's own resources, with its body buffered within its limit. */
@Singleton
public class OwnResources {

    private final RequestBody bodies;

    OwnResources(RequestBody bodies) {
        this.bodies = bodies;
    }

    /** Must be called on the request's context, with the request paused or in its first tick. */
    public Uni<Void> serve(RoutingContext ctx, Route route) {
        HttpServerRequest request = ctx.request();
        // These resources always use JSON, like the routes of the services.
        request.headers().remove(HttpHeaders.ACCEPT).set(HttpHeaders.CONTENT_TYPE, "application/json");
        if (route.access() == Access.WEBHOOK_SIGNATURE) {
            // The gate has read the body already.
            ctx.next();
            return Uni.createFrom().voidItem();
        }
        return bodies.json(ctx, route)
                .invoke(body -> body.ifPresent(whole -> {
                    ctx.setBody(whole);
                    ctx.next();
                }))
                .replaceWithVoid();
    }
}
