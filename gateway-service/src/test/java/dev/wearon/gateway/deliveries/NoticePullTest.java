package dev.wearon.gateway.deliveries;

import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.gateway.deliveries.NoticesClient.Notice;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.webhooks.TestGuard;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pull does not run in the background; each test runs it. */
@QuarkusTest
class NoticePullTest {

    private Merchant merchant;

    @Inject
    NoticePull pull;

    @Inject
    Messages messages;

    @BeforeEach
    void prepare() {
        merchant = Merchant.inAbsorbMode();
        TestGuard.resolves("shop.example", "93.184.215.14");
        gives(FakeServices.generation());
        gives(FakeServices.credits());
    }

    private static void gives(FakeService service, JsonObject... notices) {
        JsonArray waiting = new JsonArray();
        List.of(notices).forEach(waiting::add);
        service.behaves((request, body) -> request.response()
                .putHeader("Content-Type", "application/json")
                .end(
                        request.path().endsWith("/pull")
                                ? new JsonObject().put("notices", waiting).encode()
                                : "{\"deleted\":0}"));
    }

    private static JsonObject notice(UUID storeId, String type, JsonObject data) {
        return new JsonObject()
                .put("id", UUID.randomUUID().toString())
                .put("store_id", storeId.toString())
                .put("type", type)
                .put("occurred_at", "2026-03-01T10:00:00Z")
                .put("data", data);
    }

    private String endpoint(String path, List<String> types) {
        return merchant.calls()
                .contentType(ContentType.JSON)
                .body(Map.of("url", "https://shop.example/" + path, "event_types", types))
                .post("/api/v1/webhook-endpoints")
                .then()
                .spec(success(201))
                .extract()
                .path("data.endpoint_id");
    }

    private int pulled() {
        return pull.runOnce().await().atMost(Duration.ofSeconds(20));
    }

    private static List<String> acknowledged(FakeService service) {
        List<String> ids = new ArrayList<>();
        service.seen().stream()
                .filter(seen -> seen.uri().endsWith("/acknowledge"))
                .forEach(seen -> seen.body().toJsonObject().getJsonArray("ids").forEach(id -> ids.add(id.toString())));
        return ids;
    }

    private static String count(String endpoint) {
        return ask("SELECT count(*)::text FROM gateway.webhook_messages WHERE endpoint_id = ?::uuid", endpoint);
    }

    @Test
    void storesOneMessageForEachEndpointThatWantsTheEvent() {
        String all = endpoint("all", List.of());
        String failures = endpoint("failures", List.of("generation.failed"));
        String disabled = endpoint("disabled", List.of());
        sql("UPDATE gateway.webhook_endpoints SET disabled_reason = 'store' WHERE id = ?::uuid", disabled);
        JsonObject data =
                new JsonObject().put("session_id", UUID.randomUUID().toString()).put("version", 1);
        JsonObject completed = notice(merchant.storeId(), "generation.completed", data);
        JsonObject bought = notice(merchant.storeId(), "credits.purchased", new JsonObject().put("credits", 5));
        gives(FakeServices.generation(), completed);
        gives(FakeServices.credits(), bought);

        assertThat(pulled()).isEqualTo(2);

        assertThat(count(all)).isEqualTo("2");
        assertThat(count(failures)).isEqualTo("0");
        assertThat(count(disabled)).isEqualTo("0");
        String payload = ask(
                "SELECT payload FROM gateway.webhook_messages WHERE endpoint_id = ?::uuid AND event_id = ?::uuid",
                all,
                completed.getString("id"));
        assertThat(new JsonObject(payload))
                .isEqualTo(new JsonObject()
                        .put("type", "generation.completed")
                        .put("timestamp", "2026-03-01T10:00:00Z")
                        .put("data", data));
        assertThat(acknowledged(FakeServices.generation())).containsExactly(completed.getString("id"));
        assertThat(acknowledged(FakeServices.credits())).containsExactly(bought.getString("id"));
    }

    /** As after the death of a gateway that had stored the message and not acknowledged it. */
    @Test
    void aNoticeThatIsPulledAgainIsStoredOnce() {
        String endpoint = endpoint("again", List.of());
        gives(FakeServices.generation(), notice(merchant.storeId(), "generation.failed", new JsonObject()));

        pulled();
        pulled();

        assertThat(count(endpoint)).isEqualTo("1");
        assertThat(acknowledged(FakeServices.generation())).hasSize(2);
    }

    @Test
    void gatewaysThatStoreTheSameNoticesDoNotDeadlock() {
        List.of("a", "b", "c").forEach(path -> endpoint(path, List.of()));
        for (int repeat = 0; repeat < 10; repeat++) {
            List<Notice> notices = IntStream.range(0, 300)
                    .mapToObj(i -> new Notice(
                            UUID.randomUUID(), merchant.storeId(), "credits.low", Instant.now(), Map.of("version", i)))
                    .toList();

            int stored = Uni.combine()
                    .all()
                    .unis(messages.store(notices), messages.store(notices.reversed()))
                    .with(Integer::sum)
                    .await()
                    .atMost(Duration.ofSeconds(20));

            assertThat(stored).isEqualTo(3 * 300);
        }
    }

    @Test
    void aNoticeThatNobodyWantsIsAcknowledged() {
        JsonObject unwanted = notice(merchant.storeId(), "credits.low", new JsonObject());
        JsonObject ofNobody = notice(UUID.randomUUID(), "credits.low", new JsonObject());
        gives(FakeServices.credits(), unwanted, ofNobody);

        assertThat(pulled()).isEqualTo(2);

        assertThat(acknowledged(FakeServices.credits()))
                .containsExactly(unwanted.getString("id"), ofNobody.getString("id"));
    }

    @Test
    void aServiceThatFailsDoesNotDelayTheOther() {
        String endpoint = endpoint("one", List.of());
        gives(FakeServices.credits(), notice(merchant.storeId(), "credits.low", new JsonObject()));
        FakeServices.generation().answers(503, "{}");

        assertThatThrownBy(this::pulled).isNotNull();

        assertThat(count(endpoint)).isEqualTo("1");
        assertThat(acknowledged(FakeServices.credits())).hasSize(1);
    }
}
