package dev.wearon.gateway.bounds;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits a store to 256 concurrent requests, and leaks no permit. */
@QuarkusTest
class StoreRequestsTest {

    private static final int LIMIT = 256;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Inject
    StoreRequests requests;

    private final List<Socket> clients = new ArrayList<>();
    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
    private Merchant merchant;

    @BeforeEach
    void hold() {
        merchant = Merchant.inAbsorbMode();
        credits().answers(200, "{}");
        generation().behavesRaw(held::add);
    }

    @AfterEach
    void disconnect() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        generation().answers(200, "{}");
        respond();
    }

    private void respond() {
        for (HttpServerRequest request = held.poll(); request != null; request = held.poll()) {
            request.response()
                    .setStatusCode(201)
                    .putHeader("Content-Type", "application/json")
                    .end("{}");
        }
    }

    private Socket create(Merchant store) throws IOException {
        Socket client = new Socket("127.0.0.1", RestAssured.port);
        client.setSoTimeout(15_000);
        clients.add(client);
        client.getOutputStream()
                .write(("POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                                + "Connection: close\r\nAuthorization: Bearer " + store.apiKey() + "\r\n\r\n{}")
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private void fill() throws IOException {
        for (int i = 0; i < LIMIT; i++) {
            create(merchant);
        }
        Await.until(TIMEOUT, held::size, count -> count == LIMIT);
    }

    private void empty() {
        Await.until(TIMEOUT, () -> requests.inFlight(merchant.storeId()), count -> count == 0);
    }

    @Test
    void refusesOneRequestTooManyOfAStoreButNotOfAnother() throws IOException {
        fill();
        assertThat(requests.inFlight(merchant.storeId())).isEqualTo(LIMIT);
        var answer = merchant.calls().get("/api/v1/credits/balance");
        answer.then().spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(credits().seen()).isEmpty();
        merchant.calls().get("/api/v1/health").then().spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
        Merchant.inAbsorbMode().calls().get("/api/v1/credits/balance").then().spec(success(200));

        respond();
        for (Socket client : clients) {
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains(" 201 ");
        }
        empty();
        merchant.calls().get("/api/v1/credits/balance").then().spec(success(200));
    }

    /** The calls continue and use connections, so a disconnect must not bypass the limit. */
    @Test
    void keepsThePermitUntilTheCallOfADisconnectedClientEnds() throws IOException {
        fill();
        for (Socket client : clients) {
            client.setSoLinger(true, 0);
            client.close();
        }
        merchant.calls().get("/api/v1/credits/balance").then().spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
        respond();
        empty();
        merchant.calls().get("/api/v1/credits/balance").then().spec(success(200));
    }

    /** The load has every outcome of a request, including a disconnect before its key is checked. */
    @Test
    void leaksNoPermitUnderLoad() throws Exception {
        credits().behaves((request, body) -> {
            switch (Math.floorMod(request.hashCode(), 4)) {
                case 0 -> request.response().setStatusCode(500).end();
                case 1 -> request.connection().close();
                default ->
                    request.response()
                            .putHeader("Content-Type", "application/json")
                            .end("{}");
            }
        });
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            load.add(Thread.ofVirtual().start(() -> {
                // Every kind of call, with and without a disconnect.
                for (int call = 0; call < 15; call++) {
                    callAndSometimesDisconnect(call);
                }
            }));
        }
        for (Thread client : load) {
            client.join();
        }
        // The request of a disconnected client may start late and use a permit for a moment. A leaked permit never
        // returns.
        Await.until(TIMEOUT, Duration.ofMillis(20), () -> heldAfterOneMore(), count -> count == LIMIT);
        merchant.calls().get("/api/v1/credits/balance").then().spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
    }

    private int heldAfterOneMore() throws IOException {
        if (held.size() < LIMIT) {
            create(merchant);
        }
        return held.size();
    }

    private void callAndSometimesDisconnect(int call) {
        String path =
                switch (call % 5) {
                    case 0 -> "PATCH /api/v1/stores/config HTTP/1.1\r\nContent-Length: 7\r\n";
                    case 1 -> "GET /api/v1/health HTTP/1.1\r\n";
                    case 2 -> "PATCH /api/v1/stores/config HTTP/1.1\r\nContent-Length: 2\r\n";
                    default -> "GET /api/v1/credits/balance HTTP/1.1\r\n";
                };
        try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
            client.setSoTimeout(15_000);
            client.getOutputStream()
                    .write((path + "Host: x\r\nConnection: close\r\nAuthorization: Bearer " + merchant.apiKey()
                                    + "\r\n\r\n{}")
                            .getBytes(StandardCharsets.US_ASCII));
            if (call % 5 == 0 || call % 3 == 0) {
                client.setSoLinger(true, 0);
            } else {
                client.getInputStream().readAllBytes();
            }
        } catch (IOException cut) {
            // A failed upstream is a 503 and never ends here.
            throw new AssertionError(cut);
        }
    }
}
