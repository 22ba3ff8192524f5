package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.testkit.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class UpstreamBreakerTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String OBJECT = "/stores/" + UUID.randomUUID() + "/uploads/person.png?signature=abc";
    private static final int FAILURES = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @Inject
    MeterRegistry metrics;

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
    }

    @AfterEach
    void closeForTheTestsThatFollow() {
        credits().answers(200, "{}");
        storage().answers(201, "{}");
        Await.until(TIMEOUT, this::balance, status -> status == 200);
        Await.until(TIMEOUT, () -> given().body("x").put(OBJECT).statusCode(), status -> status == 201);
        storage().answers(200, "{}");
        Await.until(TIMEOUT, () -> given().get(OBJECT).statusCode(), status -> status == 200);
    }

    private int balance() {
        return merchant.calls().get(BALANCE).statusCode();
    }

    private double open(String service, String pool) {
        return metrics.get("wearon.proxy.breaker.open")
                .tag("service", service)
                .tag("pool", pool)
                .gauge()
                .value();
    }

    /**
     * Lets credits respond successfully.
     *
     * @return the number of calls
     */
    private AtomicInteger answersAgain() {
        AtomicInteger asked = new AtomicInteger();
        credits().behavesRaw(request -> {
            asked.incrementAndGet();
            request.response().putHeader("Content-Type", "application/json").end("{}");
        });
        return asked;
    }

    private void openByRefusedConnections() {
        credits().whileDown(() -> {
            for (int i = 0; i < FAILURES; i++) {
                assertThat(balance()).isEqualTo(503);
            }
        });
    }

    @Nested
    class Opens {

        @Test
        void afterRefusedConnectionsAndThenRefusesWithoutACall() {
            AtomicInteger asked = answersAgain();
            openByRefusedConnections();
            long fastest =
                    LongStream.range(0, 20).map(call -> refusedIn()).min().orElseThrow();
            assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(50));
            merchant.calls()
                    .get(BALANCE)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1");
            assertThat(asked).hasValue(0);
            assertThat(open("credits", "calls")).isEqualTo(1);
            LogFile.holding("credits/calls failed " + FAILURES + " times in a row");
        }

        private long refusedIn() {
            long from = System.nanoTime();
            var answer = RawHttp.send(
                    "GET " + BALANCE + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + merchant.apiKey(),
                    new byte[0]);
            assertThat(answer.status()).isEqualTo(503);
            return System.nanoTime() - from;
        }

        @Test
        void afterLateResponses() {
            credits().behavesRaw(request -> {});
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < FAILURES; i++) {
                    clients.execute(() -> assertThat(balance()).isEqualTo(503));
                }
            }
            AtomicInteger asked = answersAgain();
            assertThat(balance()).isEqualTo(503);
            assertThat(asked).hasValue(0);
        }

        /** After the small upload storage sends no response. During the large one it stops reading. */
        @ParameterizedTest
        @ValueSource(ints = {1, 16 * 1024 * 1024})
        void afterUploadsTimedOutAtStorage(int size) throws IOException {
            storage().behavesRaw(HttpServerRequest::pause);
            byte[] object = new byte[size];
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> uploads = Stream.generate(() -> clients.submit(() -> upload(object)))
                        .limit(FAILURES)
                        .toList();
                assertThat(uploads)
                        .allSatisfy(upload -> assertThat(upload.get()).isEqualTo(503));
            }
            assertThat(open("storage", "uploads")).isEqualTo(1);
            given().body("x").put(OBJECT).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
            assertThat(open("storage", "downloads")).isZero();
            LogFile.holding("storage/uploads failed " + FAILURES + " times in a row");
        }

        private static int upload(byte[] object) throws IOException, InterruptedException {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest put = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + OBJECT))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(object))
                        .build();
                return client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode();
            }
        }

        @Test
        void onlyForThatServiceAndPool() {
            openByRefusedConnections();
            generation().answers(200, "{}");
            merchant.calls()
                    .get("/api/v1/generation/" + UUID.randomUUID())
                    .then()
                    .spec(success(200));

            storage().whileDown(() -> {
                for (int i = 0; i < FAILURES; i++) {
                    given().get(OBJECT).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
                }
            });
            storage().answers(201, "{}");
            assertThat(given().body("x").put(OBJECT).statusCode()).isEqualTo(201);
            merchant.calls().body("{}").post("/api/v1/storage/uploads").then().spec(success(201));
            assertThat(open("storage", "downloads")).isEqualTo(1);
            assertThat(open("storage", "uploads")).isZero();
            given().get(OBJECT).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        }
    }

    @Nested
    class StaysClosed {

        @ParameterizedTest
        @ValueSource(ints = {500, 502, 503, 504})
        void afterAnyResponse(int status) {
            AtomicInteger asked = new AtomicInteger();
            credits().behavesRaw(request -> {
                asked.incrementAndGet();
                request.response().setStatusCode(status).end("<html>");
            });
            for (int i = 0; i < 2 * FAILURES; i++) {
                balance();
            }
            assertThat(asked).hasValue(2 * FAILURES);
        }

        @Test
        void afterBrokenConnections() {
            AtomicInteger asked = new AtomicInteger();
            credits().behavesRaw(request -> {
                asked.incrementAndGet();
                request.connection().close();
            });
            for (int i = 0; i < 2 * FAILURES; i++) {
                assertThat(balance()).isEqualTo(503);
            }
            assertThat(asked).hasValue(2 * FAILURES);
        }

        /** The clients stall here, and storage reads everything. */
        @Test
        void afterStalledUploads() throws Exception {
            storage().answers(201, "{}");
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> uploads = Stream.generate(() -> clients.submit(() -> halfOf("PUT " + OBJECT)))
                        .limit(2 * FAILURES)
                        .toList();
                assertThat(uploads)
                        .allSatisfy(upload -> assertThat(upload.get()).contains(" 400 "));
            }
            assertThat(given().body("x").put(OBJECT).statusCode()).isEqualTo(201);
            assertThat(open("storage", "uploads")).isZero();
        }

        @Test
        void afterClientsBreakOff() throws IOException {
            storage().answers(201, "{}");
            for (int i = 0; i < 2 * FAILURES; i++) {
                sendHalfOf("PUT " + OBJECT, "");
                sendHalfOf("POST /api/v1/storage/uploads", "\r\nAuthorization: Bearer " + merchant.apiKey());
            }
            assertThat(given().body("x").put(OBJECT).statusCode()).isEqualTo(201);
            merchant.calls().body("{}").post("/api/v1/storage/uploads").then().spec(success(201));
        }

        private static void sendHalfOf(String request, String header) throws IOException {
            try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
                sendHalfOf(client, request, header);
            }
        }

        /** @return the response to a client that stops sending */
        private static String halfOf(String request) throws IOException {
            try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
                sendHalfOf(client, request, "");
                client.setSoTimeout((int) TIMEOUT.toMillis());
                return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        private static void sendHalfOf(Socket client, String request, String header) throws IOException {
            client.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000" + header + "\r\n\r\n{\"half\":")
                            .getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Nested
    class Closes {

        @Test
        void withTheFirstResponse() {
            AtomicInteger asked = answersAgain();
            openByRefusedConnections();
            Await.until(TIMEOUT, UpstreamBreakerTest.this::balance, status -> status == 200);
            assertThat(asked).hasValue(1);
            for (int i = 0; i < 10; i++) {
                assertThat(balance()).isEqualTo(200);
            }
            assertThat(open("credits", "calls")).isZero();
            LogFile.holding("credits/calls responds again");
        }

        @Test
        void notForAServiceThatIsStillUnreachable() {
            openByRefusedConnections();
            AtomicInteger asked = new AtomicInteger();
            credits().behavesRaw(request -> asked.incrementAndGet());
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                Await.until(
                        TIMEOUT,
                        () -> {
                            clients.execute(UpstreamBreakerTest.this::balance);
                            return asked.get();
                        },
                        calls -> calls > 0);
                // The test call waits for its response meanwhile.
                assertThat(balance()).isEqualTo(503);
                assertThat(asked).hasValue(1);
            }
            assertThat(open("credits", "calls")).isEqualTo(1);
        }
    }
}
