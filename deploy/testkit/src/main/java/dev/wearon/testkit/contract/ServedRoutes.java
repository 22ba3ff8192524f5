package dev.wearon.testkit.contract;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The routes that a service serves without JAX-RS, and what its own OpenAPI document lists of them. */
public final class ServedRoutes {

    private static final List<String> ROOTS = List.of("/api/", "/internal/", "/stores/");
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final Router router;

    public ServedRoutes(Router router) {
        this.router = router;
    }

    /** Returns each route as {@code GET /path/{parameter}}. */
    public Set<String> served() {
        return paths().flatMap(path -> allowed(path).map(method -> method + " " + template(path)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Returns what a document lists of the same paths.
     *
     * @param document the URL of {@code /q/openapi}
     */
    public Set<String> listed(URL document) {
        Map<String, Map<String, Object>> listed = RestAssured.given()
                .accept("application/json")
                .get(document)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("paths");
        return paths().map(ServedRoutes::template)
                .flatMap(path -> listed.getOrDefault(path, Map.of()).keySet().stream()
                        .map(method -> method.toUpperCase(Locale.ROOT))
                        .filter(METHODS::contains)
                        .map(method -> method + " " + path))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<String> paths() {
        return router.getRoutes().stream()
                .map(Route::getPath)
                .filter(Objects::nonNull)
                .filter(ServedRoutes::isPublicOrInternal);
    }

    /** False for the routes that only tests have. */
    static boolean isPublicOrInternal(String path) {
        return ROOTS.stream().anyMatch(path::startsWith);
    }

    private static String template(String path) {
        return path.replaceAll(":(\\w+)", "{$1}");
    }

    /** The methods that a refusal of another method names. */
    private static Stream<String> allowed(String path) {
        Response refused = RestAssured.given().request("TRACE", path);
        String methods = Optional.ofNullable(refused.header("Allow"))
                .orElseThrow(() -> new AssertionError("TRACE " + path + " was answered " + refused.statusCode()));
        return Stream.of(methods.split(", ")).filter(METHODS::contains);
    }
}
