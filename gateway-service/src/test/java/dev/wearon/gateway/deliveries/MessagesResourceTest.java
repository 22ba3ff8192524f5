package dev.wearon.gateway.deliveries;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.deliveries.NoticesClient.Notice;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.webhooks.TestGuard;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries do not run in the background; each test runs them. */
@QuarkusTest
class MessagesResourceTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PATH = "/api/v1/webhook-endpoints";

    private Merchant merchant;
    private String endpoint;

    @Inject
    Deliveries deliveries;

    @Inject
    OldMessages oldMessages;

    @Inject
    Messages messages;

    @BeforeEach
    void prepare() {
        sql(
                "UPDATE gateway.webhook_messages SET status = 'failed', due_at = NULL, leased_until = NULL WHERE status = 'pending'");
        TestGuard.resolves(FakeServices.RECEIVER_HOST, "127.0.0.1");
        FakeServices.receiver().answers(200, "taken");
        merchant = Merchant.inAbsorbMode();
        String url = "http://" + FakeServices.RECEIVER_HOST + ":"
                + FakeServices.receiver().port() + "/hook";
        endpoint = merchant.calls()
                .contentType(ContentType.JSON)
                .body(Map.of("url", url, "event_types", List.of("generation.completed")))
                .post(PATH)
                .then()
                .spec(success(201))
                .extract()
                .path("data.endpoint_id");
    }

    private UUID event(Instant occurredAt) {
        UUID id = UUID.randomUUID();
        messages.store(List.of(
                        new Notice(id, merchant.storeId(), "generation.completed", occurredAt, Map.of("version", 1))))
                .await()
                .atMost(SOON);
        return id;
    }

    private Response post(String path, Object body) {
        return merchant.calls().contentType(ContentType.JSON).body(body).post(PATH + "/" + endpoint + path);
    }

    private Response attempts(String query) {
        return merchant.calls().get(PATH + "/" + endpoint + "/attempts" + query);
    }

    private void attempted(int times) {
        deliveries.runOnce().await().atMost(SOON);
        Await.until(
                SOON,
                () -> ask("SELECT count(*)::text FROM gateway.webhook_attempts WHERE endpoint_id = ?::uuid", endpoint),
                Integer.toString(times)::equals);
    }

    private String status(UUID event) {
        return ask(
                "SELECT status || ' ' || attempts FROM gateway.webhook_messages WHERE endpoint_id = ?::uuid AND event_id = ?::uuid",
                endpoint,
                event.toString());
    }

    private void hasStatus(UUID event, String status) {
        sql(
                "UPDATE gateway.webhook_messages SET status = ?, attempts = 8, due_at = NULL WHERE event_id = ?::uuid",
                status,
                event.toString());
    }

    @Test
    void attemptsAreListedFromTheNewest() {
        UUID event = event(Instant.now());
        FakeServices.receiver().answers(500, "broken");
        attempted(1);
        FakeServices.receiver().answers(200, "taken");
        sql("UPDATE gateway.webhook_messages SET due_at = now() WHERE event_id = ?::uuid", event.toString());
        sql("UPDATE gateway.webhook_endpoints SET probe_at = now() WHERE id = ?::uuid", endpoint);
        attempted(2);

        attempts("")
                .then()
                .spec(success(200))
                .body("data.attempts", hasSize(2))
                .body("data.next_cursor", nullValue())
                .body("data.attempts[0].message_id", equalTo(event.toString()))
                .body("data.attempts[0].type", equalTo("generation.completed"))
                .body("data.attempts[0].outcome", equalTo("delivered"))
                .body("data.attempts[0].status", equalTo(200))
                .body("data.attempts[0].response", equalTo("taken"))
                .body("data.attempts[1].outcome", equalTo("refused"))
                .body("data.attempts[1].status", equalTo(500))
                .body("data.attempts[1].response", equalTo("broken"));
        String cursor = attempts("?limit=1").path("data.next_cursor");
        attempts("?limit=1&cursor=" + cursor)
                .then()
                .body("data.attempts", hasSize(1))
                .body("data.attempts[0].outcome", equalTo("refused"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limit=0", "?limit=101", "?limit=x", "?cursor=x"})
    void refusesAPageThatIsNotValid(String query) {
        attempts(query).then().spec(refusal(400, "VALIDATION_ERROR"));
    }

    @Test
    void aTestReachesAnEndpointThatWantsOtherEvents() {
        String id = post("/test", "").then().spec(success(200)).extract().path("data.message_id");

        attempted(1);

        var seen = FakeServices.receiver().onlySeen();
        assertThat(seen.headers().get("webhook-id")).isEqualTo(id);
        JsonObject payload = seen.body().toJsonObject();
        assertThat(payload.getString("type")).isEqualTo("endpoint.test");
        assertThat(payload.getJsonObject("data").getString("endpoint_id")).isEqualTo(endpoint);
    }

    @Test
    void aMessageIsSentAgainWithTheSameId() {
        UUID event = event(Instant.now());
        attempted(1);

        String resend = "/messages/" + event + "/resend";
        post(resend, "").then().spec(success(200)).body("data.message_id", equalTo(event.toString()));
        post(resend, "").then().spec(success(200));
        assertThat(status(event)).isEqualTo("pending 0");
        attempted(2);

        assertThat(FakeServices.receiver().seen())
                .extracting(seen -> seen.headers().get("webhook-id"))
                .containsExactly(event.toString(), event.toString());
        post("/messages/" + UUID.randomUUID() + "/resend", "").then().spec(refusal(404, "NOT_FOUND"));
    }

    @Test
    void aMessageOnItsWayIsNotSentTwice() {
        UUID event = event(Instant.now());
        messages.take(false, 10).await().atMost(SOON);

        post("/messages/" + event + "/resend", "").then().spec(success(200));

        assertThat(status(event)).isEqualTo("pending 1");
        deliveries.runOnce().await().atMost(SOON);
        assertThat(FakeServices.receiver().seen()).isEmpty();
    }

    @Test
    void aReplayTakesWhatFailedSinceATime() {
        Instant since = Instant.now().minusSeconds(3_600);
        UUID before = event(since.minusSeconds(1));
        UUID failed = event(since);
        UUID delivered = event(since.plusSeconds(1));
        hasStatus(before, "failed");
        hasStatus(failed, "failed");
        hasStatus(delivered, "delivered");

        post("/replay", Map.of("since", since.toString()))
                .then()
                .spec(success(200))
                .body("data.replayed", equalTo(1))
                .body("data.next_since", nullValue());

        assertThat(status(before)).isEqualTo("failed 8");
        assertThat(status(failed)).isEqualTo("pending 0");
        assertThat(status(delivered)).isEqualTo("delivered 8");
        post("/replay", Map.of("since", since.toString(), "include_delivered", true))
                .then()
                .body("data.replayed", equalTo(1));
        assertThat(status(delivered)).isEqualTo("pending 0");
    }

    @Test
    void aLongReplayHasSeveralParts() {
        sql(
                "INSERT INTO gateway.webhook_messages (endpoint_id, event_id, store_id, type, payload, occurred_at, status, due_at)"
                        + " SELECT ?::uuid, gen_random_uuid(), ?::uuid, 'generation.failed', '{}', now() - make_interval(secs => n),"
                        + " 'failed', NULL FROM generate_series(1, 1001) AS n",
                endpoint,
                merchant.storeId().toString());
        String since = Instant.now().minusSeconds(7_200).toString();

        String next = post("/replay", Map.of("since", since))
                .then()
                .body("data.replayed", equalTo(1_000))
                .body("data.next_since", notNullValue())
                .extract()
                .path("data.next_since");
        post("/replay", Map.of("since", next))
                .then()
                .body("data.replayed", equalTo(1))
                .body("data.next_since", nullValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"since\":null}",
                "{\"since\":\"yesterday\"}",
                "{\"since\":\"+1000000000-12-31T23:59:59Z\"}",
                "{\"since\":\"-1000000000-01-01T00:00:00Z\"}",
                "{\"since\":\"2026-01-01T00:00:00Z\",\"include_delivered\":\"maybe\"}",
                "{\"since\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-02T00:00:00Z\"}"
            })
    void refusesAReplayThatIsNotValid(String body) {
        post("/replay", body).then().spec(refusal(400, "VALIDATION_ERROR"));
    }

    @Test
    void aDisabledEndpointSendsNothing() {
        UUID event = event(Instant.now());
        sql("UPDATE gateway.webhook_endpoints SET disabled_reason = 'store' WHERE id = ?::uuid", endpoint);
        post("/test", "").then().spec(refusal(409, "ENDPOINT_NOT_READY"));
        post("/messages/" + event + "/resend", "").then().spec(refusal(409, "ENDPOINT_NOT_READY"));
        post("/replay", Map.of("since", "2026-01-01T00:00:00Z")).then().spec(refusal(409, "ENDPOINT_NOT_READY"));
        attempts("").then().spec(success(200));
    }

    @Test
    void messagesOfOtherStoresDoNotExist() {
        UUID event = event(Instant.now());
        hasStatus(event, "failed");
        merchant = Merchant.inAbsorbMode();
        for (Response answer : List.of(
                attempts(""),
                post("/test", ""),
                post("/messages/" + event + "/resend", ""),
                post("/replay", Map.of("since", "2026-01-01T00:00:00Z")))) {
            answer.then()
                    .spec(refusal(404, "NOT_FOUND"))
                    .body("error.message", equalTo("The webhook endpoint was not found."));
        }
        assertThat(status(event)).isEqualTo("failed 8");
    }

    @Test
    void messagesAndAttemptsEndAfterThirtyDays() {
        UUID old = event(Instant.now());
        UUID young = event(Instant.now());
        attempted(2);
        for (String table : List.of("webhook_messages SET created_at", "webhook_attempts SET attempted_at")) {
            sql("UPDATE gateway." + table + " = now() - '31 days'::interval WHERE event_id = ?::uuid", old.toString());
        }

        oldMessages.runOnce().await().atMost(SOON);

        assertThat(ask(
                        "SELECT string_agg(event_id::text, ' ') FROM gateway.webhook_messages WHERE endpoint_id = ?::uuid",
                        endpoint))
                .isEqualTo(young.toString());
        attempts("").then().body("data.attempts.message_id", equalTo(List.of(young.toString())));
    }
}
