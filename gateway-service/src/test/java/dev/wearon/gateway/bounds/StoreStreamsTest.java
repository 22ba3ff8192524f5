package dev.wearon.gateway.bounds;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow clients of a store must not block other stores, for uploads and downloads. */
@QuarkusTest
class StoreStreamsTest {

    private static final int LIMIT = 32;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<Socket> clients = new ArrayList<>();
    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();

    @AfterEach
    void disconnect() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private static String object(UUID store) {
        return "/stores/" + store + "/uploads/" + UUID.randomUUID() + ".png?signature=any";
    }

    private Socket send(String head) throws IOException {
        Socket client = new Socket("127.0.0.1", RestAssured.port);
        client.setSoTimeout(10_000);
        clients.add(client);
        client.getOutputStream().write((head + "\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    @Test
    void slowReadersBlockNeitherOtherStoresNorUploads() throws IOException {
        UUID slow = UUID.randomUUID();
        storage().behavesRaw(request -> {
            if (request.method().name().equals("PUT")) {
                request.body()
                        .onSuccess(body -> request.response().setStatusCode(201).end());
            } else if (request.path().contains(slow.toString())) {
                held.add(request);
                request.response().putHeader("Content-Length", "1000").write("x");
            } else {
                request.response().putHeader("Content-Type", "image/png").end("bytes");
            }
        });
        for (int i = 0; i < LIMIT; i++) {
            send("GET " + object(slow) + " HTTP/1.1");
        }
        Await.until(TIMEOUT, held::size, count -> count == LIMIT);

        var refused = given().get(object(slow));
        refused.then().spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(held).hasSize(LIMIT);
        given().get(object(UUID.randomUUID())).then().statusCode(200);
        given().body("bytes").put(object(slow)).then().statusCode(201);

        storage().behavesRaw(request -> request.response()
                .putHeader("Content-Type", "image/png")
                .end("bytes"));
        disconnect();
        Await.until(TIMEOUT, () -> given().get(object(slow)).statusCode(), status -> status == 200);
    }

    /** Anyone can name a store in a path, and only storage can verify the signature. */
    @Test
    void refusedStreamsReleaseTheirPermit() throws IOException {
        UUID victim = UUID.randomUUID();
        storage().behavesRaw(request -> {
            if (request.query().endsWith("good")) {
                request.body()
                        .onSuccess(body -> request.response().setStatusCode(201).end());
            } else {
                held.add(request);
                request.response()
                        .setStatusCode(403)
                        .putHeader("Content-Type", "application/json")
                        .end("{\"code\":\"SIGNATURE_INVALID\",\"message\":\"The signature does not fit.\"}");
            }
        });
        for (int i = 0; i < 2 * LIMIT; i++) {
            send("PUT " + object(victim) + " HTTP/1.1\r\nContent-Length: 10000000");
            int sent = i + 1;
            Await.until(TIMEOUT, held::size, count -> count == sent);
        }
        given().body("bytes").put(object(victim) + "good").then().statusCode(201);
    }
}
