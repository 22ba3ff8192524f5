package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Prometheus;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import io.restassured.path.json.JsonPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./wearon up --observe}, where Prometheus is installed and where it is not. */
@Tag("thorough")
class ObserveIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** With the port of Prometheus. */
    private static final int PORTS = 11;

    @TempDir
    Path folder;

    @Test
    void scrapesEveryServiceAndLoadsTheRules() throws Exception {
        assumeTrue(Prometheus.installed().isPresent(), "Prometheus is not installed");
        Suite suite = new Suite(folder.resolve("data"), Ports.freeRange(PORTS), Map.of());
        Suite.Ran up = suite.wearon("up", "--observe");
        try {
            assertThat(up.exitCode()).as(up.output()).isZero();
            String prometheus = suite.run().get("prometheus_url").textValue();
            assertThat(up.output()).contains(prometheus + "/alerts", "deploy/observability/boards");
            // REST Assured would compare the answers with our contract, because the paths begin alike.
            ApiClient api = ApiClient.of(prometheus);
            Await.until(
                    TIMEOUT,
                    () -> new JsonPath(api.get("/api/v1/targets").text()).<String>getList("data.activeTargets.health"),
                    health -> health.size() == 4 && health.stream().allMatch("up"::equals));
            List<String> rules =
                    new JsonPath(api.get("/api/v1/rules").text()).getList("data.groups.rules.flatten().name");
            assertThat(rules).hasSize(Observability.rules().size());
            JsonNode again = suite.json("up", "--observe");
            assertThat(again.path("prometheus_url").asText()).isEqualTo(prometheus);
        } finally {
            Suite.Ran down = suite.wearon("down");
            assertThat(down.exitCode()).as(down.output()).isZero();
        }
        assertThat(Ports.isFree(suite.portBase() + PORTS - 1)).isTrue();
    }

    @Test
    void saysWhatToInstall() throws Exception {
        assumeFalse(Prometheus.installed().isPresent(), "Prometheus is installed");
        Suite suite = new Suite(folder.resolve("data"), Ports.freeRange(PORTS), Map.of());
        Suite.Ran up = suite.wearon("up", "--observe");
        assertThat(up.exitCode()).isEqualTo(2);
        assertThat(up.output()).contains("Prometheus is not installed", "hint: install");
        assertThat(suite.data().resolve("run.json")).doesNotExist();
    }
}
