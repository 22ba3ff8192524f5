package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.envelope.Answers.guarded;

import dev.wearon.gateway.envelope.Answers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;

/** Hands {@code /admin/v1} to the gateway's own resources, with the body whole and within its limit. */
@ApplicationScoped
public class OwnRoutes {

    private final long bodyTimeoutMs;

    OwnRoutes(ProxyConfig config) {
        this.bodyTimeoutMs = config.bodyTimeout().toMillis();
    }

    /** Must be called in the request's first tick. */
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
