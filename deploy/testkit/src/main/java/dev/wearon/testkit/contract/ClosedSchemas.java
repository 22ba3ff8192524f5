package dev.wearon.testkit.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Makes a copy of a document in which objects have only the described fields. Clients must accept new fields, but a test must
 * report a field that is not described. A schema with {@code additionalProperties} stays as it is.
 */
final class ClosedSchemas {

    private static final List<String> NESTED = List.of("items", "additionalProperties");
    private static final List<String> ALTERNATIVES = List.of("allOf", "anyOf", "oneOf");

    private ClosedSchemas() {}

    static JsonNode of(JsonNode document) {
        JsonNode copy = document.deepCopy();
        // A shared schema gets unevaluatedProperties: false where it is referenced, because one part of an allOf does
        // not
        // describe all fields.
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
