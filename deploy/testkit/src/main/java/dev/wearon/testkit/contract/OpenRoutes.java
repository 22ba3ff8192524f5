package dev.wearon.testkit.contract;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URL;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The routes of a service that exist for a caller. For all others the answer is the 404 of an unknown path. */
public final class OpenRoutes {

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private OpenRoutes() {}

    /**
     * Calls every route that the service's own OpenAPI document lists, with an empty object as body.
     *
     * @param document the URL of {@code /q/openapi}
     * @param identity in the form of an {@code Authorization} header
     * @return each as {@code GET /path/{parameter}}
     */
    public static Set<String> of(URL document, String identity) {
        Map<String, Map<String, Object>> paths = RestAssured.given()
                .accept("application/json")
                .get(document)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("paths");
        Set<String> open = new TreeSet<>();
        paths.entrySet().removeIf(path -> !ServedRoutes.isPublicOrInternal(path.getKey()));
        paths.forEach((path, methods) -> methods.keySet().stream()
                .map(method -> method.toUpperCase(Locale.ROOT))
                .filter(METHODS::contains)
                .filter(method -> exists(method, path, identity))
                .forEach(method -> open.add(method + " " + path)));
        return open;
    }

    private static boolean exists(String method, String path, String identity) {
        Response answer = RestAssured.given()
                .header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body("{}")
                .request(method, path.replaceAll("\\{\\w+}", UUID.randomUUID().toString()));
        return answer.statusCode() != 404 || !answer.path("message").equals("The path was not found.");
    }
}
