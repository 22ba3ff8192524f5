package dev.wearon.gateway.routing;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.gateway.routing.Route.Flag;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.http.PreferredWait;
import dev.wearon.http.RequestId;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All public routes. Every other path is 404. The start fails if a route contradicts itself. */
@Singleton
@Startup
public class RoutingTable {

    /** Names the shopper of a request from a merchant's server. */
    public static final String SHOPPER_EMAIL = "x-shopper-email";

    /**
     * The access of paths without a route. It decides how the 404 is sent, for example whether it needs the admin token. No
     * other code decides by the prefix of a path. Every route below the operator's prefix is for the operator.
     */
    private static final Map<String, Access> ACCESS_BY_PREFIX = Map.of(
            "/api/v1/", Access.API_KEY,
            "/api/shopify/", Access.SHOPIFY_SESSION,
            "/stores/", Access.SIGNED_URL,
            "/admin/v1/", Access.OPERATOR);

    private static final long SHOPIFY_WEBHOOK_LIMIT = 2 * 1024 * 1024;

    private static final String[] HEADERS_OF_A_READ = {"Authorization", RequestId.HEADER};
    private static final String[] HEADERS_OF_A_CALL = {"Authorization", "Content-Type", RequestId.HEADER};

    private final RoutesConfig config;
    private final List<Route> routes;
    private final PathTree<Path> paths = new PathTree<>();

    /**
     * The routes of one path.
     *
     * @param wrongMethod the match for all other methods
     */
    private record Path(Map<HttpMethod, Match> routes, Match.WrongMethod wrongMethod) {}

    RoutingTable(RoutesConfig config, @All List<RouteSource> others) {
        this.config = config;
        this.routes = Stream.concat(
                        gatewayRoutes().stream(), others.stream().flatMap(source -> source.routes().stream()))
                .peek(RoutingTable::requireConsistent)
                .toList();
        routes.stream()
                .collect(Collectors.groupingBy(Route::template, LinkedHashMap::new, Collectors.toList()))
                .forEach((template, routes) -> paths.put(template, path(template, routes)));
    }

