package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.LogFile;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that send only their head. They need no API key. */
@QuarkusTest
class StalledUploadsTest {

    /** Each upload is of another store, because one store alone cannot use all connections. */
    private static String object() {
        return "/stores/" + UUID.randomUUID() + "/uploads/person.png?signature=none";
    }

    /** More than the pool for uploads and its queue together. */
    private static final int MANY = 200;

    @Inject
    Vertx vertx;

    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void disconnect() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private Socket head(String requestId) throws IOException {
        Socket client = new Socket("127.0.0.1", RestAssured.port);
        client.setSoTimeout(30_000);
        clients.add(client);
        client.getOutputStream()
                .write(("PUT " + object() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\nX-Request-Id: "
                                + requestId + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static String whole(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void refuse(HttpServerRequest request) {
        request.response()
                .setStatusCode(403)
                .putHeader("Content-Type", "application/json")
                .end("{\"code\":\"SIGNATURE_INVALID\",\"message\":\"The signature does not fit.\"}");
    }

    @Test
    void areRefusedByTheirHead() throws Exception {
        storage().behavesRaw(StalledUploadsTest::refuse);
        assertThat(whole(head("refused-1"))).contains(" 403 ").contains("SIGNATURE_INVALID");
    }

    /** A completely received upload is not stalled. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 300_000, 5_000_000})
    void areNotCutAfterTheyArrivedCompletely(int size) throws Exception {
        storage().behaves((request, body) -> request.response()
                .setStatusCode(409)
                .putHeader("Content-Type", "application/json")
                .end("{\"code\":\"OBJECT_EXISTS\",\"message\":\"There.\"}"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    put(HttpRequest.BodyPublishers.ofByteArray(new byte[size])), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.headers().firstValue("Connection"))
                    .as("is not abandoned")
                    .isEmpty();
        }
    }

    @Test
    void doNotBlockOtherUploadsAfterARefusal() throws Exception {
        CountDownLatch refused = new CountDownLatch(MANY);
        storage().behavesRaw(request -> {
            if (request.query().contains("signature=none")) {
                refuse(request);
                refused.countDown();
            } else {
                request.body()
                        .onSuccess(body -> request.response().setStatusCode(201).end());
            }
        });
        for (int i = 0; i < MANY; i++) {
            head("many-" + i);
        }
        assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
        given().body("bytes")
                .put("/stores/x/uploads/a.png?signature=good")
                .then()
                .statusCode(201);
    }

    @Test
    void doNotBlockDownloads() throws Exception {
        CountDownLatch held = new CountDownLatch(64);
        storage().behavesRaw(request -> {
            if (request.method().equals(HttpMethod.PUT)) {
                held.countDown();
            } else {
                request.response().putHeader("Content-Type", "image/png").end("bytes");
            }
        });
        for (int i = 0; i < MANY; i++) {
            head("held-" + i);
        }
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        given().get(object()).then().statusCode(200);
    }

    @Test
    void areCutAtStorageToo() throws Exception {
        CompletableFuture<Throwable> broken = new CompletableFuture<>();
        storage().behavesRaw(request -> {
            request.exceptionHandler(broken::complete);
            request.endHandler(end -> broken.complete(null));
            request.handler(chunk -> {});
        });
        Socket client = head("stalled-1");
        client.getOutputStream().write("half".getBytes(StandardCharsets.US_ASCII));
        assertThat(whole(client))
                .contains(" 400 ")
                .contains("VALIDATION_ERROR")
                .containsIgnoringCase("X-Request-Id: stalled-1");
        assertThat(broken.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(LogFile.holding("request_id=stalled-1").lines().filter(line -> line.contains("=stalled-1 ")))
                .noneMatch(line -> line.contains(" ERROR "));
    }

    @Test
    void areNotForwardedIfTheyEndWhileTheyWait() throws Exception {
        CountDownLatch held = new CountDownLatch(64);
        List<String> asked = new CopyOnWriteArrayList<>();
        storage().behavesRaw(request -> {
            asked.add(request.query());
            held.countDown();
            if (request.query().equals("signature=good")) {
                request.body()
                        .onSuccess(body -> request.response().setStatusCode(201).end());
            }
        });
        for (int i = 0; i < 64; i++) {
            head("first-" + i);
        }
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        Socket gone = new Socket("127.0.0.1", RestAssured.port);
        gone.getOutputStream()
                .write(("PUT /stores/x/uploads/a.png?signature=gone HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n"
                                + "X-Request-Id: gone-1\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        gone.close();
        LogFile.holding("request_id=gone-1");
        given().body("bytes")
                .put("/stores/x/uploads/a.png?signature=good")
                .then()
                .statusCode(201);
        assertThat(asked).doesNotContain("signature=gone");
    }

    /** Storage is slow here, and it has its own timeout. */
    @Test
    void doNotIncludeUploadsThatWaitForStorage() throws Exception {
        storage().behavesRaw(request -> {
            request.pause();
            Vertx.currentContext().owner().setTimer(4_000, late -> countAndAnswer(request));
        });
        // Several uploads: storage may stop at any fill level of the queue.
        List<CompletableFuture<HttpResponse<String>>> uploads = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 5; i++) {
                uploads.add(client.sendAsync(
                        put(HttpRequest.BodyPublishers.ofByteArray(new byte[16 * 1024 * 1024])),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> upload : uploads) {
                HttpResponse<String> answer = upload.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
                assertThat(answer.headers().firstValue("ETag")).hasValue("\"16777216\"");
            }
        }
    }

    /** The gateway is late after a long garbage collection, for example. */
    @Test
    void doNotIncludeUploadsThatTheGatewayDelays() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        storage().behavesRaw(request -> {
            begun.countDown();
            countAndAnswer(request);
        });
        Socket client = new Socket("127.0.0.1", RestAssured.port);
        client.setSoTimeout(30_000);
        clients.add(client);
        client.getOutputStream()
                .write(("PUT " + object() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n1")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        CountDownLatch goesOn = new CountDownLatch(1);
        for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
            loop.execute(() -> {
                // Longer than two checks.
                LockSupport.parkNanos(Duration.ofMillis(4_500).toNanos());
                goesOn.countDown();
            });
        }
        assertThat(goesOn.await(30, TimeUnit.SECONDS)).isTrue();
        LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        client.getOutputStream().write('2');
        assertThat(whole(client)).contains(" 201 ").containsIgnoringCase("ETag: \"2\"");
    }

    private static HttpRequest put(HttpRequest.BodyPublisher bytes) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + object()))
                .PUT(bytes)
                .build();
    }

    private static void countAndAnswer(HttpServerRequest request) {
        AtomicLong arrived = new AtomicLong();
        request.handler(chunk -> arrived.addAndGet(chunk.length()));
        request.endHandler(end -> request.response()
                .putHeader("ETag", "\"" + arrived.get() + "\"")
                .setStatusCode(201)
                .end());
        request.resume();
    }
}
