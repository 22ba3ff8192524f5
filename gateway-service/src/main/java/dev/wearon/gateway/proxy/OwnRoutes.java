package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.envelope.Answers.guarded;

import dev.wearon.gateway.envelope.Answers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;

/** Hands a request to the gateway's own resources, with the body whole and within its limit. */
@ApplicationScoped
public class OwnRoutes {

    private final KeyGate gate;
    private final long bodyTimeoutMs;

    OwnRoutes(KeyGate gate, ProxyConfig config) {
        this.gate = gate;
        this.bodyTimeoutMs = config.bodyTimeout().toMillis();
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
        if (Answers.expectsContinue(request)) {
            ctx.response().writeContinue();
            // The resources would ask for the body once more.
            request.headers().remove(HttpHeaders.EXPECT);
        }
        // These speak JSON whatever a client says about it, like the routes of the other services.
        request.headers().remove(HttpHeaders.ACCEPT).set(HttpHeaders.CONTENT_TYPE, "application/json");
        WholeBody.read(request, route.bodyLimit())
                .timeout(bodyTimeoutMs, TimeUnit.MILLISECONDS)
                .onFailure(unread -> Answers.refuse(ctx, WholeBody.unreadable(route, unread)))
                .onSuccess(guarded(ctx, body -> {
                    ctx.setBody(body);
                    ctx.next();
                }));
    }
}
