package dev.wearon.gateway.proxy;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import dev.wearon.gateway.limits.Budget;
import dev.wearon.gateway.proxy.Route.Dress;
import dev.wearon.gateway.proxy.Route.Service;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every public path with an envelope or an object behind it. What is not in here is not there. */
@ApplicationScoped
public class RoutingTable {

    private static final Match NOWHERE = new Match.NoSuchPath();

    private final List<Route> routes;
    private final PathTree<Path> paths = new PathTree<>();

    /** Everything that stands at one path. @param wrongMethod what the other methods are told */
    private record Path(Map<HttpMethod, Match> found, Match.WrongMethod wrongMethod) {}

    RoutingTable(ProxyConfig config) {
        long json = config.jsonBodyLimit();
        long upload = config.uploadLimit();
        Duration answer = config.answerTimeout();
        Duration report = config.ledgerReportTimeout();
        this.routes = List.of(
                new Route(
                                POST,
                                "/api/v1/generation/create",
                                Service.GENERATION,
                                Dress.WRAPPED,
                                json,
                                config.createTimeout())
                        .drawingOn(Budget.CREATE),
                new Route(GET, "/api/v1/generation/{id}", Service.GENERATION, Dress.WRAPPED, json, answer)
                        .drawingOn(Budget.POLLS),
                new Route(GET, "/api/v1/credits/balance", Service.CREDITS, Dress.WRAPPED, json, answer),
                new Route(GET, "/api/v1/credits/shopper", Service.CREDITS, Dress.WRAPPED, json, answer)
                        .drawingOn(Budget.SHOPPER),
                new Route(GET, "/api/v1/credits/transactions", Service.CREDITS, Dress.WRAPPED, json, answer),
                new Route(POST, "/api/v1/storage/uploads", Service.STORAGE, Dress.WRAPPED, json, answer),
                new Route(POST, "/api/v1/storage/downloads", Service.STORAGE, Dress.WRAPPED, json, answer),
                new Route(GET, "/api/v1/stores/analytics", Service.GENERATION, Dress.WRAPPED, json, answer),
                new Route(GET, "/api/v1/stores/config", Service.GATEWAY, Dress.MERCHANT, json, answer),
                new Route(PATCH, "/api/v1/stores/config", Service.GATEWAY, Dress.MERCHANT, json, answer),
                new Route(GET, "/api/v1/health", Service.GATEWAY, Dress.MERCHANT, json, answer),
                new Route(PUT, "/stores/{store_id}/uploads/{name}", Service.STORAGE, Dress.PLAIN, upload, answer),
                new Route(GET, "/stores/{store_id}/uploads/{name}", Service.STORAGE, Dress.PLAIN, 0, answer),
                new Route(HEAD, "/stores/{store_id}/uploads/{name}", Service.STORAGE, Dress.PLAIN, 0, answer),
                new Route(GET, "/stores/{store_id}/generated/{name}", Service.STORAGE, Dress.PLAIN, 0, answer),
                new Route(HEAD, "/stores/{store_id}/generated/{name}", Service.STORAGE, Dress.PLAIN, 0, answer),
                new Route(GET, "/admin/v1/ledger/trial-balance", Service.CREDITS, Dress.OPERATOR, json, report),
                new Route(GET, "/admin/v1/ledger/check", Service.CREDITS, Dress.OPERATOR, json, report),
                new Route(GET, "/admin/v1/reconciliation", Service.GENERATION, Dress.OPERATOR, json, report),
                new Route(POST, "/admin/v1/reconciliation/repair", Service.GENERATION, Dress.OPERATOR, json, report),
                new Route(GET, "/admin/v1/storage/orphans", Service.STORAGE, Dress.OPERATOR, json, report),
                new Route(GET, "/admin/v1/stores/{store_id}/balance", Service.CREDITS, Dress.OPERATOR, json, answer),
                new Route(
                        GET, "/admin/v1/stores/{store_id}/transactions", Service.CREDITS, Dress.OPERATOR, json, answer),
                new Route(GET, "/admin/v1/audit", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(GET, "/admin/v1/stores", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(POST, "/admin/v1/stores", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(GET, "/admin/v1/stores/{store_id}", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(PATCH, "/admin/v1/stores/{store_id}", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(POST, "/admin/v1/stores/{store_id}/api-keys", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(GET, "/admin/v1/stores/{store_id}/api-keys", Service.GATEWAY, Dress.OWN, json, answer),
                new Route(
                        DELETE,
                        "/admin/v1/stores/{store_id}/api-keys/{key_id}",
                        Service.GATEWAY,
                        Dress.OWN,
                        json,
                        answer),
                new Route(
                        POST,
                        "/admin/v1/stores/{store_id}/api-keys/{key_id}/rotate",
                        Service.GATEWAY,
                        Dress.OWN,
                        json,
                        answer),
                new Route(POST, "/admin/v1/stores/{store_id}/credits", Service.GATEWAY, Dress.OWN, json, answer));
        routes.stream()
                .collect(Collectors.groupingBy(Route::template, LinkedHashMap::new, Collectors.toList()))
                .forEach((template, there) -> paths.put(template, path(template, there)));
    }

    private static Path path(String template, List<Route> there) {
        String allowed = there.stream().map(route -> route.method().name()).collect(Collectors.joining(", "));
        return new Path(
                there.stream().collect(Collectors.toMap(Route::method, Match.Found::new)),
                new Match.WrongMethod(template, allowed));
    }

    /** Where a request goes. */
    public sealed interface Match {
        record Found(Route route) implements Match {}

        /** @param allowed the value of an {@code Allow} header */
        record WrongMethod(String template, String allowed) implements Match {}

        record NoSuchPath() implements Match {}
    }

    public Match match(HttpMethod method, String path) {
        Path there = paths.find(path);
        return there == null ? NOWHERE : there.found().getOrDefault(method, there.wrongMethod());
    }

    /** The template that {@code path} fits, whatever the method; empty when nothing is there. */
    public Optional<String> template(String path) {
        return Optional.ofNullable(paths.find(path))
                .map(there -> there.wrongMethod().template());
    }

    /** Headers that a client may send to one of the path's methods, beside those that HTTP itself knows. */
    public Set<String> requestHeaders(String template) {
        return routes.stream()
                .filter(route -> route.template().equals(template))
                .flatMap(route -> route.requestHeaders().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    List<Route> routes() {
        return routes;
    }
}
