package dev.wearon.testkit.shopify.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A checked request. Its answer comes from plain values: a map is an object (its type under {@code __typename} where the schema
 * has an interface), a list a list or a connection, a {@link Function} takes the arguments of its field.
 *
 * <p>Cost, in points: mutation 10, object 1, scalar 0; a connection costs {@code first} times its element.
 */
public final class Operation {

    private static final int MOST_ELEMENTS = 250;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Schema schema;
    private final Document document;
    private final Map<String, JsonNode> variables = new HashMap<>();
    private final int requestedCost;
    private final List<ObjectNode> errors = new ArrayList<>();
    private Map<String, Refused> faults = Map.of();
    private int actualCost;

    /** @param body {@code {query, variables?, operationName?}} */
    public Operation(Schema schema, JsonNode body) {
        this.schema = schema;
        try {
            List<Document> found = Document.parse(body.path("query").asText());
            String name = body.path("operationName").asText(null);
            document = found.stream()
                    .filter(one -> name == null ? found.size() == 1 : name.equals(one.name()))
                    .findFirst()
                    .orElseThrow(() -> new Refused("No operation named \"" + name + "\"", null, List.of()));
        } catch (Syntax.SyntaxError wrong) {
            String place = " at [%d, %d]".formatted(wrong.at.line(), wrong.at.column());
            throw new Refused(wrong.getMessage() + place, null, List.of());
        }
        document.variables().forEach((name, declared) -> {
            JsonNode given = body.path("variables").get(name);
            JsonNode value = given == null ? declared.byDefault() : given;
            if (value != null || declared.type().required()) {
                variables.put(name, coerced(value, declared.type(), "$" + name));
            }
        });
        String start = document.mutation() ? "mutation" : "query";
        requestedCost = check(
                document.selections(),
                rootType(),
                List.of(start + (document.name() == null ? "" : " " + document.name())));
    }

    /** The root fields, by their names in the schema. */
    public List<String> rootFields() {
        return document.selections().stream()
                .map(field -> ((Document.Field) field).name())
                .toList();
    }

    public int requestedCost() {
        return requestedCost;
    }

    /** Of the objects that were there; known after {@link #answer}. */
    public int actualCost() {
        return actualCost;
    }

    /** What {@link #answer} found wrong: each {@code {message, path, extensions}}. */
    public List<ObjectNode> errors() {
        return errors;
    }

    /**
     * @param root a value or a function for each root field
     * @param faults what is wrong with all values of a type ({@code Order}) or with a field ({@code Order.email})
     * @return the data; a field with a fault is null, and so is each parent that must have it
     */
    public JsonNode answer(Map<String, Object> root, Map<String, Refused> faults) {
        this.faults = faults;
        actualCost = document.mutation() ? 10 * document.selections().size() : 0;
        ObjectNode data = object(document.selections(), rootType(), root, List.of());
        return data == null ? NODES.nullNode() : data;
    }

    private Schema.Definition rootType() {
        return schema.definition(document.mutation() ? "Mutation" : "QueryRoot");
    }

    private int check(List<Document.Selection> selections, Schema.Definition type, List<String> path) {
        int cost = 0;
        for (Document.Selection selection : selections) {
            switch (selection) {
                case Document.InlineFragment fragment -> {
                    Schema.Definition narrower = schema.definition(fragment.type());
                    if (narrower == null || !narrower.hasFields()) {
                        throw new Refused(
                                "No such type %s, so it can't be a fragment condition".formatted(fragment.type()),
                                "undefinedType",
                                path);
                    }
                    cost += check(fragment.selections(), narrower, path);
                }
                case Document.Field field -> cost += check(field, type, path);
            }
        }
        return cost;
    }

    private int check(Document.Field field, Schema.Definition type, List<String> parent) {
        List<String> path = new ArrayList<>(parent);
        path.add(field.key());
        if (field.name().equals("__typename")) {
            return 0;
        }
        Schema.Field known = type.fields().get(field.name());
        if (known == null) {
            throw new Refused(
                    "Field '%s' doesn't exist on type '%s'".formatted(field.name(), type.name()),
                    "undefinedField",
                    path);
        }
        field.arguments().keySet().forEach(argument -> {
            if (!known.arguments().containsKey(argument)) {
                throw new Refused(
                        "Field '%s' doesn't accept argument '%s'".formatted(field.name(), argument),
                        "argumentNotAccepted",
                        path);
            }
        });
        ObjectNode arguments = arguments(field, known, path);
        Schema.Definition result = schema.definition(known.type().innermost());
        if (result.hasFields() == field.selections().isEmpty()) {
            throw new Refused(
                    "Field '%s' returns %s and %s selections"
                            .formatted(field.name(), result.name(), result.hasFields() ? "must have" : "can't have"),
                    "selectionMismatch",
                    path);
        }
        int cost = result.hasFields() ? check(field.selections(), result, path) : 0;
        if (type.name().equals("Mutation")) {
            return 10 + cost;
        }
        if (!result.name().endsWith("Connection")) {
            return result.hasFields() ? 1 + cost : cost;
        }
        if (!arguments.hasNonNull("first")) {
            throw new Refused("you must provide one of first or last", "BAD_REQUEST", path);
        }
        return Math.max(1, arguments.path("first").asInt()) * Math.max(1, cost);
    }

