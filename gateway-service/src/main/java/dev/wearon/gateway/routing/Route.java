package dev.wearon.gateway.routing;

import dev.wearon.gateway.limits.Budget;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One line of the routing table: all that is decided about the requests to a path with a method.
 *
 * @param template the public path, a name in braces standing for any one segment
 * @param target the path at the service, with the same names; only what stands before the first of them may differ
 * @param bodyLimit the longest request body in bytes
 * @param timeout how long the service may take for its answer; of bytes and events, for the head of it
 * @param budget what a request draws on
 * @param headers what a page in a browser may send beside what HTTP itself knows, in the order in which it is told
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
        List<String> headers,
        Set<Flag> flags) {

    /** Where a request's context keeps whose it is, for the log. */
    public static final String STORE_ID = "wearon.store_id";

    private static final String STORE_SEGMENT = "{store_id}";

    /** What only some routes do. */
    public enum Flag {
        /** A call without an answer may have created a try-on, and its caller is told so. */
        CREATE,
        /** The operator changes something, unless {@code dry_run} asks what would be changed: written down before it is done. */
        AUDITED_UNLESS_DRY_RUN,
        /** The store in the path must exist. A service knows a store from its first credit or picture on. */
        EXISTING_STORE
    }

    public Route {
        headers = List.copyOf(headers);
        flags = Set.copyOf(flags);
        if (!target.equals(template) && (head(template, target) + head(target, template)).contains("{")) {
            throw new IllegalArgumentException(target + " and " + template + " differ behind a name");
        }
    }

    /** A route to the gateway itself, which takes no body and draws on nothing. Event streams have connections of their own. */
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
                List.of(),
                Set.of());
    }

    /** Answered by {@code other}, under the same path. */
    public Route to(Service other) {
        return to(other, template);
    }

    public Route to(Service other, String path) {
        return new Route(
                method, template, access, delivery, other, path, pool, bodyLimit, timeout, budget, headers, flags);
    }

    public Route through(Pool other) {
        return new Route(
                method, template, access, delivery, service, target, other, bodyLimit, timeout, budget, headers, flags);
    }

    public Route taking(long bytes) {
        return new Route(
                method, template, access, delivery, service, target, pool, bytes, timeout, budget, headers, flags);
    }

    public Route within(Duration limit) {
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, limit, budget, headers, flags);
    }

    public Route drawingOn(Budget other) {
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, timeout, other, headers, flags);
    }

    /** With these headers beside those that it has. */
    public Route with(String... more) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of(more));
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, timeout, budget, all, flags);
    }

    public Route flagged(Flag... only) {
        Set<Flag> set = Set.of(only);
        return new Route(
                method, template, access, delivery, service, target, pool, bodyLimit, timeout, budget, headers, set);
    }

    public boolean is(Flag flag) {
        return flags.contains(flag);
    }

    /** What the service is asked for when a client asks for {@code path}, which matches. */
    public String target(String path) {
        return target.equals(template)
                ? path
                : head(target, template) + path.substring(head(template, target).length());
    }

    /** What stands in {@code path}, which matches, for the {@code {store_id}} that the template has. */
    public String store(String path) {
        int segment = template.substring(0, template.indexOf(STORE_SEGMENT)).split("/").length;
        return path.split("/")[segment];
    }

    /** The store that stands in {@code path}, which matches; empty when none does, or what is no id. */
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

    /** What stands in {@code of} before the end that it shares with {@code other}. */
    private static String head(String of, String other) {
        int end = of.length();
        int otherEnd = other.length();
        while (end > 0 && otherEnd > 0 && of.charAt(end - 1) == other.charAt(otherEnd - 1)) {
            end--;
            otherEnd--;
        }
        return of.substring(0, end);
    }
}
