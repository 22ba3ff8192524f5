package dev.wearon.gateway.routing;

import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.http.PreferredWait;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One line of the routing table: all decisions about the requests to a path with a method.
 *
 * @param template the public path; a name in braces matches any one segment
 * @param target the path at the service, with the same names; only the part before the first name may differ
 * @param bodyLimit the maximum size of the request body in bytes
 * @param timeout the maximum time until the response; for bytes and events until its head
 * @param budget the limits that count a request
 * @param scope the scope that an API key needs; empty for other callers and for {@link Flag#ANY_KEY}
 * @param headers the request headers that a page in a browser may send beyond the standard ones
 */
public record Route(
        HttpMethod method,
        String template,
        Access access,
        Delivery delivery,
        Service service,
        String target,
        Pool pool,
        long bodyLimit,
        Duration timeout,
        Budget budget,
        Optional<Scope> scope,
        List<String> headers,
        Set<Flag> flags) {

    /** The key of the store's id in the request's context, for the log. */
    public static final String STORE_ID = "wearon.store_id";

    private static final String STORE_SEGMENT = "{store_id}";

    /** Properties of some routes. */
    public enum Flag {
        /** Every API key may call, with any scopes. */
        ANY_KEY,
        /** Shoppers may call too, with a token that the store requested. */
        SHOPPERS,
        /** The address of the shopper selects what is read: one that is unusable is refused, because to ignore it would show more. */
        SELECTED_SHOPPER,
        /** The response has the balance of the store, too, so an API key also needs {@link Scope#CREDITS_READ}. */
        BALANCE,
        /** Its callers may prefer to wait for the end of the try-on. */
        WAITS,
        /** A create: if the call is unanswered, the response says that the try-on may exist. */
        CREATE,
        /** A change of the operator, unless {@code dry_run} is set. A changelog entry is written before it. */
        AUDITED_UNLESS_DRY_RUN,
        /**
         * The store in the path must exist. Checked here, because a service knows a store only after its first credit or
         * image.
         */
        EXISTING_STORE
    }

    public Route {
        headers = List.copyOf(headers);
        flags = Set.copyOf(flags);
        if (!target.equals(template) && (prefix(template, target) + prefix(target, template)).contains("{")) {
            throw new IllegalArgumentException(target + " and " + template + " differ after the first name");
        }
    }

    /** A route to the gateway itself, without a body and without a budget. Event streams have their own pool. */
    public static Route of(HttpMethod method, String template, Access access, Delivery delivery) {
        return new Route(
                method,
                template,
                access,
                delivery,
                Service.GATEWAY,
                template,
                delivery == Delivery.EVENTS ? Pool.EVENTS : Pool.CALLS,
                0,
                Duration.ofSeconds(2),
                Budget.NONE,
                Optional.empty(),
                List.of(),
                Set.of());
    }

    /** Forwards to a service, under the same path. */
    public Route to(Service other) {
        return to(other, template);
    }

    public Route to(Service other, String path) {
        return new Route(
                method, template, access, delivery, other, path, pool, bodyLimit, timeout, budget, scope, headers,
                flags);
    }

    public Route through(Pool other) {
        return new Route(
                method, template, access, delivery, service, target, other, bodyLimit, timeout, budget, scope, headers,
                flags);
    }

    public Route taking(long bytes) {
        return new Route(
                method, template, access, delivery, service, target, pool, bytes, timeout, budget, scope, headers,
                flags);
    }

    public Route within(Duration limit) {
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, limit, budget, scope, headers,
                flags);
    }

    public Route drawingOn(Budget other) {
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, timeout, other, scope, headers,
                flags);
    }

    public Route requiring(Scope required) {
        return new Route(
                method,
                template,
                access,
                delivery,
                service,
                target,
                pool,
                bodyLimit,
                timeout,
                budget,
                Optional.of(required),
                headers,
                flags);
    }

    /** Adds headers. */
    public Route with(String... more) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of(more));
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, timeout, budget, scope, all,
                flags);
    }

    public Route flagged(Flag... only) {
        Set<Flag> set = Set.of(only);
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, timeout, budget, scope, headers,
                set);
    }

    /** The scopes that an API key needs. */
    public List<Scope> scopes() {
        return Stream.concat(scope.stream(), is(Flag.BALANCE) ? Stream.of(Scope.CREDITS_READ) : Stream.empty())
                .toList();
    }

    /** Whether only servers may call: the route refuses every request with the {@code Origin} of a page. */
    public boolean isServerOnly() {
        return scope.filter(Scope.SERVER_ONLY::contains).isPresent();
    }

    public boolean is(Flag flag) {
        return flags.contains(flag);
    }

    /**
     * The route of one request: if its client prefers to wait, it takes the place and the connection of a stream, and has that much
     * more time.
     *
     * @param preferences all values of the header {@code Prefer}
     */
    public Route preferring(List<String> preferences) {
        return is(Flag.WAITS)
                ? PreferredWait.of(preferences)
                        .map(wait -> through(Pool.EVENTS).within(timeout.plus(wait)))
                        .orElse(this)
                : this;
    }

    /** The path at the service for a matching {@code path}. */
    public String target(String path) {
        return target.equals(template)
                ? path
                : prefix(target, template)
                        + path.substring(prefix(template, target).length());
    }

    /** The segment at {@code {store_id}} of a matching {@code path}. */
    public String store(String path) {
        int segment = template.substring(0, template.indexOf(STORE_SEGMENT)).split("/").length;
        return path.split("/")[segment];
    }

    /** The store id in a matching {@code path}; empty if the template has none, or if it is malformed. */
    public Optional<UUID> storeId(String path) {
        if (!template.contains(STORE_SEGMENT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(store(path)));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    /** The part of {@code of} before the common suffix. */
    private static String prefix(String of, String other) {
        int end = of.length();
        int otherEnd = other.length();
        while (end > 0 && otherEnd > 0 && of.charAt(end - 1) == other.charAt(otherEnd - 1)) {
            end--;
            otherEnd--;
        }
        return of.substring(0, end);
    }
}
