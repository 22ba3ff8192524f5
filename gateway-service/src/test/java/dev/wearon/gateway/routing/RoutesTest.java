package dev.wearon.gateway.routing;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.routing.Route.Flag;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares all routes in the default configuration with a file that is easy to review. */
class RoutesTest {

    private static final String FILE = "/dev/wearon/gateway/routing/routes.txt";

    private static final List<String> TITLES = List.of(
            "method",
            "template",
            "access",
            "scope",
            "delivery",
            "service",
            "target",
            "body",
            "timeout",
            "budget",
            "request headers",
            "pages",
            "pool",
            "flags");

    @Test
    void matchTheFile() throws IOException {
        try (InputStream file = RoutesTest.class.getResourceAsStream(FILE)) {
            assertThat(table()).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<Route> contradictory() {
        return List.of(
                Route.of(GET, "/admin/v1/test", Access.PUBLIC, Delivery.RESOURCE),
                Route.of(GET, "/api/v1/test", Access.OPERATOR, Delivery.RESOURCE),
                Route.of(GET, "/api/v1/test", Access.CONSUMER, Delivery.RESOURCE),
                Route.of(GET, "/stores/test", Access.SIGNED_URL, Delivery.BYTES)
                        .to(Service.STORAGE)
                        .flagged(Flag.SHOPPERS),
                Route.of(GET, "/api/v1/test", Access.API_KEY, Delivery.ENVELOPE)
                        .to(Service.CREDITS)
                        .requiring(Scope.PURCHASES_WRITE)
                        .flagged(Flag.SHOPPERS),
                keyed(Delivery.JSON).to(Service.CREDITS),
                keyed(Delivery.ENVELOPE),
                Route.of(GET, "/api/v1/test", Access.PUBLIC, Delivery.ENVELOPE).to(Service.CREDITS),
                Route.of(GET, "/stores/test", Access.SIGNED_URL, Delivery.EVENTS)
                        .to(Service.GENERATION),
                keyed(Delivery.EVENTS),
                keyed(Delivery.EVENTS).to(Service.GENERATION).through(Pool.CALLS),
                keyed(Delivery.ENVELOPE).to(Service.GENERATION).through(Pool.EVENTS),
                Route.of(GET, "/api/v1/test", Access.API_KEY, Delivery.RESOURCE),
                keyed(Delivery.RESOURCE).flagged(Flag.ANY_KEY),
                Route.of(GET, "/admin/v1/test", Access.OPERATOR, Delivery.RESOURCE)
                        .requiring(Scope.STORE_READ),
                Route.of(GET, "/stores/test", Access.SIGNED_URL, Delivery.BYTES),
                Route.of(GET, "/test", Access.PUBLIC, Delivery.RESOURCE).to(Service.CREDITS));
    }

    @ParameterizedTest
    @MethodSource("contradictory")
    void mayNotContradictThemselves(Route route) {
        assertThatThrownBy(() -> new RoutingTable(config(), List.of(() -> List.of(route))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("GET " + route.template() + ": ");
    }

    private static Route keyed(Delivery delivery) {
        return Route.of(GET, "/api/v1/test", Access.API_KEY, delivery).requiring(Scope.STORE_READ);
    }

    /** A browser may send POST after a preflight that allows only GET. */
    @Test
    void doNotLetPagesCallOnlySomeMethodsOfAPath() {
        Route onlyServers = Route.of(POST, "/api/v1/test", Access.API_KEY, Delivery.RESOURCE)
                .requiring(Scope.WEBHOOKS_WRITE);
        assertThatThrownBy(
                        () -> new RoutingTable(config(), List.of(() -> List.of(keyed(Delivery.RESOURCE), onlyServers))))
                .hasMessage("/api/v1/test: only some of its methods are for servers only");
    }

    private static RoutesConfig config() {
        return new SmallRyeConfigBuilder()
                .withConverters(new Converter<?>[] {new DurationConverter()})
                .withMapping(RoutesConfig.class)
                .build()
                .getConfigMapping(RoutesConfig.class);
    }

    private static String table() {
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        new RoutingTable(config(), List.of()).routes().forEach(route -> rows.add(row(route)));
        return aligned(rows);
    }

    private static List<String> row(Route route) {
        boolean forwarded = route.service() != Service.GATEWAY;
        return List.of(
                route.method().name(),
                route.template(),
                route.access().name(),
                route.scope().map(Scope::wire).orElse("-"),
                route.delivery().name(),
                route.service().name(),
                forwarded ? route.target() : "-",
                Long.toString(route.bodyLimit()),
                route.timeout().toString(),
                route.budget().name(),
                String.join(", ", route.headers()),
                route.isServerOnly() ? "none" : pages(route.access()),
                forwarded ? route.pool().name() : "-",
                flags(route));
    }

    /** The pages that may use the route from a browser; the tests of {@code origins} verify this. */
    private static String pages(Access access) {
        return switch (access) {
            case API_KEY -> "of the key";
            case SIGNED_URL, SHOPIFY_SESSION -> "all";
            case SHOPIFY_PROXY, OPERATOR, WEBHOOK_SIGNATURE, CONSUMER, PUBLIC -> "none";
        };
    }

    private static String flags(Route route) {
        return route.flags().isEmpty()
                ? "-"
                : route.flags().stream()
                        .map(flag -> flag.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private static String aligned(List<List<String>> rows) {
        int[] widths = IntStream.range(0, TITLES.size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElseThrow())
                .toArray();
        return rows.stream()
                .map(row -> IntStream.range(0, widths.length)
                                .mapToObj(column -> row.get(column)
                                        + " "
                                                .repeat(widths[column]
                                                        - row.get(column).length()))
                                .collect(Collectors.joining(" | "))
                                .stripTrailing()
                        + "\n")
                .collect(Collectors.joining());
    }
}
