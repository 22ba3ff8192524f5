package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.http.Problem;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The routing table, the written contract and the answers of every route say the same. */
@QuarkusTest
class ContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject
    RoutingTable table;

    private static JsonNode contract() throws IOException {
        return JSON.valueToTree(new Yaml().load(Files.readString(Path.of("../docs/api/openapi.yaml"))));
    }

    @Test
    void describesEveryRouteAndNoOther() throws IOException {
        Set<String> described = new TreeSet<>();
        contract().path("paths").fields().forEachRemaining(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(member -> {
                    if (!member.equals("parameters")) {
                        described.add(member.toUpperCase() + " " + path.getKey());
                    }
                }));
        assertThat(described)
                .isEqualTo(table.routes().stream()
                        .map(route -> route.method() + " " + route.template())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void isServedAsItIsWritten() throws IOException {
        JsonNode served = JSON.readTree(given().get("/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString());
        JsonNode written = contract();
        assertThat(served.path("paths")).isEqualTo(written.path("paths"));
        assertThat(served.path("components").path("schemas"))
                .isEqualTo(written.path("components").path("schemas"));
        assertThat(served.path("components").path("securitySchemes"))
                .isEqualTo(written.path("components").path("securitySchemes"));
    }

    @Test
    void pointsOnlyAtWhatIsThere() throws IOException {
        JsonNode contract = contract();
        List<String> references = contract.findValuesAsText("$ref");
        assertThat(references).isNotEmpty();
        for (String reference : references) {
            assertThat(contract.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    @Test
    void givesEveryOperationAnExampleAndItsRefusals() throws IOException {
        contract().path("paths").forEach(path -> path.fields().forEachRemaining(operation -> {
            if (operation.getKey().equals("parameters")) {
                return;
            }
            JsonNode responses = operation.getValue().path("responses");
            assertThat(operation.getValue().path("operationId").isTextual()).isTrue();
            assertThat(responses.has("503")).isTrue();
            responses.findValues("application/json").forEach(content -> assertThat(content.has("example"))
                    .isTrue());
        }));
    }

    @Test
    void knowsEveryCode() throws IOException {
        Set<String> codes = new TreeSet<>();
        contract().at("/components/schemas/Code/enum").forEach(code -> codes.add(code.asText()));
        assertThat(codes)
                .isEqualTo(Arrays.stream(Problem.Code.values())
                        .map(Enum::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Whatever a service does behind it, a key-gated route answers in the envelope and nothing else. */
    @Test
    void everyAnswerOfAKeyGatedRouteIsTheEnvelope() throws JsonProcessingException {
        var merchant = Merchant.inAbsorbMode();
        for (Route route : table.routes()) {
            if (route.dress() != Route.Dress.WRAPPED) {
                continue;
            }
            String path = route.template().replace("{id}", "0190a000-0000-7000-8000-000000000000");
            String method = route.method().name();
            FakeService service = service(route);
            service.answers(200, "{\"a\":1}");
            envelope(merchant.calls().request(method, path), 200);
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
