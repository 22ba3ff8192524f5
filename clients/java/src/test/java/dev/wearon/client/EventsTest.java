package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.ID;
import static dev.wearon.client.ScriptedServer.KEY;
import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.raw;
import static dev.wearon.client.ScriptedServer.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.ScriptedServer.Request;
import dev.wearon.client.ScriptedServer.Step;
import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.GenerationStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static final UUID TRY_ON = UUID.fromString(ID);
    private static final String QUEUED = state("queued", 1);
    private static final String PROCESSING = state("processing", 2);
    private static final String COMPLETED = state("completed", 3);
    private static final Step NO_CONTENT = raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    private final ScriptedServer server = new ScriptedServer(ok(200, COMPLETED));
    private final Generations generations = server.client().generations();

    @AfterEach
    void close() {
        server.close();
    }

    private static String state(String status, int version) {
        return """
            {"session_id": "%s", "status": "%s", "model_image_url": "http://p?signature=secret", "outfit_image_url": null, \
            "image_urls": ["http://p?signature=secret"], "garment_type": null, "generated_image_url": null, "error_code": null, \
            "error_message": null, "credits_used": 1, "credits_refunded": 0, "attempt": 1, "queue_position": null, \
            "started_at": null, "deadline_at": null, "processing_time_ms": null, "request_id": "req_1", \
            "created_at": "2026-11-21T10:00:00Z", "completed_at": null, "images_expire_at": null, "test": false, \
            "version": %d}""".formatted(ID, status, version);
    }

    /** A stream with these states. */
    private static void send(OutputStream out, String... states) throws IOException {
        out.write(HEAD.getBytes(UTF_8));
        part(out, "retry: 2000\n\n:\n\n");
        for (String state : states) {
            // In two parts: a client must not rely on a part being an event.
            part(out, "id: 1\nevent: sess");
            part(out, "ion\ndata: " + state + "\n\n");
        }
    }

    private static void part(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
        out.write(bytes);
        out.write("\r\n".getBytes(UTF_8));
        out.flush();
    }

    private static Step whole(String... states) {
        return out -> {
            send(out, states);
            out.write("0\r\n\r\n".getBytes(UTF_8));
        };
    }

    private static Step cut(String... states) {
        return out -> {
            send(out, states);
            part(out, "event: session\ndata: {");
        };
    }

    private Step open(String... states) {
        return out -> {
            send(out, states);
            server.released.await();
        };
    }

    private List<String> lastIds() {
        return server.streamed.stream()
                .map(request -> request.headers().get("Last-Event-ID"))
                .toList();
    }

    private List<String> versions(Stream<Generation> states) {
        try (states) {
            return states.map(state -> state.version().toString()).toList();
        }
    }

    @Test
    void hasEachStateUpToTheLastOne() {
        server.streams.add(open(QUEUED, PROCESSING, COMPLETED));
        assertThat(versions(generations.events(TRY_ON))).containsExactly("1", "2", "3");
        Request request = server.streamed.get(0);
        assertThat(request.line()).startsWith("GET /api/v1/generation/" + ID + "/events ");
        assertThat(request.headers())
                .containsEntry("Accept", "text/event-stream")
                .containsEntry("Authorization", "Bearer " + KEY);
        assertThat(lastIds()).containsExactly((String) null);
    }

    @Test
    void aStoreHasItsTryOnsAndItsBalanceOnOneConnection() {
        server.streams.add(out -> {
            send(out, PROCESSING, COMPLETED);
            part(out, "event: balance\ndata: {\"balance\":49}\n\nevent: other\ndata: 1\n\n");
            out.write("0\r\n\r\n".getBytes(UTF_8));
        });
        Store store = server.client().store();
        try (Stream<StoreEvent> events = store.events()) {
            assertThat(events.map(event -> event.generation()
                            .map(state -> state.version().longValue())
                            .orElseGet(() -> event.balance().getAsLong())))
                    .containsExactly(2L, 3L, 49L);
        }
        assertThat(server.streamed.get(0).line()).startsWith("GET /api/v1/events ");
        server.streams.addAll(List.of(cut(QUEUED), refusal(403, "X"), open()));
        assertThatThrownBy(() -> store.events().toList()).isInstanceOf(WearOnConnectionException.class);
        assertThat(catchThrowableOfType(WearOnException.class, store::events).status())
                .hasValue(403);
        store.events().close();
    }

    @Test
    void connectsAgainAfterTheLastState() {
        for (Step broken : List.of(whole(QUEUED), cut(QUEUED))) {
            server.streamed.clear();
            server.streams.addAll(List.of(broken, raw(""), whole(PROCESSING, COMPLETED)));
            assertThat(versions(generations.events(TRY_ON))).containsExactly("1", "2", "3");
            assertThat(lastIds()).containsExactly(null, "1", "1");
        }
    }

    @Test
    void endsIfThereIsNoLaterState() {
        server.streams.addAll(List.of(whole(QUEUED), NO_CONTENT, NO_CONTENT));
        assertThat(versions(generations.events(TRY_ON))).containsExactly("1");
        assertThat(versions(generations.events(TRY_ON, 3L, Duration.ofSeconds(30))))
                .isEmpty();
        assertThat(lastIds()).containsExactly(null, "1", "3");
    }

    @Test
    void aRefusalEndsTheStatesAndAnOutageDoesNot() {
        server.streams.addAll(List.of(
                refusal(404, "NOT_FOUND"),
                ok(200, "{}"),
                refusal(503, "SERVICE_UNAVAILABLE", "Retry-After: 0"),
                whole(COMPLETED)));
        WearOnException unknown =
                catchThrowableOfType(WearOnException.class, () -> versions(generations.events(TRY_ON)));
        assertThat(unknown.code()).isEqualTo("NOT_FOUND");
        assertThat(unknown.sessionId()).contains(TRY_ON);
        WearOnException other = catchThrowableOfType(WearOnException.class, () -> versions(generations.events(TRY_ON)));
        assertThat(other.code()).isEqualTo("UNEXPECTED_RESPONSE");
        assertThat(other).message().doesNotContain("secret");
        assertThat(versions(generations.events(TRY_ON))).containsExactly("3");
    }

    @Test
    void endsAtItsTimeLimit() {
        server.streams.add(open(QUEUED));
        assertThat(catchThrowableOfType(
                                WearOnTimeoutException.class,
                                () -> versions(generations.events(TRY_ON, null, Duration.ofMillis(300))))
                        .sessionId())
                .contains(TRY_ON);
    }

    @Test
    void aClosedStreamDisconnects() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        server.streams.add(out -> {
            send(out, QUEUED);
            try {
                while (!server.released.await(20, TimeUnit.MILLISECONDS)) {
                    part(out, ":\n\n");
                }
            } catch (IOException disconnected) {
                gone.countDown();
            }
        });
        try (Stream<Generation> states = generations.events(TRY_ON)) {
            assertThat(states.findFirst().orElseThrow().status()).isEqualTo(GenerationStatus.QUEUED);
        }
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWaitReadsTheTryOnOnce() {
        server.streams.addAll(List.of(whole(QUEUED, PROCESSING), cut(COMPLETED)));
        assertThat(generations.await(TRY_ON).status()).isEqualTo(GenerationStatus.COMPLETED);
        assertThat(server.requests).hasSize(1);
        assertThat(lastIds()).containsExactly(null, "2");
    }

    @Test
    void aWaitWithoutAStreamReadsFromTimeToTime() {
        for (Step step : List.of(refusal(429, "RATE_LIMITED", "Retry-After: 60"), ok(200, "{}"), raw(""))) {
            server.requests.clear();
            server.streams.addAll(List.of(step, step));
            assertThat(generations.await(TRY_ON, Duration.ofSeconds(30)).status())
                    .isEqualTo(GenerationStatus.COMPLETED);
            assertThat(server.requests).hasSize(1);
            server.streams.clear();
        }
    }
}
