package dev.wearon.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.proxy.Route.Dress;
import dev.wearon.gateway.proxy.Route.Service;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;

/** Everything that a route decides, with the default configuration, in one file that is read in a review. */
class RoutesTest {

    private static final String FILE = "/dev/wearon/gateway/routing/routes.txt";

    private static final List<String> TITLES = List.of(
            "method",
            "template",
            "access",
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
    void areTheOnesOfTheFile() throws IOException {
        try (InputStream file = RoutesTest.class.getResourceAsStream(FILE)) {
            assertThat(table()).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String table() {
        var config = new SmallRyeConfigBuilder()
                .withConverters(new Converter<?>[] {new DurationConverter()})
                .withMapping(ProxyConfig.class)
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "wearon.proxy.credits-url", "http://127.0.0.1:1",
                                "wearon.proxy.generation-url", "http://127.0.0.1:2",
                                "wearon.proxy.storage-url", "http://127.0.0.1:3"),
                        "addresses",
                        100))
                .build()
                .getConfigMapping(ProxyConfig.class);
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        new RoutingTable(config).routes().forEach(route -> rows.add(row(route)));
        return aligned(rows);
    }

    private static List<String> row(Route route) {
        return List.of(
                route.method().name(),
                route.template(),
                access(route.dress()),
                delivery(route.dress()),
                route.service().name(),
                route.service() == Service.GATEWAY ? "-" : route.target(route.template()),
                Long.toString(route.bodyLimit()),
                route.timeout().toString(),
                route.budget().name(),
                String.join(", ", route.requestHeaders()),
                pages(route),
                pool(route),
                flags(route));
    }

    private static String access(Dress dress) {
        return switch (dress) {
            case WRAPPED, MERCHANT -> "API_KEY";
            case OPERATOR, OWN -> "OPERATOR";
            case PLAIN -> "SIGNED_URL";
        };
    }

    private static String delivery(Dress dress) {
        return switch (dress) {
            case WRAPPED, OPERATOR -> "ENVELOPE";
            case OWN, MERCHANT -> "RESOURCE";
            case PLAIN -> "BYTES";
        };
    }

    /** Which pages may send the request from a browser and read its answer. */
    private static String pages(Route route) {
        if (route.template().startsWith("/api/v1/")) {
            return "of the key";
        }
        return route.template().startsWith("/stores/") ? "all" : "none";
    }

    private static String pool(Route route) {
        if (route.service() == Service.GATEWAY) {
            return "-";
        } else if (route.dress() != Dress.PLAIN) {
            return "CALLS";
        }
        return route.method().equals(HttpMethod.PUT) ? "UPLOADS" : "DOWNLOADS";
    }

    /** As WrappedRoutes and Repairs tell them. */
    private static String flags(Route route) {
        List<String> flags = new ArrayList<>();
        if (route.service() == Service.GENERATION
                && route.dress() == Dress.WRAPPED
                && route.method().equals(HttpMethod.POST)) {
            flags.add("create");
        }
        if (route.dress() == Dress.OPERATOR && route.method().equals(HttpMethod.POST)) {
            flags.add("audited");
        }
        if (route.dress() == Dress.OPERATOR && route.namesStore()) {
            flags.add("existing store");
        }
        return flags.isEmpty() ? "-" : String.join(", ", flags);
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
