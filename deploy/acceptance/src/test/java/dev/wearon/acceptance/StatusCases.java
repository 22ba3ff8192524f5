package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.testkit.Await;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The operator sees every process, and one that died. */
abstract class StatusCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @Test
    void showsEveryProcess() throws Exception {
        JsonPath status = Await.until(TIMEOUT, StatusCases::status, StatusCases::isUp);

        assertThat(status.<String>getList("data.services.service"))
                .containsExactly("gateway", "credits", "generation", "storage");
        for (String service : List.of("gateway", "credits", "generation", "storage")) {
            JsonNode running = suite.service(service);
            Map<String, ?> instance =
                    status.getMap("data.services.find { it.service == '%s' }.instances.find { it.pid == %d }"
                            .formatted(service, running.get("pid").longValue()));
            assertThat(instance.get("status")).as(service).isEqualTo("up");
            assertThat(instance.get("version")).isEqualTo("0.1.0-SNAPSHOT");
            assertThat(Instant.parse((String) instance.get("since"))).isBefore(Instant.now());
            assertThat((int) instance.get("lag_ms")).isNotNegative();
        }
        assertThat(status.<String>getList("data.services[2].instances.last().roles"))
                .containsExactly("api", "worker");
    }

    @Test
    void showsAProcessThatDied() throws Exception {
        Await.until(TIMEOUT, StatusCases::status, StatusCases::isUp);
        long killed = suite.service("storage").get("pid").longValue();

        ProcessHandle.of(killed).orElseThrow().destroyForcibly();

        Await.until(
                TIMEOUT,
                StatusCases::status,
                status -> isUp(status)
                        && "lost"
                                .equals(status.getString(
                                        "data.services[3].instances.find { it.pid == %d }.status".formatted(killed))));
    }

    private static JsonPath status() throws IOException {
        return suite.operator()
                .get("/admin/v1/status")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static boolean isUp(JsonPath status) {
        return "up".equals(status.getString("data.status"));
    }
}
