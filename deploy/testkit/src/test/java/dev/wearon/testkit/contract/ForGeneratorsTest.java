package dev.wearon.testkit.contract;

import static dev.wearon.testkit.contract.OpenApiDocument.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What generators of clients need: names for all objects, required data, and no type that only some of them know. */
class ForGeneratorsTest {

    private static final OpenApiDocument CONTRACT = OpenApiDocument.ofThisProject();
    private static final Set<String> NO_SCHEMAS = Set.of("example", "examples", "x-codeSamples");
    private static final String SUCCESS = "#/components/schemas/Success";

    /** Without a name a generator makes one of the place, for example {@code CreateDownloads200ResponseAllOfDataInner}. */
    @Test
    void everyObjectWithFieldsHasAName() {
        assertThat(placesWith(
                        "properties",
                        (place, schema) ->
                                !schema.has("title") && !place.matches("/components/schemas/\\w+(/allOf/\\d+)?")))
                .isEmpty();
    }

    @Test
    void everySuccessRequiresItsData() {
        assertThat(placesWith("allOf", (place, schema) -> isSuccess(schema))).isNotEmpty();
        assertThat(placesWith(
                        "allOf",
                        (place, schema) -> isSuccess(schema)
                                && StreamSupport.stream(schema.get("allOf").spliterator(), false)
                                        .noneMatch(part -> part.path("properties")
                                                        .has("data")
                                                && texts(part.path("required")).contains("data"))))
                .isEmpty();
    }

    /** A null alone has no type in Java and TypeScript; a value without a type becomes any object. */
    @Test
    void everyTypeIsKnownToGenerators() {
        assertThat(placesWith("type", (place, schema) -> texts(schema.get("type")).stream()
                        .allMatch("null"::equals)))
                .isEmpty();
        assertThat(placesWith("enum", (place, schema) -> !schema.has("type"))).isEmpty();
        assertThat(placesWith("const", (place, schema) -> !schema.has("type"))).isEmpty();
    }

    private static boolean isSuccess(JsonNode schema) {
        return schema.findValuesAsText("$ref").contains(SUCCESS);
    }

    private static List<String> texts(JsonNode oneOrMore) {
        return oneOrMore.isTextual()
                ? List.of(oneOrMore.textValue())
                : StreamSupport.stream(oneOrMore.spliterator(), false)
                        .map(JsonNode::textValue)
                        .toList();
    }

    /** Pointers of the schemas that have this keyword and this fault. */
    private static List<String> placesWith(String keyword, BiPredicate<String, JsonNode> fault) {
        List<String> places = new ArrayList<>();
        walk("", CONTRACT.root(), (place, schema) -> {
            if (schema.has(keyword) && fault.test(place, schema)) {
                places.add(place);
            }
        });
        return places;
    }

    /** Visits everything but examples and code. The names of fields are no keywords. */
    private static void walk(String place, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(place, node);
        node.properties().stream()
                .filter(member -> !NO_SCHEMAS.contains(member.getKey()))
                .forEach(member -> children(step(place, member.getKey()), member, visitor));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            walk(place + "/" + i, node.get(i), visitor);
        }
    }

    private static void children(
            String place, Map.Entry<String, JsonNode> member, BiConsumer<String, JsonNode> visitor) {
        if (member.getKey().equals("properties")) {
            member.getValue()
                    .properties()
                    .forEach(field -> walk(step(place, field.getKey()), field.getValue(), visitor));
        } else {
            walk(place, member.getValue(), visitor);
        }
    }
}
