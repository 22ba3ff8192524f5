package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Merchant.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.EventClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EventStreamsTest {

    /** Access is checked every second, a gateway knows ended keys after half a second, and the machine may be slow. */
    private static final Duration CUT_WITHIN = Duration.ofSeconds(10);

    /** FakeServices configures this limit. */
    private static final int PER_STORE = 3;

    /** More than the connections for streams, and more than those for calls. */
    private static final int MANY = 150;

    private static final Duration IDLE = Duration.ofSeconds(5);

    private final List<EventClient> clients = new ArrayList<>();
    private Merchant merchant;
    private FakeEvents service;

    @BeforeEach
    void begin() {
        merchant = Merchant.inAbsorbMode();
        service = FakeEvents.begin();
    }

    @AfterEach
    void leave() {
        clients.forEach(EventClient::close);
    }

    private EventClient open(String... headers) {
        return open(merchant, headers);
    }

    private EventClient open(Merchant store, String... headers) {
        List<String> all = new ArrayList<>(List.of("Authorization: Bearer " + store.apiKey()));
        all.addAll(List.of(headers));
        return kept(EventClient.open(TestRoutes.EVENTS + "?since=3", all.toArray(String[]::new)));
    }

    private EventClient kept(EventClient client) {
        clients.add(client);
        return client;
    }

    /** Opens a stream, and waits until the service has it. */
    private EventClient opened() {
        int before = service.count();
        EventClient client = open();
        assertThat(client.status()).isEqualTo(200);
        service.stream(before);
        return client;
    }

    @Nested
    class Passes {

        @Test
        void eachEventAtOnce() {
            EventClient client = open("Last-Event-ID: 7");
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.header("Content-Type")).startsWith("text/event-stream");
            assertThat(client.header("Cache-Control")).isEqualTo("no-store, no-transform");
            assertThat(client.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(client.header("X-Request-Id")).isNotBlank();
            assertThat(client.header("RateLimit")).isNotBlank();
            HttpServerRequest asked = service.stream(0);
            assertThat(asked.uri()).isEqualTo(TestRoutes.EVENTS + "?since=3");
            assertThat(asked.getHeader("Accept")).isEqualTo("text/event-stream");
            assertThat(asked.getHeader("Last-Event-ID")).isEqualTo("7");
            assertThat(asked.getHeader("Authorization")).startsWith("Bearer ey");
            for (String event : List.of("1", "2", "3")) {
                service.send(0, event);
                client.reads("data: " + event);
            }
        }

        @Test
        void theHeadBeforeTheFirstEvent() {
            FakeServices.generation().behavesRaw(request -> request.response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .write(Buffer.buffer()));
            assertThat(open().status()).isEqualTo(200);
        }

        @Test
        void eventsToTheAllowedPages() {
            String page = "https://" + merchant.shopDomain();
            assertThat(open("Origin: " + page).header("Access-Control-Allow-Origin"))
                    .isEqualTo(page);
            EventClient other = open("Origin: https://other.example.com");
            assertThat(other.status()).isEqualTo(403);
            assertThat(other.header("Access-Control-Allow-Origin")).isNull();
        }

        @Test
        void theEndOfTheStream() {
            EventClient client = opened();
            service.stream(0).response().end("data: last\n\n");
            client.reads("data: last");
            assertThat(client.readsToTheEnd()).isTrue();
        }

        /** A reconnect of a client that has the last event. Its place is free afterwards. */
        @Test
        void thatThereIsNothingMore() {
            FakeServices.generation()
                    .behavesRaw(request -> request.response().setStatusCode(204).end());
            for (int i = 0; i < 2 * PER_STORE; i++) {
                EventClient client = open("Last-Event-ID: 7");
                assertThat(client.status()).isEqualTo(204);
                assertThat(client.header("Content-Type")).isNull();
            }
        }

        /** Neither the timeout of the head nor the idle timeout cuts a stream with heartbeats. */
        @Test
        void heartbeatsForAnyTimeAndCutsSilence() {
            EventClient kept = opened();
            EventClient silent = opened();
            long end = System.nanoTime() + IDLE.multipliedBy(3).dividedBy(2).toNanos();
            for (int beat = 0; System.nanoTime() < end; beat++) {
                service.send(0, "beat " + beat);
                kept.reads("data: beat " + beat);
                long next = System.nanoTime() + IDLE.dividedBy(4).toNanos();
                Await.until(IDLE, System::nanoTime, now -> now > next);
            }
            Await.until(CUT_WITHIN, service::left, left -> left == 1);
            assertThat(silent.readsToTheEnd()).isFalse();
        }

        /** The gateway does not buffer what the client does not read. */
        @Test
        void noMoreThanTheClientReads() {
            EventClient client = opened();
            AtomicLong sent = new AtomicLong();
            // Socket buffers hold tens of megabytes.
            long much = 512 * 1024 * 1024;
            service.onItsLoop(0, response -> pour(response, sent, much));
            AtomicLong before = new AtomicLong(-1);
            Await.until(
                    CUT_WITHIN.multipliedBy(3),
                    () -> {
                        long now = System.nanoTime() + Duration.ofMillis(300).toNanos();
                        Await.until(CUT_WITHIN, System::nanoTime, later -> later > now);
                        return before.getAndSet(sent.get()) == sent.get();
                    },
                    unchanged -> unchanged && sent.get() > 0);
            assertThat(sent.get()).isGreaterThan(0).isLessThan(much / 2);
            assertThat(client.status()).isEqualTo(200);
        }

        private static void pour(HttpServerResponse response, AtomicLong sent, long much) {
            Buffer event = Buffer.buffer("data: " + "x".repeat(64 * 1024) + "\n\n");
            while (!response.writeQueueFull() && sent.get() < much) {
                response.write(event);
                sent.addAndGet(event.length());
            }
            response.drainHandler(taken -> pour(response, sent, much));
        }
    }

    @Nested
    class Refuses {

        /** The gateway would otherwise read a body that may never end. */
        @Test
        void aBody() {
            EventClient client = kept(EventClient.open(
                    TestRoutes.EVENTS, "Authorization: Bearer " + merchant.apiKey(), "Transfer-Encoding: chunked"));
            assertThat(client.status()).isEqualTo(400);
            assertThat(service.count()).isZero();
        }

        @Test
        void aRequestWithoutAKey() {
            assertThat(kept(EventClient.open(TestRoutes.EVENTS)).status()).isEqualTo(401);
            assertThat(service.count()).isZero();
        }

        @Test
        void aRequestThatTheServiceRefuses() {
            FakeServices.generation().answers(404, "{\"code\":\"NOT_FOUND\",\"message\":\"No such session.\"}");
            EventClient client = open();
            assertThat(client.status()).isEqualTo(404);
            assertThat(client.header("Content-Type")).startsWith("application/json");
        }

        @Test
        void whatTheServiceHasNoPlaceFor() {
            FakeServices.generation().behavesRaw(request -> request.response()
                    .setStatusCode(429)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Retry-After", "5")
                    .end("{\"code\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"Too many.\"}"));
            EventClient client = open();
            assertThat(client.status()).isEqualTo(429);
            assertThat(client.header("Retry-After")).isEqualTo("5");
        }

        @Test
        void aResponseThatIsNotAnEventStream() {
            FakeServices.generation().answers(200, "{}");
            assertThat(open().status()).isEqualTo(503);
        }

        @Test
        void aLateHead() {
            FakeServices.generation().behavesRaw(request -> {});
            long askedAt = System.nanoTime();
            assertThat(open().status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - askedAt))
                    .isBetween(TestRoutes.HEAD_WITHIN, TestRoutes.HEAD_WITHIN.plus(CUT_WITHIN));
        }

        @Test
        void oneStreamTooManyOfAStoreButNoCall() {
            for (int i = 0; i < PER_STORE; i++) {
                opened();
            }
            EventClient refused = open();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(open(Merchant.inAbsorbMode()).status()).isEqualTo(200);
            FakeServices.credits().answers(200, "{}");
            assertThat(merchant.calls().get("/api/v1/credits/balance").statusCode())
                    .isEqualTo(200);
            clients.getFirst().close();
            Await.until(CUT_WITHIN, () -> open().status(), status -> status == 200);
        }

        /** Calls work even if no connection for another stream is left. */
        @Test
        void noCallWhileManyStreamsAreOpen() {
            EventClient last;
            int opened = 0;
            Merchant store = merchant;
            do {
                if (opened++ % PER_STORE == 0) {
                    store = Merchant.inAbsorbMode();
                    // Silent streams would be cut meanwhile if this machine is slow.
                    service.beat();
                }
                last = open(store);
            } while (last.status() == 200 && opened <= MANY);
            assertThat(last.status()).as("of stream " + opened).isEqualTo(503);
            FakeServices.generation().answers(200, "{}");
            // Calls have their own connections on every event loop.
            for (int i = 0; i < 32; i++) {
                assertThat(merchant.calls()
                                .get("/api/v1/generation/0190a000-0000-7000-8000-000000000000")
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Nested
    class Cuts {

        /** The streams are not silent, so that this is not a cut by the idle timeout. */
        private void isCut(EventClient client) {
            AtomicBoolean waiting = new AtomicBoolean(true);
            Thread beats = Thread.ofVirtual().start(() -> {
                while (waiting.get()) {
                    service.beat();
                    LockSupport.parkNanos(IDLE.dividedBy(10).toNanos());
                }
            });
            try {
                long endedAt = System.nanoTime();
                assertThat(client.readsToTheEnd()).isFalse();
                assertThat(Duration.ofNanos(System.nanoTime() - endedAt)).isLessThan(CUT_WITHIN);
                Await.until(CUT_WITHIN, service::left, left -> left == 1);
            } finally {
                waiting.set(false);
            }
        }

        @Test
        void theStreamsOfARevokedKeyAndNoOthers() {
            EventClient client = opened();
            EventClient other = open(Merchant.inAbsorbMode());
            operator()
                    .delete("/admin/v1/stores/{id}/api-keys/{key}", merchant.storeId(), merchant.keyId())
                    .then()
                    .statusCode(200);
            isCut(client);
            service.send(1, "still there");
            other.reads("data: still there");
        }

        @Test
        void theStreamsOfARotatedKeyAtItsExpiry() {
            EventClient client = opened();
            operator()
                    .body(Map.of("grace_seconds", 1))
                    .post("/admin/v1/stores/{id}/api-keys/{key}/rotate", merchant.storeId(), merchant.keyId())
                    .then()
                    .statusCode(201);
            isCut(client);
        }

        @Test
        void theStreamsOfADeactivatedStore() {
            EventClient client = opened();
            operator()
                    .body(Map.of("status", "inactive"))
                    .patch("/admin/v1/stores/{id}", merchant.storeId())
                    .then()
                    .statusCode(200);
            isCut(client);
        }

        @Test
        void theCallIfTheClientDisconnects() {
            opened().close();
            Await.until(CUT_WITHIN, service::left, left -> left == 1);
        }

        @Test
        void theCallIfTheClientDisconnectsBeforeTheHead() throws Exception {
            // On a busy machine one of them may be late.
            boolean early = false;
            for (int call = 0; call < 4 && !early; call++) {
                early = isCutBeforeTheTimeoutOfTheHead();
            }
            assertThat(early).isTrue();
        }

        private boolean isCutBeforeTheTimeoutOfTheHead() throws Exception {
            AtomicLong asked = new AtomicLong();
            AtomicLong left = new AtomicLong();
            FakeServices.generation().behavesRaw(request -> {
                request.connection().closeHandler(gone -> left.set(System.nanoTime()));
                asked.set(System.nanoTime());
            });
            try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
                client.getOutputStream()
                        .write(("GET " + TestRoutes.EVENTS + " HTTP/1.1\r\nHost: shop.example.com\r\n"
                                        + "Authorization: Bearer " + merchant.apiKey() + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                Await.until(CUT_WITHIN, asked::get, at -> at != 0);
            }
            Await.until(CUT_WITHIN, left::get, at -> at != 0);
            return left.get() - asked.get()
                    < TestRoutes.HEAD_WITHIN.dividedBy(2).toNanos();
        }

        @Test
        void theClientIfTheServiceBreaksOff() {
            EventClient client = opened();
            service.stream(0).connection().close();
            assertThat(client.readsToTheEnd()).isFalse();
        }
    }
}
