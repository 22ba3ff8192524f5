package dev.wearon.gateway.proxy;

import dev.wearon.gateway.identities.ShopperEmail;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.http.RequestId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One line of the routing table.
 *
 * @param template the public path, a name in braces standing for any one segment; services serve the same path,
 *     for the operator the one of the same name under {@code /internal/v1}
 * @param bodyLimit the longest request body in bytes
 * @param timeout how long the service may take for its answer (plain routes: for the head of it)
 * @param budget what a request draws on
 */
public record Route(
        HttpMethod method,
        String template,
        Service service,
        Dress dress,
        long bodyLimit,
        Duration timeout,
        Budget budget) {

    /** Where a request's context keeps whose it is, for the log. */
    public static final String STORE_ID = "wearon.store_id";

    private static final String STORE_SEGMENT = "{store_id}";
    private static final String CALLER = "wearon.caller";

    private static final Set<HttpMethod> TAKING_BODIES = Set.of(HttpMethod.POST, HttpMethod.PATCH, HttpMethod.PUT);
    private static final Map<String, List<String>> OF_TEMPLATE = Map.of(
            "/api/v1/generation/create", List.of(IdempotencyKey.HEADER, ShopperEmail.HEADER),
            "/api/v1/credits/shopper", List.of(ShopperEmail.HEADER));
    /** With the usual budget: of what is opened with a key the store's calls, of everything else none. */
    Route(HttpMethod method, String template, Service service, Dress dress, long bodyLimit, Duration timeout) {
        this(
                method,
                template,
                service,
                dress,
                bodyLimit,
                timeout,
                dress == Dress.WRAPPED || dress == Dress.MERCHANT ? Budget.CALLS : Budget.NONE);
    }

    /** The same with another budget. */
    Route drawingOn(Budget other) {
        return new Route(method, template, service, dress, bodyLimit, timeout, other);
    }

    /** Who answers. */
    enum Service {
        GATEWAY,
        CREDITS,
        GENERATION,
        STORAGE
    }

    /**
     * How the answer gets its envelope: here (for a store or for the operator), never, or by the gateway's own resources
     * (for the operator or for a store).
     */
    public enum Dress {
        WRAPPED,
        OPERATOR,
        PLAIN,
        OWN,
        MERCHANT
    }

    /** Whose key opened a {@link Dress#MERCHANT} route: for the resource behind it. */
    public static KeyCheck.Valid caller(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.get(CALLER), "No key was checked for this request");
    }

    static void admit(RoutingContext ctx, KeyCheck.Valid caller) {
        ctx.put(CALLER, caller);
    }

    /** What a client may say in headers beside what HTTP itself knows. */
    Set<String> requestHeaders() {
        Set<String> headers = new LinkedHashSet<>();
        if (dress == Dress.PLAIN) {
            headers.add("Range");
        } else {
            headers.add("Authorization");
        }
        if (TAKING_BODIES.contains(method)) {
            headers.add("Content-Type");
        }
        headers.add(RequestId.HEADER);
        headers.addAll(OF_TEMPLATE.getOrDefault(template, List.of()));
        return headers;
    }

    /** What the service is asked for when a client asks for {@code path}. */
    String target(String path) {
        return dress == Dress.OPERATOR ? path.replaceFirst("^/admin/v1/", "/internal/v1/") : path;
    }

    boolean namesStore() {
        return template.contains(STORE_SEGMENT);
    }

    /** What stands for the store in {@code path}, which matches. */
    String store(String path) {
        int segment = template.substring(0, template.indexOf(STORE_SEGMENT)).split("/").length;
        return path.split("/")[segment];
    }

    /** The store that stands in {@code path}, which matches; empty when none does, or what is no id. */
    public Optional<UUID> storeId(String path) {
        if (!namesStore()) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(store(path)));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }
}