    private List<Route> gatewayRoutes() {
        Duration create = config.createTimeout();
        return List.of(
                call("/api/v1/generation/create", Service.GENERATION)
                        .requiring(Scope.GENERATIONS_WRITE)
                        .with(IdempotencyKey.HEADER, SHOPPER_EMAIL, PreferredWait.HEADER)
                        .within(create)
                        .drawingOn(Budget.CREATE)
                        .flagged(Flag.CREATE, Flag.SHOPPERS, Flag.WAITS),
                read("/api/v1/generation", Service.GENERATION)
                        .requiring(Scope.GENERATIONS_READ)
                        .with(SHOPPER_EMAIL)
                        .flagged(Flag.SHOPPERS, Flag.SELECTED_SHOPPER),
                read("/api/v1/generation/{id}", Service.GENERATION)
                        .requiring(Scope.GENERATIONS_READ)
                        .with(PreferredWait.HEADER)
                        .drawingOn(Budget.POLLS)
                        .flagged(Flag.SHOPPERS, Flag.WAITS),
                call("/api/v1/generation/{id}/cancel", Service.GENERATION)
                        .requiring(Scope.GENERATIONS_WRITE)
                        .flagged(Flag.SHOPPERS),
                read("/api/v1/generation/{id}/receipt", Service.GENERATION)
                        .requiring(Scope.GENERATIONS_READ)
                        .flagged(Flag.SHOPPERS),
                read("/api/v1/usage", Service.GENERATION).requiring(Scope.GENERATIONS_READ),
                events("/api/v1/generation/{id}/events").flagged(Flag.SHOPPERS),
                events("/api/v1/events").flagged(Flag.BALANCE),
                read("/api/v1/credits/balance", Service.CREDITS).requiring(Scope.CREDITS_READ),
                read("/api/v1/credits/shopper", Service.CREDITS)
                        .requiring(Scope.SHOPPERS_READ)
                        .with(SHOPPER_EMAIL)
                        .drawingOn(Budget.SHOPPER)
                        .flagged(Flag.SHOPPERS),
                read("/api/v1/credits/transactions", Service.CREDITS).requiring(Scope.CREDITS_READ),
                call("/api/v1/storage/uploads", Service.STORAGE)
                        .requiring(Scope.GENERATIONS_WRITE)
                        .flagged(Flag.SHOPPERS),
                call("/api/v1/storage/downloads", Service.STORAGE)
                        .requiring(Scope.GENERATIONS_READ)
                        .flagged(Flag.SHOPPERS),
                call("/api/v1/storage/imports", Service.STORAGE)
                        .requiring(Scope.GENERATIONS_WRITE)
                        .within(config.importTimeout())
                        .drawingOn(Budget.IMPORTS)
                        .flagged(Flag.SHOPPERS),
                read("/api/v1/storage/objects", Service.STORAGE).requiring(Scope.IMAGES_KEEP),
                json(DELETE, "/api/v1/storage/objects/{name}", Access.API_KEY, Delivery.ENVELOPE)
                        .to(Service.STORAGE)
                        .with(HEADERS_OF_A_READ)
                        .requiring(Scope.GENERATIONS_WRITE)
                        .drawingOn(Budget.CALLS)
                        .flagged(Flag.SHOPPERS),
                ownChange(POST, "/api/v1/purchases/claims", Access.API_KEY)
                        .requiring(Scope.GENERATIONS_WRITE)
                        .drawingOn(Budget.CALLS)
                        .flagged(Flag.SHOPPERS),
                ownChange(POST, "/api/v1/shopper-tokens", Access.API_KEY)
                        .requiring(Scope.SHOPPER_TOKENS_MINT)
                        .drawingOn(Budget.CALLS),
                ownChange(POST, "/api/v1/purchases", Access.API_KEY)
                        .requiring(Scope.PURCHASES_WRITE)
                        .drawingOn(Budget.CALLS),
                endpoints(GET, ""),
                endpoints(POST, ""),
                endpoints(GET, "/{id}"),
                endpoints(PATCH, "/{id}"),
                endpoints(DELETE, "/{id}"),
                endpoints(POST, "/{id}/rotate-secret"),
                endpoints(GET, "/{id}/attempts"),
                endpoints(POST, "/{id}/test"),
                endpoints(POST, "/{id}/replay"),
                endpoints(POST, "/{id}/messages/{message_id}/resend"),
                read("/api/v1/stores/analytics", Service.GENERATION).requiring(Scope.STORE_READ),
                own(GET, "/api/v1/stores/config", Access.API_KEY)
                        .requiring(Scope.STORE_READ)
                        .drawingOn(Budget.CALLS),
                ownChange(PATCH, "/api/v1/stores/config", Access.API_KEY)
                        .requiring(Scope.STORE_WRITE)
                        .drawingOn(Budget.CALLS),
                shopifyWebhook("orders"),
                shopifyWebhook("refunds"),
                shopifyWebhook("app"),
                shopifyWebhook("compliance"),
                own(GET, "/api/shopify/store", Access.SHOPIFY_SESSION),
                ownChange(POST, "/api/shopify/store", Access.SHOPIFY_SESSION),
                storefront(GET, Budget.SHOP),
                storefront(POST, Budget.MINT),
                own(GET, "/api/v1/health", Access.API_KEY).flagged(Flag.ANY_KEY).drawingOn(Budget.CALLS),
                upload("/stores/{store_id}/uploads/{name}"),
                download(GET, "/stores/{store_id}/uploads/{name}"),
                download(HEAD, "/stores/{store_id}/uploads/{name}"),
                download(GET, "/stores/{store_id}/generated/{name}"),
                download(HEAD, "/stores/{store_id}/generated/{name}"),
                report("/ledger/trial-balance", Service.CREDITS),
                report("/ledger/check", Service.CREDITS),
                report("/generations", Service.GENERATION).within(config.responseTimeout()),
                report("/purchases", Service.CREDITS).within(config.responseTimeout()),
                report("/reconciliation", Service.GENERATION),
                repair("/reconciliation/repair", Service.GENERATION),
                report("/storage/orphans", Service.STORAGE),
                storeReport("/stores/{store_id}/balance", Service.CREDITS),
                storeReport("/stores/{store_id}/transactions", Service.CREDITS),
                own(GET, "/admin/v1/status", Access.OPERATOR),
                own(GET, "/admin/v1/audit", Access.OPERATOR),
                own(GET, "/admin/v1/orders", Access.OPERATOR),
                own(GET, "/admin/v1/stores", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores", Access.OPERATOR),
                own(GET, "/admin/v1/stores/{store_id}", Access.OPERATOR),
                ownChange(PATCH, "/admin/v1/stores/{store_id}", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores/{store_id}/suspend", Access.OPERATOR),
                own(GET, "/admin/v1/stores/{store_id}/privacy-requests", Access.OPERATOR),
                own(GET, "/admin/v1/stores/{store_id}/privacy-requests/{id}/data", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores/{store_id}/shoppers/data", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores/{store_id}/shoppers/redact", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores/{store_id}/api-keys", Access.OPERATOR),
                own(GET, "/admin/v1/stores/{store_id}/api-keys", Access.OPERATOR),
                own(DELETE, "/admin/v1/stores/{store_id}/api-keys/{key_id}", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores/{store_id}/api-keys/{key_id}/rotate", Access.OPERATOR),
                ownChange(POST, "/admin/v1/stores/{store_id}/credits", Access.OPERATOR),
                own(GET, "/admin/v1/webhooks/shopify", Access.OPERATOR),
                ownChange(POST, "/admin/v1/webhooks/shopify/{id}/replay", Access.OPERATOR),
                page(GET, "/"),
                page(HEAD, "/"),
                page(GET, "/openapi"),
                page(HEAD, "/openapi"),
                page(GET, "/docs"),
                page(HEAD, "/docs"),
                page(GET, "/docs/"),
                page(HEAD, "/docs/"),
                page(GET, "/docs/{page}"),
                page(HEAD, "/docs/{page}"),
                page(GET, "/demo"),
                page(HEAD, "/demo"));
    }

    /** A read of a store from a service; counts as a call. */
    private Route read(String template, Service service) {
        return json(GET, template, Access.API_KEY, Delivery.ENVELOPE)
                .to(service)
                .with(HEADERS_OF_A_READ)
                .drawingOn(Budget.CALLS);
    }

    /** An event stream of try-ons; counts as a call. */
    private Route events(String template) {
        return Route.of(GET, template, Access.API_KEY, Delivery.EVENTS)
                .to(Service.GENERATION)
                .requiring(Scope.GENERATIONS_READ)
                .with(HEADERS_OF_A_READ)
                .with("Last-Event-ID")
                .within(config.responseTimeout())
                .drawingOn(Budget.CALLS);
    }

    private Route call(String template, Service service) {
        return json(POST, template, Access.API_KEY, Delivery.ENVELOPE)
                .to(service)
                .with(HEADERS_OF_A_CALL)
                .drawingOn(Budget.CALLS);
    }

    /** A call of the operator to a service, which the gateway makes as itself. */
    private Route report(String path, Service service) {
        return json(GET, "/admin/v1" + path, Access.OPERATOR, Delivery.ENVELOPE)
                .to(service, "/internal/v1" + path)
                .with(HEADERS_OF_A_READ)
                .within(config.ledgerReportTimeout());
    }

    private Route repair(String path, Service service) {
        return json(POST, "/admin/v1" + path, Access.OPERATOR, Delivery.ENVELOPE)
                .to(service, "/internal/v1" + path)
                .with(HEADERS_OF_A_CALL)
                .within(config.ledgerReportTimeout())
                .flagged(Flag.AUDITED_UNLESS_DRY_RUN);
    }

    private Route storeReport(String path, Service service) {
        return report(path, service).within(config.responseTimeout()).flagged(Flag.EXISTING_STORE);
    }

    private Route own(HttpMethod method, String template, Access access) {
        return json(method, template, access, Delivery.RESOURCE).with(HEADERS_OF_A_READ);
    }

    private Route ownChange(HttpMethod method, String template, Access access) {
        return json(method, template, access, Delivery.RESOURCE).with(HEADERS_OF_A_CALL);
    }

    private Route endpoints(HttpMethod method, String path) {
        return ownChange(method, "/api/v1/webhook-endpoints" + path, Access.API_KEY)
                .requiring(Scope.WEBHOOKS_WRITE)
                .drawingOn(Budget.CALLS);
    }

    /** Shopify sends it, so no page does. */
    private Route shopifyWebhook(String group) {
        return Route.of(POST, "/api/v1/webhooks/shopify/" + group, Access.WEBHOOK_SIGNATURE, Delivery.RESOURCE)
                .taking(SHOPIFY_WEBHOOK_LIMIT)
                .within(config.responseTimeout());
    }

    /** Shopify forwards it for a page. Its body counts for nothing, because it is not signed. */
    private Route storefront(HttpMethod method, Budget budget) {
        return json(method, "/api/shopify/proxy/shopper", Access.SHOPIFY_PROXY, Delivery.RESOURCE)
                .drawingOn(budget);
    }

    private Route upload(String template) {
        return Route.of(PUT, template, Access.SIGNED_URL, Delivery.BYTES)
                .to(Service.STORAGE)
                .through(Pool.UPLOADS)
                .taking(config.uploadLimit())
                .within(config.responseTimeout())
                .with("Range", "Content-Type", "Content-MD5", RequestId.HEADER);
    }

    private Route download(HttpMethod method, String template) {
        return Route.of(method, template, Access.SIGNED_URL, Delivery.BYTES)
                .to(Service.STORAGE)
                .through(Pool.DOWNLOADS)
                .within(config.responseTimeout())
                .with("Range", "If-Match", RequestId.HEADER);
    }

    private Route page(HttpMethod method, String template) {
        return json(method, template, Access.PUBLIC, Delivery.PAGE);
    }

    private Route json(HttpMethod method, String template, Access access, Delivery delivery) {
        return Route.of(method, template, access, delivery)
                .taking(config.jsonBodyLimit())
                .within(config.responseTimeout());
    }

    private static void requireConsistent(Route route) {
        contradiction(route).ifPresent(contradiction -> {
            throw new IllegalStateException(route.method() + " " + route.template() + ": " + contradiction);
        });
    }

    private static Optional<String> contradiction(Route route) {
        boolean local = route.service() == Service.GATEWAY;
        boolean authenticated = route.access() == Access.API_KEY || route.access() == Access.OPERATOR;
        if ((accessByPrefix(route.template()) == Access.OPERATOR) != (route.access() == Access.OPERATOR)) {
            return Optional.of("the routes of the operator, and only these, must be below the operator's path");
        } else if (route.access() == Access.CONSUMER) {
            return Optional.of("there is no gate for " + route.access() + " yet");
        } else if (route.is(Flag.SHOPPERS) && (route.access() != Access.API_KEY || route.isServerOnly())) {
            return Optional.of("shoppers call nothing that is for the merchant's server");
        } else if (route.is(Flag.SHOPPERS) && route.is(Flag.BALANCE)) {
            return Optional.of("the balance of the store is not for shoppers");
        } else if ((route.pool() == Pool.EVENTS) != (route.delivery() == Delivery.EVENTS)) {
            return Optional.of("the connections of event streams are only for event streams");
        } else if (route.scope().isPresent() != (route.access() == Access.API_KEY && !route.is(Flag.ANY_KEY))) {
            return Optional.of("a route for API keys needs a scope or is for any key; no other route has either");
        }
        return switch (route.delivery()) {
            case JSON -> Optional.of("plain JSON is not implemented yet");
            case ENVELOPE, EVENTS ->
                local || !authenticated
                        ? Optional.of("this delivery needs a service and an authenticated caller")
                        : Optional.empty();
            case BYTES -> local ? Optional.of("this delivery needs a service") : Optional.empty();
            case RESOURCE, PAGE -> local ? Optional.empty() : Optional.of("this delivery is for the gateway itself");
        };
    }

    private static Path path(String template, List<Route> routes) {
        String allowed = routes.stream().map(route -> route.method().name()).collect(Collectors.joining(", "));
        Set<String> headers = routes.stream()
                .flatMap(route -> route.headers().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        // A browser may send GET and POST also if the preflight does not name them, so it cannot allow only some
        // methods.
        boolean serverOnly = routes.getFirst().isServerOnly();
        if (routes.stream().anyMatch(route -> route.isServerOnly() != serverOnly)) {
            throw new IllegalStateException(template + ": only some of its methods are for servers only");
        }
        return new Path(
                routes.stream().collect(Collectors.toMap(Route::method, Match.Found::new)),
                new Match.WrongMethod(
                        template, accessByPrefix(template), allowed, String.join(", ", headers), serverOnly));
    }

    /** The result of matching a request. */
    public sealed interface Match {

        /** The access, which decides about the CORS headers and about early refusals. */
        Access access();

        record Found(Route route) implements Match {

            @Override
            public Access access() {
                return route.access();
            }
        }

        /**
         * @param allowed the value of the {@code Allow} header
         * @param headers the request headers that the methods of the path accept, comma-separated
         * @param serverOnly no page may call the path
         */
        record WrongMethod(String template, Access access, String allowed, String headers, boolean serverOnly)
                implements Match {}

        record NoSuchPath(Access access) implements Match {}
    }

    public Match match(HttpMethod method, String path) {
        Path found = paths.find(path);
        return found == null ? noRoute(path) : found.routes().getOrDefault(method, found.wrongMethod());
    }

    /**
     * The match for an invalid path.
     *
     * @param path null if the request line has none
     */
    public static Match.NoSuchPath noRoute(String path) {
        return new Match.NoSuchPath(path == null ? Access.PUBLIC : accessByPrefix(path));
    }

    private static Access accessByPrefix(String path) {
        for (Map.Entry<String, Access> area : ACCESS_BY_PREFIX.entrySet()) {
            if (path.startsWith(area.getKey())) {
                return area.getValue();
            }
        }
        return Access.PUBLIC;
    }

    public List<Route> routes() {
        return routes;
    }
}
