package dev.wearon.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart renders for Prometheus and Grafana. */
class MonitoringTest {

    private static final Path SOURCES = Chart.ROOT.resolve("deploy/observability");
    private static final Path COPIES = Chart.FOLDER.resolve("observability");
    private static final List<String> KINDS = List.of("PodMonitor", "PrometheusRule");

    @Test
    void isOffByDefault() {
        List<JsonNode> objects = Chart.objects("small");
        assertThat(objects)
                .noneMatch(object -> KINDS.contains(object.path("kind").asText()));
        assertThat(objects).noneMatch(object -> object.at("/metadata/labels").has("grafana_dashboard"));
    }

    /** Helm reads only files inside of the chart, so it has copies. */
    @Test
    void copiesTheRulesAndBoardsUnchanged() throws IOException {
        for (String folder : List.of("rules", "boards")) {
            List<Path> files = files(SOURCES.resolve(folder));
            assertThat(files(COPIES.resolve(folder)).stream().map(Path::getFileName))
                    .containsExactlyElementsOf(
                            files.stream().map(Path::getFileName).toList());
            for (Path file : files) {
                assertThat(COPIES.resolve(folder).resolve(file.getFileName())).hasSameTextualContentAs(file);
            }
        }
    }

    @Test
    void scrapesTheManagementPortOfEveryComponentUnderTheJobOfTheRules() {
        List<JsonNode> objects = Chart.objects("production");
        JsonNode monitor = Chart.ofKind(objects, "PodMonitor").getFirst();
        JsonNode endpoint = monitor.at("/spec/podMetricsEndpoints/0");
        assertThat(endpoint.path("path").asText()).isEqualTo("/q/metrics");
        assertThat(endpoint.at("/relabelings/0/targetLabel").asText()).isEqualTo("job");
        assertThat(endpoint.at("/relabelings/0/replacement").asText()).isEqualTo("wearon-$1");
        assertThat(endpoint.at("/honorLabels").asBoolean()).isFalse();
        JsonNode selector = monitor.at("/spec/selector/matchLabels");
        assertThat(selector).isNotEmpty();
        for (JsonNode deployment : Chart.ofKind(objects, "Deployment")) {
            JsonNode labels = deployment.at("/spec/template/metadata/labels");
            selector.fields().forEachRemaining(label -> assertThat(labels.path(label.getKey()))
                    .isEqualTo(label.getValue()));
            assertThat(deployment.at("/spec/template/spec/containers/0/ports").findValuesAsText("name"))
                    .contains(endpoint.path("port").asText());
        }
    }

    /** Only with an endpoint: every component may then reach the collector. */
    @Test
    void sendsTracesToTheCollector() {
        assertThat(Chart.objects("small").toString()).doesNotContain("WEARON_TRACES", "4318");
        List<JsonNode> traced = Chart.objects(
                "small", Map.of("traces.endpoint", "http://collector.monitoring:4318", "traces.ratio", 1));
        List<JsonNode> deployments = Chart.ofKind(traced, "Deployment");
        assertThat(deployments).hasSize(5);
        for (JsonNode deployment : deployments) {
            String component = Chart.component(deployment.at("/metadata/labels"));
            JsonNode variables =
                    Chart.named(traced, "ConfigMap", "wearon-" + component).path("data");
            assertThat(variables.path("WEARON_TRACES_ENDPOINT").asText()).isEqualTo("http://collector.monitoring:4318");
            assertThat(variables.path("WEARON_TRACES_RATIO").asText()).isEqualTo("1");
            assertThat(Chart.named(traced, "NetworkPolicy", "wearon-" + component)
                            .at("/spec/egress")
                            .findValuesAsText("port"))
                    .contains("4318");
        }
    }

    @Test
    void hasAllGroupsOfTheRules() throws IOException {
        JsonNode rule =
                Chart.ofKind(Chart.objects("production"), "PrometheusRule").getFirst();
        List<JsonNode> groups = new ArrayList<>();
        for (Path file : files(SOURCES.resolve("rules"))) {
            Chart.YAML.readTree(file.toFile()).path("groups").forEach(groups::add);
        }
        assertThat(rule.at("/spec/groups")).containsExactlyElementsOf(groups);
    }

    @Test
    void hasAConfigMapOfEachBoard() throws IOException {
        List<JsonNode> boards = Chart.ofKind(Chart.objects("production"), "ConfigMap").stream()
                .filter(map ->
                        map.at("/metadata/labels/grafana_dashboard").asText().equals("1"))
                .toList();
        assertThat(boards).hasSize(2);
        ObjectMapper json = new ObjectMapper();
        for (JsonNode board : boards) {
            String name = board.path("data").fieldNames().next();
            assertThat(json.readTree(board.path("data").path(name).asText()))
                    .isEqualTo(json.readTree(
                            SOURCES.resolve("boards").resolve(name).toFile()));
        }
    }

    @Test
    void hasTheLabelsByWhichItIsSelected() {
        List<JsonNode> objects = Chart.objects(
                "small",
                Map.of(
                        "metrics.podMonitor.enabled", true,
                        "metrics.podMonitor.labels.release", "a",
                        "metrics.podMonitor.interval", "15s",
                        "metrics.prometheusRule.enabled", true,
                        "metrics.prometheusRule.labels.release", "b"));
        JsonNode monitor = Chart.ofKind(objects, "PodMonitor").getFirst();
        assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("a");
        assertThat(monitor.at("/metadata/labels").has("app.kubernetes.io/instance"))
                .isTrue();
        assertThat(monitor.at("/spec/podMetricsEndpoints/0/interval").asText()).isEqualTo("15s");
        assertThat(Chart.ofKind(objects, "PrometheusRule")
                        .getFirst()
                        .at("/metadata/labels/release")
                        .asText())
                .isEqualTo("b");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
