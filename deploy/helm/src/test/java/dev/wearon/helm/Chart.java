package dev.wearon.helm;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Renders the chart with the Helm library. */
final class Chart {

    static final Path FOLDER = Path.of("wearon").toAbsolutePath();
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** The oldest version that Chart.yaml accepts is older; without a version the library says 1.20. */
    private static final String KUBERNETES = "1.33.1";

    /** The library leaves hooks out of its output. In this copy of the chart they are ordinary objects. */
    private static final Path WITH_HOOKS = withHooks();

    private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

    private Chart() {}

    static List<String> examples() {
        return List.of("small", "production");
    }

    static Path example(String name) {
        return FOLDER.resolve("examples").resolve(name + ".yaml");
    }

    /** All objects of an example, hooks too. */
    static List<JsonNode> objects(String example, Map<String, ?> settings) {
        return parse(render(WITH_HOOKS, example, settings));
    }

    static List<JsonNode> objects(String example) {
        return parse(RENDERED.computeIfAbsent(example, name -> render(WITH_HOOKS, name, Map.of())));
    }

    /** The output of Helm, without hooks. Throws an IllegalStateException with Helm's message. */
    static String render(String example, Map<String, ?> settings) {
        return render(FOLDER, example, settings);
    }

    private static String render(Path chart, String example, Map<String, ?> settings) {
        TemplateCommand command = new Helm(chart)
                .template()
                .withName("wearon")
                .withNamespace("shop")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(example(example));
        settings.forEach(command::set);
        return command.call();
    }

    /** What Helm prints after an installation of the example. The library does not print it, so here it is an object. */
    static String notes(String example) {
        try {
            Path copy = copy("with-notes");
            Files.writeString(
                    copy.resolve("templates/notes.yaml"), """
                    {{ define "notes" }}%s{{ end }}
                    kind: Notes
                    text: {{ include "notes" . | toJson }}
                    """.formatted(read(FOLDER.resolve("templates/NOTES.txt"))));
            return ofKind(parse(render(copy, example, Map.of())), "Notes")
                    .getFirst()
                    .path("text")
                    .asText();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    static List<JsonNode> parse(String documents) {
        try (MappingIterator<JsonNode> found = YAML.readerFor(JsonNode.class).readValues(documents)) {
            List<JsonNode> objects = new ArrayList<>();
            while (found.hasNextValue()) {
                JsonNode object = found.nextValue();
                if (object != null && object.isObject()) {
                    objects.add(object);
                }
            }
            return objects;
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    static List<JsonNode> ofKind(List<JsonNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    static JsonNode named(List<JsonNode> objects, String kind, String name) {
        return ofKind(objects, kind).stream()
                .filter(object -> name(object).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + kind + " " + name));
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    /** The component of an object or of a selector's labels. */
    static String component(JsonNode labels) {
        return labels.path("app.kubernetes.io/component").asText();
    }

    static Map<String, Object> values() throws IOException {
        return YAML.readValue(FOLDER.resolve("values.yaml").toFile(), new TypeReference<>() {});
    }

    static List<Path> files() {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path withHooks() {
        try {
            return copy("with-hooks");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** A copy of the chart without hooks. */
    private static Path copy(String name) throws IOException {
        Path copy = Path.of("target", name).toAbsolutePath();
        for (Path file : files()) {
            Path target = copy.resolve(FOLDER.relativize(file));
            Files.createDirectories(target.getParent());
            Files.writeString(target, read(file).replace("\"helm.sh/hook\"", "\"test.wearon.dev/hook\""));
        }
        return copy;
    }
}
