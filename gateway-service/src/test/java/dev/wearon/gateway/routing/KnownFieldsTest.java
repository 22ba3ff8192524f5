package dev.wearon.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.testkit.contract.OpenApiDocument;
import io.vertx.core.http.HttpMethod;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KnownFieldsTest {

    private static final OpenApiDocument CONTRACT = OpenApiDocument.ofThisProject();
    private static final String SCHEMA = "/requestBody/content/application~1json/schema";

    /** A body either is described with {@code additionalProperties: false}, or the response names its unknown fields. */
    @Test
    void areTheFieldsOfTheContractWhereItAllowsOthers() {
        CONTRACT.at("/paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(operation -> operation.getValue().has("requestBody"))
                .filter(operation -> !operation.getValue().at(SCHEMA).isMissingNode())
                .forEach(operation -> {
                    JsonNode schema = resolved(operation.getValue().at(SCHEMA));
                    boolean closed = !schema.path("additionalProperties").asBoolean(true);
                    HttpMethod method = HttpMethod.valueOf(operation.getKey().toUpperCase(Locale.ROOT));
                    Route route = Route.of(method, path.getKey(), Access.API_KEY, Delivery.ENVELOPE);
                    assertThat(KnownFields.of(route).paths())
                            .as("%s %s", method, path.getKey())
                            .isEqualTo(closed ? Set.of() : fields(schema));
                }));
    }

    private static Set<String> fields(JsonNode schema) {
        Set<String> fields = new TreeSet<>();
        for (Map.Entry<String, JsonNode> property :
                resolved(schema).path("properties").properties()) {
            fields.add(property.getKey());
            for (String nested : fields(property.getValue().path("items"))) {
                fields.add(property.getKey() + "[]." + nested);
            }
        }
        return fields;
    }

    private static JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? CONTRACT.at(schema.get("$ref").textValue().substring(1)) : schema;
    }
}
