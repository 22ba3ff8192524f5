package dev.wearon.gateway.proxy;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Hands a request to the gateway's own resources, with the body whole and within its limit. */
@ApplicationScoped
public class OwnRoutes {

    private final KeyGate gate;
    private final JsonBodies bodies;

    OwnRoutes(KeyGate gate, JsonBodies bodies) {
        this.gate = gate;
        this.bodies = bodies;
    }

    /** For a store: the resource finds it by {@link Route#caller}. Must be called in the request's first tick. */
    public void serveMerchant(RoutingContext ctx, Route route) {
        gate.admit(ctx, route, caller -> {
            Route.admit(ctx, caller);
            serve(ctx, route);
        });
    }

    /** For the operator, who has been recognised by now. Must be called in the request's first tick. */
    public void serve(RoutingContext ctx, Route route) {
        HttpServerRequest request = ctx.request();
        // These speak JSON whatever a client says about it, like the routes of the other services.
        request.headers().remove(HttpHeaders.ACCEPT).set(HttpHeaders.CONTENT_TYPE, "application/json");
        bodies.read(ctx, route, body -> {
            ctx.setBody(body);
            ctx.next();
        });
    }
}
