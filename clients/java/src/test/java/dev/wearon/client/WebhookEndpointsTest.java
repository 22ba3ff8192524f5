package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.NewWebhookEndpoint;
import dev.wearon.client.model.NewWebhookSecret;
import dev.wearon.client.model.WebhookEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WebhookEndpointsTest {

    private static final String PATH = "/api/v1/webhook-endpoints";
    private static final UUID ID = UUID.fromString("0193c0de-0000-7000-8000-0000000000e1");
    private static final UUID MESSAGE = UUID.fromString("0193c0de-0000-7000-8000-0000000000f1");
    private static final String SECRET = "whsec_" + "A".repeat(43) + "=";
    private static final String URL = "https://shop.example/hooks/a-secret";
    private static final String ENDPOINT = "{\"endpoint_id\": \"" + ID + "\", \"url\": \"" + URL + "\","
            + " \"event_types\": [\"generation.failed\", \"of.a.newer.server\"], \"enabled\": true,"
            + " \"disabled_reason\": null, \"previous_secret_expires_at\": null,"
            + " \"created_at\": \"2026-12-02T10:00:00Z\", \"updated_at\": \"2026-12-02T10:00:00Z\"}";
    private static final String SENT = "{\"message_id\": \"" + MESSAGE + "\"}";

    private static Stream<String> lines(ScriptedServer server) {
        return server.requests.stream().map(request -> request.line().replace(" HTTP/1.1", ""));
    }

    private static String attempts(String outcome, String status, String cursor) {
        return "{\"attempts\": [{\"attempt_id\": \"" + ID + "\", \"message_id\": \"" + MESSAGE + "\", \"type\": null,"
                + " \"attempted_at\": \"2026-12-02T10:00:00Z\", \"outcome\": \"" + outcome + "\", \"status\": " + status
                + ", \"duration_ms\": 84, \"response\": null}], \"next_cursor\": " + cursor + "}";
    }

    @Test
    void createsAndRotatesWithoutShowingTheSecretInAText() {
        String created =
                "{\"endpoint_id\": \"" + ID + "\", \"url\": \"" + URL + "\", \"event_types\": [], \"enabled\": true,"
                        + " \"secret\": \"" + SECRET + "\", \"created_at\": \"2026-12-02T10:00:00Z\"}";
        String rotated = "{\"endpoint_id\": \"" + ID + "\", \"secret\": \"" + SECRET
                + "\", \"previous_secret_expires_at\": null}";
        try (ScriptedServer server = new ScriptedServer(ok(201, created), ok(200, rotated), ok(200, rotated))) {
            WebhookEndpoints endpoints = server.client().webhookEndpoints();
            NewWebhookEndpoint endpoint = endpoints.create(URL, List.of(WebhookEventType.CREDITS_LOW));
            assertThat(endpoint.endpointId()).isEqualTo(ID);
            assertThat(endpoint.secret()).isEqualTo(SECRET);
            assertThat(endpoint.toString()).doesNotContain("whsec_", "a-secret");
            NewWebhookSecret secret = endpoints.rotateSecret(ID);
            assertThat(secret.secret()).isEqualTo(SECRET);
            assertThat(secret.toString()).doesNotContain("whsec_");
            assertThat(endpoints.rotateSecret(ID, Duration.ZERO).previousSecretExpiresAt())
                    .isNull();
            assertThat(lines(server))
                    .containsExactly(
                            "POST " + PATH,
                            "POST " + PATH + "/" + ID + "/rotate-secret",
                            "POST " + PATH + "/" + ID + "/rotate-secret");
            assertThat(server.requests.get(0).text()).contains(URL, "[\"credits.low\"]");
            assertThat(server.requests.get(2).text()).isEqualTo("{\"overlap_seconds\":0}");
        }
    }

    @Test
    void readsChangesAndDeletes() {
        try (ScriptedServer server = new ScriptedServer(
                ok(200, "{\"endpoints\": [" + ENDPOINT + "]}"),
                ok(200, ENDPOINT),
                ok(200, ENDPOINT),
                ok(200, ENDPOINT),
                ok(200, ENDPOINT),
                ok(200, ENDPOINT),
                ok(200, "{\"endpoint_id\": \"" + ID + "\"}"))) {
            WebhookEndpoints endpoints = server.client().webhookEndpoints();
            assertThat(endpoints.list()).containsExactly(endpoints.get(ID));
            endpoints.disable(ID);
            assertThat(endpoints.enable(ID).eventTypes())
                    .containsExactly(WebhookEventType.GENERATION_FAILED, WebhookEventType.UNKNOWN_DEFAULT_OPEN_API);
            endpoints.changeUrl(ID, URL);
            endpoints.changeEventTypes(ID, List.of());
            endpoints.delete(ID);
            String one = PATH + "/" + ID;
            assertThat(lines(server))
                    .containsExactly(
                            "GET " + PATH,
                            "GET " + one,
                            "PATCH " + one,
                            "PATCH " + one,
                            "PATCH " + one,
                            "PATCH " + one,
                            "DELETE " + one);
            assertThat(server.requests.subList(2, 6).stream().map(ScriptedServer.Request::text))
                    .containsExactly(
                            "{\"enabled\":false}",
                            "{\"enabled\":true}",
                            "{\"url\":\"" + URL + "\"}",
                            "{\"event_types\":[]}");
        }
    }

    @Test
    void readsAllAttemptsAndSendsMessagesAgain() {
        try (ScriptedServer server = new ScriptedServer(
                ok(200, attempts("delivered", "200", "\"c\"")),
                ok(200, attempts("no_address", "null", "null")),
                ok(200, SENT),
                ok(200, SENT),
                ok(200, "{\"replayed\": 1000, \"next_since\": \"2026-12-02T10:00:00Z\"}"))) {
            WebhookEndpoints endpoints = server.client().webhookEndpoints();
            List<String> outcomes = new ArrayList<>();
            endpoints.attempts(ID).forEach(attempt -> outcomes.add(attempt.outcome() + " " + attempt.status()));
            assertThat(outcomes).containsExactly("delivered 200", "no_address null");
            assertThat(endpoints.test(ID)).isEqualTo(MESSAGE);
            endpoints.resend(ID, MESSAGE);
            assertThat(endpoints
                            .replay(ID, Instant.parse("2026-12-01T00:00:00Z"), true)
                            .nextSince())
                    .isEqualTo("2026-12-02T10:00:00Z");
            assertThat(lines(server))
                    .containsExactly(
                            "GET " + PATH + "/" + ID + "/attempts?limit=100",
                            "GET " + PATH + "/" + ID + "/attempts?limit=100&cursor=c",
                            "POST " + PATH + "/" + ID + "/test",
                            "POST " + PATH + "/" + ID + "/messages/" + MESSAGE + "/resend",
                            "POST " + PATH + "/" + ID + "/replay");
            assertThat(server.requests.get(4).text()).contains("\"2026-12-01T00:00:00Z\"", "true");
        }
    }

    @Test
    void aUrlThatTheStoreHasAlreadyIsRefusedOnce() {
        try (ScriptedServer server = new ScriptedServer(refusal(409, "ENDPOINT_EXISTS"))) {
            var error = catchThrowableOfType(
                    WearOnException.class,
                    () -> server.client().webhookEndpoints().create(URL));
            assertThat(error.code()).isEqualTo("ENDPOINT_EXISTS");
            assertThat(server.requests).hasSize(1);
        }
    }
}
