package dev.wearon.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.configuration.Variables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The names that the chart and its documents use exist. */
class ReadmeTest {

    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` +\\|.*\\| +`(.*)` +\\|$", Pattern.MULTILINE);
    private static final Pattern DESCRIBED =
            Pattern.compile("^ *## @param (\\S+)(?: \\[(?:object|array)])? (.+)$", Pattern.MULTILINE);
    private static final Pattern VARIABLE = Pattern.compile("\\bWEARON_[A-Z0-9_]*[A-Z0-9]\\b");
    private static final Pattern VALUE = Pattern.compile(
            "`((?:gateway|credits|generationApi|worker|storage|database|redis|identity|migration|defaults"
                    + "|networkPolicy|metrics|model|pictures|image|test)(?:\\.[A-Za-z0-9]+)+)`");

    /** Values that are described as a whole. */
    private static final Set<String> WHOLE = Set.of(
            "migration.resources",
            "defaults.podSecurityContext",
            "defaults.containerSecurityContext",
            "worker.keda.behavior",
            "networkPolicy.monitoring",
            "networkPolicy.imageHosts",
            "networkPolicy.webhookReceivers",
            "networkPolicy.dns");

    private static final List<String> COMPONENTS = List.of("gateway", "credits", "generationApi", "worker", "storage");

    private static final String README = Chart.read(Chart.FOLDER.resolve("README.md"));

    @Test
    void theTableHasEveryValueWithItsDefault() throws IOException {
        Map<String, String> table = new TreeMap<>();
        ROW.matcher(README).results().forEach(row -> table.put(row.group(1), row.group(2)));
        Map<String, String> values = new TreeMap<>();
        leaves("", Chart.values(), values);
        assertThat(table.keySet()).isEqualTo(values.keySet());
        WHOLE.forEach(whole -> {
            table.remove(whole);
            values.remove(whole);
        });
        assertThat(table).isEqualTo(values);
    }

    @Test
    void theTableHasTheDescriptionsOfTheValues() {
        List<String> described = DESCRIBED
                .matcher(Chart.read(Chart.FOLDER.resolve("values.yaml")))
                .results()
                .map(param -> param.group(1) + " " + param.group(2))
                .toList();
        assertThat(described).hasSizeGreaterThan(100);
        for (String param : described) {
            String[] parts = param.split(" ", 2);
            assertThat(README)
                    .as("run the generator")
                    .containsPattern(
                            Pattern.quote("| `" + parts[0] + "`") + " +\\| " + Pattern.quote(parts[1]) + " +\\|");
        }
    }

    /** Artifact Hub lists the images of the chart. */
    @Test
    void theChartNamesItsImages() throws IOException {
        JsonNode chart = Chart.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
        List<String> named = Chart.YAML
                .readTree(chart.at("/annotations/artifacthub.io~1images").asText())
                .findValuesAsText("image");
        Set<String> used = new TreeSet<>();
        for (String component : COMPONENTS) {
            JsonNode repository = Chart.YAML.valueToTree(Chart.values()).at("/" + component + "/image/repository");
            used.add(repository.asText() + ":" + chart.path("appVersion").asText());
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(used);
    }

    /** A component may have its own value of each default, so the schema must permit it. */
    @Test
    void theSchemaKnowsEveryValue() throws IOException {
        JsonNode schema =
                Chart.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
        Map<String, Object> values = Chart.values();
        assertThat(names(schema.path("properties"))).containsAll(values.keySet());
        Set<String> defaults = names(schema.at("/properties/defaults/properties"));
        assertThat(defaults).isEqualTo(((Map<?, ?>) values.get("defaults")).keySet());
        for (String component : COMPONENTS) {
            assertThat(names(schema.at("/properties/" + component + "/properties")))
                    .containsAll(defaults);
        }
    }

    @Test
    void everyVariableExists() {
        for (Path file : Chart.files()) {
            assertThat(variables(Chart.read(file))).as(file.toString()).isSubsetOf(Variables.known());
        }
        for (String example : Chart.examples()) {
            for (JsonNode configuration : Chart.ofKind(Chart.objects(example), "ConfigMap")) {
                Set<String> names = names(configuration.path("data"));
                // The dashboards are in ConfigMaps too.
                names.removeIf(name -> name.startsWith("QUARKUS_HTTP_PROXY_") || name.endsWith(".json"));
                assertThat(names).isSubsetOf(Variables.known());
            }
        }
    }

    /** The page names values, and commands that set them. */
    @Test
    void thePageNamesOnlyValuesThatExist() throws IOException {
        Map<String, String> values = new TreeMap<>();
        leaves("", Chart.values(), values);
        Set<String> known = new TreeSet<>(values.keySet());
        for (String value : values.keySet()) {
            for (int dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', dot + 1)) {
                known.add(value.substring(0, dot));
            }
        }
        // Pages also name a value of any component, without the component or with it.
        Set<String> ofComponents =
                new TreeSet<>(Set.of("image.registry", "image.repository", "image.tag", "image.digest"));
        known.stream()
                .filter(name -> name.startsWith("defaults."))
                .forEach(name -> ofComponents.add(name.substring("defaults.".length())));
        known.addAll(ofComponents);
        for (String component : COMPONENTS) {
            ofComponents.forEach(name -> known.add(component + "." + name));
        }
        for (String page : List.of("docs/operations/kubernetes.md", "docs/adr/0074-helm-chart.md")) {
            Matcher named = VALUE.matcher(Chart.read(Chart.ROOT.resolve(page)));
            while (named.find()) {
                String name = named.group(1);
                boolean file = name.endsWith(".pem");
                assertThat(file || known.contains(name)).as(page + ": " + name).isTrue();
            }
        }
    }

    private static void leaves(String path, Object value, Map<String, String> leaves) {
        if (value instanceof Map<?, ?> map && !map.isEmpty() && !WHOLE.contains(path)) {
            map.forEach((key, entry) -> leaves(path.isEmpty() ? key.toString() : path + "." + key, entry, leaves));
        } else {
            String text = value.toString();
            leaves.put(path, text.isEmpty() ? "\"\"" : text);
        }
    }

    private static Set<String> variables(String text) {
        return VARIABLE.matcher(text)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
