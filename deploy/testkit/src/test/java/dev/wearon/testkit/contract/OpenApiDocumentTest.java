package dev.wearon.testkit.contract;

import static dev.wearon.testkit.contract.OpenApiDocument.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wearon.http.Problem;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks of the public contract that need no gateway. */
class OpenApiDocumentTest {

    private static final String WEBHOOKS = "/paths/~1api~1v1~1webhooks~1shopify~1";

    private static final OpenApiDocument CONTRACT = OpenApiDocument.ofThisProject();
    private static final Pattern SNAKE_CASE = Pattern.compile("\\b[a-z]+(_[a-z]+)+\\b");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete", "head");

    /** Pointers of all operations. */
    private static List<String> operations() {
        return CONTRACT.at("/paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .map(member -> step(step("/paths", path.getKey()), member.getKey())))
                .toList();
    }

    /** Resolved pointers of all responses of an operation. */
    private static Map<String, String> responses(String operation) {
        Map<String, String> responses = new TreeMap<>();
        CONTRACT.at(operation + "/responses")
                .fieldNames()
                .forEachRemaining(
                        status -> responses.put(status, CONTRACT.resolved(step(operation + "/responses", status))));
        return responses;
    }

    /** Pointers of everything that {@code pointer} holds under {@code content}, by media type. */
    private static Stream<String> contents(String pointer) {
        return CONTRACT.at(pointer + "/content").properties().stream()
                .map(Map.Entry::getKey)
                .map(type -> step(pointer + "/content", type));
    }

    @Test
    void isValidForAnotherParser() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        var parsed = new OpenAPIV3Parser().readContents(CONTRACT.root().toString(), List.of(), options);
        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getPaths()).hasSameSizeAs(CONTRACT.at("/paths"));
    }

    @Test
    void everyReferenceHasATargetAndEveryComponentIsReferenced() {
        Set<String> references = new TreeSet<>(CONTRACT.root().findValuesAsText("$ref"));
        assertThat(references).isNotEmpty().allSatisfy(reference -> assertThat(
                        CONTRACT.at(reference.substring(1)).isMissingNode())
                .isFalse());
        Set<String> components = new TreeSet<>();
        CONTRACT.at("/components").properties().stream()
                .filter(kind -> !kind.getKey().equals("securitySchemes"))
                .forEach(kind -> kind.getValue()
                        .fieldNames()
                        .forEachRemaining(name -> components.add("#/components/" + kind.getKey() + "/" + name)));
        assertThat(components).isSubsetOf(references);
    }

    /** Shopify calls the others, with its own signature. */
    private static boolean isOfAStore(String operation) {
        return operation.startsWith("/paths/~1api~1v1~1") && !operation.startsWith(WEBHOOKS);
    }

    @Test
    void everyOperationHasAUniqueNameASummaryAndSecurity() {
        assertThat(operations()).isNotEmpty().allSatisfy(operation -> {
            JsonNode described = CONTRACT.at(operation);
            assertThat(described.path("operationId").asText()).matches("[a-z][a-zA-Z]+");
            assertThat(described.path("summary").asText()).isNotBlank();
            assertThat(described.path("tags")).hasSize(1);
            boolean store = isOfAStore(operation);
            // Without a security of its own, an operation requires the store's key. Some accept a shopper's token as
            // well, or only that.
            assertThat(!described.has("security")
                            || described.at("/security/0").has("apiKey")
                            || described.at("/security/0").has("shopperToken"))
                    .isEqualTo(store);
            described.path("security").forEach(requirement -> requirement
                    .fieldNames()
                    .forEachRemaining(scheme -> assertThat(CONTRACT.at("/components/securitySchemes"))
                            .anyMatch(known ->
                                    CONTRACT.at("/components/securitySchemes").has(scheme))));
        });
        List<String> ids = CONTRACT.at("/paths").findValuesAsText("operationId");
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void everyOperationDescribesItsRefusals() {
        assertThat(operations()).allSatisfy(operation -> {
            Set<String> statuses = responses(operation).keySet();
            assertThat(statuses).anyMatch(status -> status.startsWith("2") || status.startsWith("3"));
            assertThat(statuses).contains("500");
            if (isOfAStore(operation)) {
                assertThat(statuses).contains("400", "401", "403", "413", "429", "503");
            } else if (operation.startsWith("/paths/~1admin~1v1~1") || operation.startsWith(WEBHOOKS)) {
                assertThat(statuses).contains("400", "401", "413", "503");
            } else if (operation.startsWith("/paths/~1stores~1")) {
                assertThat(statuses).contains("400", "403", "413", "503");
            }
        });
    }

    @Test
    void everyResponseRequiresTheRequestId() {
        Stream<String> elsewhere = CONTRACT.at("/x-elsewhere").properties().stream()
                .map(status -> CONTRACT.resolved(step("/x-elsewhere", status.getKey())));
        Stream<String> described = operations().stream().flatMap(operation -> responses(operation).values().stream());
        assertThat(Stream.concat(elsewhere, described)).allSatisfy(response -> {
            String header = CONTRACT.resolved(response + "/headers/X-Request-Id");
            assertThat(CONTRACT.at(header + "/required").asBoolean()).isTrue();
        });
    }

    @Test
    void everyBodyHasAnExampleThatFitsItsSchema() {
        List<String> places = new ArrayList<>();
        operations().forEach(operation -> {
            places.add(operation + "/requestBody");
            places.addAll(responses(operation).values());
        });
        CONTRACT.at("/x-elsewhere")
                .fieldNames()
                .forEachRemaining(status -> places.add(CONTRACT.resolved(step("/x-elsewhere", status))));
        List<String> contents = places.stream()
                .distinct()
                .flatMap(OpenApiDocumentTest::contents)
                .toList();
        assertThat(contents).filteredOn(content -> content.endsWith("json")).allSatisfy(content -> {
            List<JsonNode> examples = examples(content);
            assertThat(examples).isNotEmpty().allSatisfy(example -> assertThat(
                            CONTRACT.misfits(content + "/schema", example))
                    .isEmpty());
        });
    }

    private static List<JsonNode> examples(String content) {
        JsonNode several = CONTRACT.at(content + "/examples");
        return several.isMissingNode()
                ? Stream.of(CONTRACT.at(content + "/example"))
                        .filter(one -> !one.isMissingNode())
                        .toList()
                : several.findValues("value");
    }

    @Test
    void everyHeaderHasAnExampleThatFitsItsSchema() {
        assertThat(CONTRACT.at("/components/headers").properties()).isNotEmpty().allSatisfy(header -> {
            String place = "/components/headers/" + header.getKey();
            assertThat(CONTRACT.misfits(place + "/schema", header.getValue().path("example")))
                    .isEmpty();
        });
    }

    /** For example, no 404 has the code INTERNAL_ERROR. */
    @Test
    void everyExampleOfARefusalHasTheStatusOfItsCode() {
        for (String operation : operations()) {
            responses(operation).forEach((status, response) -> contents(response)
                    .flatMap(content -> examples(content).stream())
                    .filter(example -> example.path("error").isObject())
                    .map(example -> example.at("/error/code").asText())
                    .forEach(code -> assertThat(Problem.Code.valueOf(code).status())
                            .as(operation + " " + code)
                            .isEqualTo(Integer.parseInt(status))));
        }
    }

    /** For example, the refusal of a read does not talk about a field of a create. */
    @Test
    void everyExampleOfARefusalNamesOnlyWhatItsRequestHas() {
        for (String operation : operations()) {
            Set<String> names = namesOfTheRequest(operation);
            responses(operation).forEach((status, response) -> contents(response)
                    .flatMap(content -> examples(content).stream())
                    .map(example -> example.at("/error/message").asText())
                    .flatMap(message -> SNAKE_CASE.matcher(message).results())
                    .map(MatchResult::group)
                    .forEach(name ->
                            assertThat(names).as(operation + " " + status).contains(name)));
        }
    }

    /** Names and values of the parameters and of the fields of the body. */
    private static Set<String> namesOfTheRequest(String operation) {
        Set<String> names = new TreeSet<>();
        List<String> places = new ArrayList<>(List.of(
                operation.substring(0, operation.lastIndexOf('/')) + "/parameters",
                operation + "/parameters",
                operation + "/requestBody"));
        for (int i = 0; i < places.size(); i++) {
            JsonNode part = CONTRACT.at(places.get(i));
            part.findValues("properties").forEach(fields -> fields.fieldNames().forEachRemaining(names::add));
            part.findValues("enum").forEach(values -> values.forEach(value -> names.add(value.asText())));
            names.addAll(part.findValuesAsText("name"));
            part.findValuesAsText("$ref").stream()
                    .map(reference -> reference.substring(1))
                    .filter(place -> !places.contains(place))
                    .forEach(places::add);
        }
        return names;
    }

    @Test
    void namesTheLicenceOfTheProject() throws IOException {
        assertThat(CONTRACT.at("/info/license/identifier").asText()).isEqualTo("Apache-2.0");
        assertThat(Files.readString(Path.of("../../LICENSE")))
                .contains("Apache License")
                .contains("Version 2.0");
    }

    @Test
    void listsEveryCode() {
        assertThat(CONTRACT.at("/components/schemas/Code/enum"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Problem.Code.values())
                        .map(code -> new TextNode(code.name()))
                        .collect(Collectors.toSet()));
    }
}