    private ObjectNode arguments(Document.Field field, Schema.Field known, List<String> path) {
        ObjectNode arguments = NODES.objectNode();
        known.arguments().forEach((name, input) -> {
            JsonNode value = value(field.arguments().get(name), input.type(), path);
            if (value == null) {
                value = input.byDefault();
            }
            if (value == null && input.type().required()) {
                throw new Refused(
                        "Field '%s' is missing required arguments: %s".formatted(field.name(), name),
                        "missingRequiredArguments",
                        path);
            }
            if (value != null) {
                arguments.set(name, coerced(value, input.type(), name));
            }
        });
        if (arguments.path("first").asInt() > MOST_ELEMENTS) {
            throw new Refused("first cannot exceed " + MOST_ELEMENTS, "BAD_REQUEST", path);
        }
        return arguments;
    }

    private JsonNode value(Object given, Schema.Type type, List<String> path) {
        return switch (given) {
            case null -> null;
            case Document.Variable variable -> {
                Document.Declared declared = document.variables().get(variable.name());
                if (declared == null) {
                    throw new Refused(
                            "Variable $%s is used but not declared".formatted(variable.name()),
                            "variableNotDefined",
                            path);
                }
                String has = declared.type().toString();
                String needs = type.toString();
                boolean fits = has.equals(needs)
                        || has.equals(needs + "!")
                        || declared.byDefault() != null && needs.equals(has + "!");
                if (!fits) {
                    throw new Refused(
                            "Type mismatch on variable $%s (%s / %s)".formatted(variable.name(), has, needs),
                            "variableMismatch",
                            path);
                }
                yield variables.get(variable.name());
            }
            case Document.Word word -> TextNode.valueOf(word.text());
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode();
                list.forEach(one -> array.add(value(one, type.element() == null ? type : type.element(), path)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                Map<String, Schema.Input> inputs =
                        schema.definition(type.innermost()).inputs();
                map.forEach((name, one) -> {
                    Schema.Input input = inputs.get((String) name);
                    if (input == null) {
                        throw new Refused(
                                "InputObject '%s' doesn't accept argument '%s'".formatted(type.innermost(), name),
                                "argumentNotAccepted",
                                path);
                    }
                    JsonNode value = value(one, input.type(), path);
                    if (value != null) {
                        object.set((String) name, value);
                    }
                });
                yield object;
            }
            case JsonNode constant -> constant;
            default -> throw new IllegalStateException("No value: " + given);
        };
    }

    private JsonNode coerced(JsonNode value, Schema.Type type, String where) {
        if (value == null || value.isNull()) {
            if (type.required()) {
                throw invalid(where, type, "Expected value to not be null");
            }
            return NODES.nullNode();
        }
        if (type.element() != null) {
            if (!value.isArray() || value.size() > MOST_ELEMENTS) {
                throw invalid(where, type, "Expected a list of at most " + MOST_ELEMENTS);
            }
            value.forEach(one -> coerced(one, type.element(), where));
            return value;
        }
        Schema.Definition definition = schema.definition(type.name());
        boolean fits =
                switch (definition.kind()) {
                    case ENUM -> value.isTextual() && definition.values().contains(value.asText());
                    case INPUT -> value.isObject();
                    default ->
                        switch (type.name()) {
                            case "Int" -> value.isInt();
                            case "Boolean" -> value.isBoolean();
                            case "ID" -> value.isTextual() && value.asText().startsWith("gid://shopify/");
                            // Money and Decimal may be numbers at Shopify; the reference asks for strings.
                            default -> value.isTextual();
                        };
                };
        if (!fits) {
            throw invalid(where, type, "Could not coerce value " + value);
        }
        value.fieldNames().forEachRemaining(name -> {
            if (!definition.inputs().containsKey(name)) {
                throw invalid(where, type, name + " (Field is not defined on " + type.name() + ")");
            }
        });
        definition.inputs().forEach((name, input) -> coerced(value.get(name), input.type(), where + "." + name));
        return value;
    }

    private static Refused invalid(String where, Schema.Type type, String why) {
        return new Refused(
                "Variable %s of type %s was provided invalid value: %s".formatted(where, type, why),
                "INVALID_VARIABLE",
                List.of());
    }

    /** Null if a field is null that must not be. */
    private ObjectNode object(
            List<Document.Selection> selections, Schema.Definition type, Map<?, ?> from, List<Object> path) {
        ObjectNode answer = NODES.objectNode();
        for (Document.Selection selection : selections) {
            switch (selection) {
                case Document.InlineFragment fragment -> {
                    if (fragment.type().equals(type.name()) || type.interfaces().contains(fragment.type())) {
                        ObjectNode more = object(fragment.selections(), type, from, path);
                        if (more == null) {
                            return null;
                        }
                        answer.setAll(more);
                    }
                }
                case Document.Field field
                when field.name().equals("__typename") -> answer.put(field.key(), type.name());
                case Document.Field field -> {
                    JsonNode value = answer(field, type, from, with(path, field.key()));
                    if (value == null) {
                        return null;
                    }
                    answer.set(field.key(), value);
                }
            }
        }
        return answer;
    }

    private JsonNode answer(Document.Field field, Schema.Definition type, Map<?, ?> from, List<Object> path) {
        Schema.Field known = type.fields().get(field.name());
        try {
            Object value = value(field, type, known, from);
            if (value == null && known.type().required()) {
                throw new IllegalStateException("%s.%s has no value".formatted(type.name(), field.name()));
            }
            return complete(field, known.type(), value, path);
        } catch (Refused refused) {
            errors.add(refused.error(path));
            return known.type().required() ? null : NODES.nullNode();
        }
    }

    @SuppressWarnings("unchecked")
    private Object value(Document.Field field, Schema.Definition type, Schema.Field known, Map<?, ?> from) {
        String result = known.type().innermost();
        for (String place : List.of(type.name() + "." + field.name(), result.replaceFirst("Connection$", ""))) {
            if (faults.containsKey(place)) {
                throw faults.get(place);
            }
        }
        ObjectNode arguments = arguments(field, known, List.of(field.key()));
        Object value = from.get(field.name());
        if (value instanceof Function<?, ?> function) {
            value = ((Function<JsonNode, Object>) function).apply(arguments);
        }
        if (!(value instanceof List<?> all)) {
            return value;
        }
        if (result.endsWith("Connection")) {
            return page((List<Map<String, Object>>) all, arguments);
        }
        return arguments.has("first")
                ? all.subList(0, Math.min(all.size(), arguments.get("first").asInt()))
                : all;
    }

    private JsonNode complete(Document.Field field, Schema.Type type, Object value, List<Object> path) {
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            for (Object element : list) {
                JsonNode one = complete(field, type.element(), element, with(path, array.size()));
                if (one == null) {
                    return type.required() ? null : NODES.nullNode();
                }
                array.add(one);
            }
            return array;
        }
        Schema.Definition definition = schema.definition(type.innermost());
        if (value instanceof Map<?, ?> map && definition.hasFields()) {
            String name = definition.name();
            actualCost += name.endsWith("Connection") || name.endsWith("Payload") ? 0 : 1;
            Object concrete = map.get("__typename");
            ObjectNode object = object(
                    field.selections(),
                    concrete == null ? definition : schema.definition((String) concrete),
                    map,
                    path);
            return object != null ? object : type.required() ? null : NODES.nullNode();
        }
        if (definition.kind() == Schema.Kind.ENUM
                && value != null
                && !definition.values().contains(value)) {
            throw new IllegalStateException("%s has no value %s".formatted(definition.name(), value));
        }
        return MAPPER.valueToTree(value);
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }

    /** A cursor is the element's {@code __cursor}, by which the list is sorted; without one, its place. */
    private static Map<String, Object> page(List<Map<String, Object>> all, ObjectNode arguments) {
        String after = arguments.path("after").asText("");
        int first = arguments.path("first").asInt();
        List<Map<String, Object>> edges = new ArrayList<>();
        boolean more = false;
        for (int place = 0; place < all.size(); place++) {
            Map<String, Object> element = all.get(place);
            String cursor = (String) element.getOrDefault("__cursor", "%010d".formatted(place));
            if (cursor.compareTo(after) > 0) {
                more = edges.size() == first;
                if (more) {
                    break;
                }
                edges.add(Map.of("cursor", cursor, "node", element));
            }
        }
        Map<String, Object> info = new HashMap<>();
        info.put("hasNextPage", more);
        info.put("hasPreviousPage", !after.isEmpty());
        info.put("startCursor", edges.isEmpty() ? null : edges.getFirst().get("cursor"));
        info.put("endCursor", edges.isEmpty() ? null : edges.getLast().get("cursor"));
        return Map.of(
                "edges",
                edges,
                "nodes",
                edges.stream().map(edge -> edge.get("node")).toList(),
                "pageInfo",
                info);
    }
}
