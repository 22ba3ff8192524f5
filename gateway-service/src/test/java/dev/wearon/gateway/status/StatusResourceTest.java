package dev.wearon.gateway.status;

import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static dev.wearon.gateway.testing.Merchant.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@code GET /admin/v1/status} */
@QuarkusTest
class StatusResourceTest {

    private static final String PATH = "/admin/v1/status";

    @Test
    void listsTheProcessesOfAllServices() {
        credits().answers(200, list(instance("credits")));
        generation().answers(200, list(instance("api"), instance("worker")));
        storage().answers(200, list(instance("storage")));
        // The gateway of the tests writes its own row every five seconds.
        Await.until(
                Duration.ofSeconds(30),
                () -> operator().get(PATH).then().statusCode(200).extract().<String>path("data.status"),
                "up"::equals);

        operator()
                .get(PATH)
                .then()
                .spec(success(200))
                .body("data.status", equalTo("up"))
                .body("data.services.service", contains("gateway", "credits", "generation", "storage"))
                .body("data.services[0].instances.roles", hasItem(List.of("gateway")))
                .body("data.services[0].instances.pid", hasItem((int)
                        ProcessHandle.current().pid()))
                .body("data.services[2].instances", hasSize(2))
                .body("data.services[2].instances[1].status", equalTo("up"))
                .body("data.services[2].instances[1].lag_ms", equalTo(7))
                .body("data.services.missing_roles.flatten()", empty());
        assertThat(generation().seen().getLast().uri()).isEqualTo("/internal/v1/instances");
    }

    @Test
    void answersWhileAServiceDoesNot() {
        credits().answers(503, "{}");
        generation().answers(200, list(instance("api")));
        storage().answers(200, list(instance("storage")));

        operator()
                .get(PATH)
                .then()
                .spec(success(200))
                .body("data.status", equalTo("degraded"))
                .body("data.services[1].reachable", equalTo(false))
                .body("data.services[1].instances", empty())
                .body("data.services[2].missing_roles", contains("worker"))
                .body("data.services[3].reachable", equalTo(true));
    }

    private static String list(JsonObject... instances) {
        return new JsonObject()
                .put("instances", new JsonArray(List.of(instances)))
                .encode();
    }

    private static JsonObject instance(String role) {
        return new JsonObject()
                .put("instance_id", UUID.randomUUID().toString())
                .put("roles", new JsonArray().add(role))
                .put("host", "node-1")
                .put("pid", 17)
                .put("version", "0.1.0")
                .put("since", "2026-12-02T08:00:00Z")
                .put("seen_at", "2026-12-02T10:00:00Z")
                .put("status", "up")
                .put("failing", new JsonArray())
                .put("lag_ms", 7)
                .put("of_a_later_version", true);
    }
}
