package dev.wearon.testkit.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.yaml.snakeyaml.Yaml;

/** {@code docs/api/openapi.yaml}, and validation with its schemas. A place in the document is a JSON pointer. */
public final class OpenApiDocument {

    private static final String HOME = "https://wearon.invalid/openapi.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REFERENCE = "$ref";

    private final JsonNode root;
    private final JsonSchemaFactory schemas;
    private final SchemaValidatorsConfig strict =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private final Map<String, JsonSchema> known = new ConcurrentHashMap<>();

    private OpenApiDocument(JsonNode root) {
        this.root = root;
        JsonNode closed = ClosedSchemas.of(root);
        // OpenAPI has keywords that JSON Schema does not know.
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .unknownKeywordFactory((word, context) -> new NonValidationKeyword(word))
                .build();
        this.schemas = JsonSchemaFactory.builder()
                .defaultMetaSchemaIri(dialect.getIri())
                .metaSchema(dialect)
                .schemaLoaders(loaders -> loaders.schemas(Map.of(HOME, closed.toString())))
                .build();
    }

    /** The document of this project, found from the folder of any module. */
    public static OpenApiDocument ofThisProject() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/api/openapi.yaml"))) {
            folder = folder.getParent();
        }
        try {
            return parse(Files.readString(folder.resolve("docs/api/openapi.yaml")));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public static OpenApiDocument parse(String yaml) {
        return new OpenApiDocument(JSON.valueToTree(new Yaml().<Object>load(yaml)));
    }

    /** A changed copy of this document. */
    public OpenApiDocument changed(Consumer<JsonNode> change) {
        JsonNode copy = root.deepCopy();
        change.accept(copy);
        return new OpenApiDocument(copy);
    }

    public JsonNode root() {
        return root;
    }

    public JsonNode at(String pointer) {
        return root.at(pointer);
    }

    /** The pointer to the definition, after all references from {@code pointer} on. */
    public String resolved(String pointer) {
        String place = pointer;
        while (root.at(place).has(REFERENCE)) {
            place = root.at(place).get(REFERENCE).textValue().substring(1);
        }
        return place;
    }

    /** The errors of {@code value} against the schema at {@code pointer}; empty if it is valid. */
    public List<String> misfits(String pointer, JsonNode value) {
        JsonSchema schema = known.computeIfAbsent(
                pointer, place -> schemas.getSchema(SchemaLocation.of(HOME + "#" + place), strict));
        return schema.validate(value).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }

    /** Appends a step to a pointer. */
    public static String step(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
