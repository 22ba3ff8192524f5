package dev.wearon.testkit.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A document whose objects have no other fields than it describes. To clients it promises less, since a field may come one
 * day; a test wants to know about it. An object that says {@code additionalProperties} is as open as it says.
 */
final class ClosedSchemas {

    private static final List<String> NESTED = List.of("items", "additionalProperties");
    private static final List<String> ALTERNATIVES = List.of("allOf", "anyOf", "oneOf");

    private ClosedSchemas() {}

    static JsonNode of(JsonNode document) {
        JsonNode copy = document.deepCopy();
        // Closed where they are used: together with others under allOf, none of them knows all the fields.
        copy.at("/components/schemas").forEach(ClosedSchemas::closeParts);
        copy.findValues("schema").forEach(ClosedSchemas::close);
        return copy;
    }

    private static void close(JsonNode schema) {
        boolean describesFields = schema.has("properties")
                || schema.has("$ref")
                || ALTERNATIVES.stream().anyMatch(schema::has);
        if (describesFields && !schema.has("additionalProperties")) {
            ((ObjectNode) schema).put("unevaluatedProperties", false);
        }
        closeParts(schema);
    }

    private static void closeParts(JsonNode schema) {
        schema.path("properties").forEach(ClosedSchemas::close);
        NESTED.stream().map(schema::path).filter(JsonNode::isObject).forEach(ClosedSchemas::close);
        ALTERNATIVES.forEach(several -> schema.path(several).forEach(ClosedSchemas::closeParts));
    }
}
