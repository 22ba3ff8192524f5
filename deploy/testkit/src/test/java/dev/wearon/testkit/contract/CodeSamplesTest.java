package dev.wearon.testkit.contract;

import static dev.wearon.testkit.contract.OpenApiDocument.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of a merchant has an example in each of five languages, which sends the request that is described. */
class CodeSamplesTest {

    private static final OpenApiDocument CONTRACT = OpenApiDocument.ofThisProject();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:8080(/[^\\s\"'?]*)([^\\s\"']*)");

    /** Where each language names the method. In curl and JavaScript GET needs no name. */
    private static final Map<String, Pattern> METHOD = Map.of(
            "Shell", Pattern.compile("curl -X (\\w+) |curl (-I) "),
            "JavaScript", Pattern.compile("method: \"(\\w+)\""),
            "Python", Pattern.compile("method=\"(\\w+)\""),
            "PHP", Pattern.compile("CURLOPT_CUSTOMREQUEST => '(\\w+)'"),
            "Java", Pattern.compile("\\.method\\(\"(\\w+)\""));

    /** The JSON bodies of curl and Java. */
    private static final Pattern BODY = Pattern.compile("-d '(.*)'\n|ofString\\(\"\"\"\n(.*)\"\"\"", Pattern.DOTALL);

    private record Sample(String operation, String language, String source) {

        String template() {
            return operation.split("/")[2].replace("~1", "/");
        }

        String method() {
            return operation.split("/")[3].toUpperCase(Locale.ROOT);
        }

        String sentMethod() {
            Matcher method = METHOD.get(language).matcher(source);
            if (!method.find()) {
                return "GET";
            }
            return method.group(1) == null ? "HEAD" : method.group(1);
        }

        Matcher address() {
            Matcher address = ADDRESS.matcher(source);
            assertThat(address.find()).as("the address in " + this).isTrue();
            return address;
        }
    }

    private static List<String> operations() {
        return CONTRACT.at("/paths").properties().stream()
                .filter(path ->
                        path.getKey().startsWith("/api/v1/") || path.getKey().startsWith("/stores/"))
                // Only Shopify calls these.
                .filter(path -> !path.getKey().startsWith("/api/v1/webhooks/shopify/"))
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(member -> member.getValue().has("operationId"))
                        .map(member -> step(step("/paths", path.getKey()), member.getKey())))
                .toList();
    }

    private static List<Sample> samples() {
        return operations().stream()
                .flatMap(operation -> elements(CONTRACT.at(operation + "/x-codeSamples"))
                        .map(sample -> new Sample(
                                operation,
                                sample.path("lang").asText(),
                                sample.path("source").asText())))
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Test
    void everyOperationHasAllLanguages() {
        assertThat(operations()).isNotEmpty().allSatisfy(operation -> assertThat(
                        elements(CONTRACT.at(operation + "/x-codeSamples"))
                                .map(sample -> sample.path("lang").asText()))
                .as(operation)
                .containsExactly("Shell", "JavaScript", "Python", "PHP", "Java"));
    }

    @Test
    void everySampleSendsTheMethodToThePath() {
        assertThat(samples()).allSatisfy(sample -> {
            assertThat(sample.sentMethod()).isEqualTo(sample.method());
            assertThat(sample.address().group(1)).matches(sample.template().replaceAll("\\{[a-z_]+}", "[^/{}]+"));
        });
    }

    @Test
    void everySampleSendsWhatIsRequired() {
        assertThat(samples())
                .allSatisfy(sample -> parameters(sample.operation())
                        .filter(parameter -> parameter.path("required").asBoolean())
                        .forEach(parameter -> {
                            String name = parameter.path("name").asText();
                            switch (parameter.path("in").asText()) {
                                case "query" ->
                                    assertThat(sample.address().group(2)).containsPattern("[?&]" + name + "=");
                                case "header" -> assertThat(sample.source()).contains(name);
                                case "path" -> {}
                                default -> throw new AssertionError("Unknown place of " + parameter);
                            }
                        }))
                .allSatisfy(sample -> assertThat(sample.source().contains("Bearer "))
                        .as("the key")
                        .isEqualTo(sample.operation().startsWith("/paths/~1api~1v1~1")));
    }

    private static Stream<JsonNode> parameters(String operation) {
        String path = operation.substring(0, operation.lastIndexOf('/'));
        return Stream.of(path, operation)
                .map(owner -> owner + "/parameters")
                .flatMap(list -> elements(CONTRACT.at(list)))
                .map(parameter -> parameter.has("$ref")
                        ? CONTRACT.at(parameter.get("$ref").textValue().substring(1))
                        : parameter);
    }

    @Test
    void everyJsonBodyFitsItsSchema() {
        Map<String, Integer> bodies = new TreeMap<>();
        assertThat(samples()).allSatisfy(sample -> {
            Matcher body = BODY.matcher(sample.source());
            if (body.find()) {
                String json = body.group(1) == null ? body.group(2) : body.group(1);
                assertThat(CONTRACT.misfits(
                                sample.operation() + "/requestBody/content/application~1json/schema", parsed(json)))
                        .isEmpty();
                bodies.merge(sample.operation(), 1, Integer::sum);
            }
        });
        assertThat(bodies).hasSize((int) operations().stream()
                .filter(operation ->
                        CONTRACT.at(operation + "/requestBody/content").has("application/json"))
                .count());
        assertThat(bodies.values()).allMatch(count -> count == 2);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException wrong) {
            throw new AssertionError("No JSON: " + json, wrong);
        }
    }

    @Test
    void everyJavaSampleCompiles(@TempDir Path folder) throws IOException {
        List<String> files = new ArrayList<>();
        for (Sample sample : samples()) {
            if (sample.language().equals("Java")) {
                String name = "Sample" + files.size();
                files.add(Files.writeString(folder.resolve(name + ".java"), program(name, sample.source()))
                        .toString());
            }
        }
        var messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            manager,
                            null,
                            List.of("-proc:none", "-d", folder.toString()),
                            null,
                            manager.getJavaFileObjectsFromStrings(files))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
        assertThat(files).hasSameSizeAs(operations());
    }

    private static String program(String name, String source) {
        Map<Boolean, String> lines = source.lines()
                .collect(Collectors.partitioningBy(line -> line.startsWith("import "), Collectors.joining("\n")));
        return lines.get(true) + "\nclass " + name + " { void run() throws Exception {\n" + lines.get(false)
                + "\n} }\n";
    }
}
