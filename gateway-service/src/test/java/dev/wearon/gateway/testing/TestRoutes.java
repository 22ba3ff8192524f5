package dev.wearon.gateway.testing;

import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Delivery;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RouteSource;
import dev.wearon.gateway.routing.Service;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Routes for features that no public path uses yet. */
@ApplicationScoped
public class TestRoutes implements RouteSource {

    public static final String EVENTS = "/api/v1/test/events";

    /** Only for servers. */
    public static final String SERVERS = "/api/v1/test/servers";

    public static final String WEBHOOK = "/webhooks/test";
    public static final int WEBHOOK_LIMIT = 2 * 1024 * 1024;
    public static final Duration HEAD_WITHIN = Duration.ofSeconds(2);

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of(HttpMethod.GET, EVENTS, Access.API_KEY, Delivery.EVENTS)
                        .to(Service.GENERATION)
                        .requiring(Scope.GENERATIONS_READ)
                        .within(HEAD_WITHIN)
                        .drawingOn(Budget.CALLS)
                        .with("Authorization", "Last-Event-ID")
                        .flagged(Route.Flag.SHOPPERS),
                Route.of(HttpMethod.POST, SERVERS, Access.API_KEY, Delivery.ENVELOPE)
                        .to(Service.CREDITS)
                        .requiring(Scope.PURCHASES_WRITE)
                        .drawingOn(Budget.CALLS)
                        .with("Authorization"),
                Route.of(HttpMethod.POST, WEBHOOK, Access.WEBHOOK_SIGNATURE, Delivery.RESOURCE)
                        .taking(WEBHOOK_LIMIT));
    }

    public static boolean has(Route route) {
        return List.of(EVENTS, SERVERS, WEBHOOK).contains(route.template());
    }
}
