package dev.wearon.gateway.routing;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.testkit.contract.OpenApiDocument;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the routing table, the OpenAPI document and the responses of every route. */
@QuarkusTest
class ContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final OpenApiDocument CONTRACT = OpenApiDocument.ofThisProject();

    /** Pages, which the contract does not describe. */
    private static final Set<String> DOCUMENTATION = Set.of("/", "/openapi", "/docs/");

    @Inject
    RoutingTable table;

    @Test
    void describesExactlyTheRoutes() {
        Set<String> described = new TreeSet<>();
        CONTRACT.at("/paths").properties().stream()
                .filter(path -> !DOCUMENTATION.contains(path.getKey()))
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(member -> {
                    if (!member.equals("parameters")) {
                        described.add(member.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        assertThat(described)
                .isEqualTo(table.routes().stream()
                        .filter(route -> route.delivery() != Delivery.PAGE && !TestRoutes.has(route))
                        .map(route -> route.method() + " " + route.template())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void isServedUnchanged() throws IOException {
        JsonNode served = JSON.readTree(given().get("/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString());
        assertThat(served).isEqualTo(CONTRACT.root());
    }

    @Test
    void everyRouteWithAnApiKeyAnswersWithTheEnvelope() throws JsonProcessingException {
        var merchant = Merchant.inAbsorbMode();
        for (Route route : table.routes()) {
            if (route.access() != Access.API_KEY || route.delivery() != Delivery.ENVELOPE || TestRoutes.has(route)) {
                continue;
            }
            String path = route.template()
                    .replace("{id}", "0190a000-0000-7000-8000-000000000000")
                    .replace("{name}", "0190a000-0000-7000-8000-000000000000.jpg");
            String method = route.method().name();
            FakeService service = service(route);
            int success = success(route);
            service.answers(success, "{\"a\":1}");
            envelope(merchant.calls().request(method, path), success);
            given().request(method, path).then().spec(refusal(401, "INVALID_API_KEY"));
            service.answers(400, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"No.\"}");
            envelope(merchant.calls().request(method, path), 400);
            service.answers(500, "<html>");
            envelope(merchant.calls().request(method, path), 500);
            service.behavesRaw(request -> request.connection().close());
            envelope(merchant.calls().request(method, path), 503);
            String wrong = route.method().equals(HttpMethod.GET) ? "PUT" : "GET";
            envelope(merchant.calls().request(wrong, path), 405);
        }
    }

    @Test
    void namesTheScopeOfEveryRoute() {
        table.routes().stream().filter(route -> !TestRoutes.has(route)).forEach(route -> assertThat(
                        CONTRACT.at(operation(route) + "/x-required-scope").asText())
                .as(route.template())
                .isEqualTo(route.scope().map(Scope::wire).orElse("")));
    }

    private static String operation(Route route) {
        return OpenApiDocument.step("/paths", route.template()) + "/"
                + route.method().name().toLowerCase(Locale.ROOT);
    }

    private static int success(Route route) {
        return CONTRACT.at(operation(route) + "/responses").properties().stream()
                .mapToInt(response -> Integer.parseInt(response.getKey()))
                .min()
                .orElseThrow();
    }

    private static FakeService service(Route route) {
        return switch (route.service()) {
            case CREDITS -> FakeServices.credits();
            case GENERATION -> FakeServices.generation();
            case STORAGE -> FakeServices.storage();
            case GATEWAY -> throw new AssertionError("The gateway's own routes are not wrapped");
        };
    }

    private static void envelope(Response answer, int status) throws JsonProcessingException {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        JsonNode body = JSON.readTree(answer.asString());
        assertThat(body.properties().stream().map(java.util.Map.Entry::getKey)).containsExactly("data", "error");
        assertThat(body.path("data").isNull()).isEqualTo(status >= 400);
        assertThat(body.path("error").isNull()).isEqualTo(status < 400);
    }
}
