package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ByteStreamsTest {

    private static final String OBJECT =
            "/stores/" + UUID.randomUUID() + "/uploads/person.png?expires=1&signature=abc%2Fdef";
    private static final byte[] PICTURE = picture(5 * 1024 * 1024);

    private static final int UPLOAD_LIMIT = 40 * 1024 * 1024;
    private static final byte[] LARGER_THAN_SOCKET_BUFFERS = picture(1024 * 1024);

    private static byte[] picture(int size) {
        byte[] bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Nested
    class Uploads {

        @Test
        void forwardEveryByteWithItsTypeAndWithoutAnIdentity() throws Exception {
            storage()
                    .behaves((request, body) ->
                            request.response().setStatusCode(201).end());
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + OBJECT))
                    .header("Authorization", "Bearer wk_" + "0".repeat(32))
                    .header("Cookie", "a=b")
                    .header("X-Request-Id", "up-1")
                    .header("Content-Type", "image/png")
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(PICTURE))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(201);
                assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("up-1");
            }
            var seen = storage().onlySeen();
            assertThat(seen.uri()).isEqualTo(OBJECT);
            assertThat(seen.body().getBytes()).isEqualTo(PICTURE);
            assertThat(seen.headers().get("Content-Type")).isEqualTo("image/png");
            assertThat(seen.headers().get("Content-Length")).isEqualTo(String.valueOf(PICTURE.length));
            assertThat(seen.headers().contains("Authorization")).isFalse();
            assertThat(seen.headers().contains("Cookie")).isFalse();
            assertThat(seen.headers().get("X-Request-Id")).isEqualTo("up-1");
        }

        /** A gateway that reads faster would buffer the upload in memory. */
        @Test
        void readNoFasterThanStorage() throws Exception {
            CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
            storage().behavesRaw(request -> {
                request.pause();
                arrived.complete(request);
            });
            AtomicLong sent = new AtomicLong();
            byte[] large = picture(UPLOAD_LIMIT);
            try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
                var out = client.getOutputStream();
                out.write(("PUT " + OBJECT + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + large.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        for (int at = 0; at < large.length; at += 65_536) {
                            out.write(large, at, 65_536);
                            sent.addAndGet(65_536);
                        }
                    } catch (IOException broken) {
                        sent.set(-1);
                    }
                });
                HttpServerRequest request = arrived.get(10, TimeUnit.SECONDS);
                awaitStandstill(sent);
                assertThat(sent.get()).isBetween(1L, (long) large.length - 1);

                CompletableFuture<Buffer> whole = new CompletableFuture<>();
                io.vertx.core.Context context = ((io.vertx.core.http.impl.HttpServerRequestInternal) request).context();
                context.runOnContext(now -> {
                    request.body().onSuccess(whole::complete);
                    request.resume();
                });
                assertThat(whole.get(20, TimeUnit.SECONDS).getBytes()).isEqualTo(large);
                sender.join(Duration.ofSeconds(10));
                request.response().end();
            }
        }

        private void awaitStandstill(AtomicLong sent) throws InterruptedException {
            long last = -1;
            int still = 0;
            while (still < 10) {
                long now = sent.get();
                still = now == last && now > 0 ? still + 1 : 0;
                last = now;
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        @Test
        void breakOffAtStorageIfTheClientDisconnects() throws Exception {
            CompletableFuture<Throwable> broken = new CompletableFuture<>();
            CompletableFuture<Void> begun = new CompletableFuture<>();
            storage().behavesRaw(request -> {
                request.exceptionHandler(broken::complete);
                request.endHandler(end -> broken.complete(null));
                request.handler(chunk -> begun.complete(null));
            });
            try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
                client.getOutputStream()
                        .write(("PUT " + OBJECT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
                                .getBytes(StandardCharsets.US_ASCII));
                begun.get(10, TimeUnit.SECONDS);
            }
            assertThat(broken.get(10, TimeUnit.SECONDS)).isNotNull();
        }

        @Test
        void putAnEarlyRefusalIntoTheEnvelope() {
            storage().behavesRaw(request -> request.response()
                    .setStatusCode(403)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"code\":\"SIGNATURE_INVALID\",\"message\":\"The signature does not fit.\"}"));
            given().body(LARGER_THAN_SOCKET_BUFFERS).put(OBJECT).then().spec(refusal(403, "SIGNATURE_INVALID"));
        }

        @Test
        void areRefusedIfTooLongOrWithoutALength() {
            storage().behaves((request, body) -> request.response().end());
            var tooLarge = RawHttp.send(
                    "PUT " + OBJECT + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + (UPLOAD_LIMIT + 1), new byte[0]);
            assertThat(tooLarge.status()).isEqualTo(413);
            assertThat(tooLarge.body()).contains("PAYLOAD_TOO_LARGE");
            var chunked = RawHttp.send(
                    "PUT " + OBJECT + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked",
                    "1\r\nx\r\n0\r\n\r\n".getBytes());
            assertThat(chunked.status()).isEqualTo(400);
            assertThat(chunked.body()).contains("VALIDATION_ERROR");
            assertThat(storage().seen()).isEmpty();
        }

        @Test
        void get503IfStorageIsUnreachable() {
            storage().whileDown(() -> given().body(LARGER_THAN_SOCKET_BUFFERS)
                    .put(OBJECT)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1"));
        }

        @Test
        void get503IfStorageBreaksOff() {
            storage()
                    .behavesRaw(request ->
                            request.handler(chunk -> request.connection().close()));
            given().body(LARGER_THAN_SOCKET_BUFFERS).put(OBJECT).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        }
    }

    @Nested
    class Downloads {

        private final String requestId = "get-" + UUID.randomUUID();

        private HttpResponse<byte[]> get() throws IOException, InterruptedException {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + OBJECT))
                    .header("X-Request-Id", requestId)
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            }
        }

        @Test
        void forwardEveryByteUnchanged() throws Exception {
            storage().behaves((request, body) -> request.response()
                    .putHeader("Content-Type", "image/png")
                    .putHeader("ETag", "\"e1\"")
                    .putHeader("Server", "inside")
                    .putHeader("X-Internal", "path")
                    .end(Buffer.buffer(PICTURE)));
            var answer = get();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(PICTURE);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/png");
            assertThat(answer.headers().firstValue("Content-Length")).hasValue(String.valueOf(PICTURE.length));
            assertThat(answer.headers().firstValue("ETag")).hasValue("\"e1\"");
            assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
            assertThat(answer.headers().map()).doesNotContainKeys("server", "x-internal");
            assertThat(storage().onlySeen().uri()).isEqualTo(OBJECT);
        }

        @Test
        void answerHeadWithTheLengthAndNoBody() {
            storage().behaves((request, body) -> request.response()
                    .putHeader("Content-Type", "image/png")
                    .putHeader("Content-Length", "12345")
                    .end());
            var answer = RawHttp.send("HEAD " + OBJECT + " HTTP/1.1\r\nHost: x", new byte[0]);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text().toLowerCase()).contains("content-length: 12345");
            assertThat(answer.body()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"304, If-None-Match, ETag", "416, Range, Content-Range"})
        void forwardResponsesWithoutABody(int status, String requestHeader, String responseHeader) {
            storage().behaves((request, body) -> request.response()
                    .setStatusCode(status)
                    .putHeader(responseHeader, "value")
                    .end());
            var answer = RawHttp.sendWithoutContract(
                    "GET %s HTTP/1.1\r\nHost: x\r\n%s: value".formatted(OBJECT, requestHeader), new byte[0]);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text())
                    .containsIgnoringCase(responseHeader + ": value")
                    .doesNotContainIgnoringCase("transfer-encoding");
            assertThat(answer.body()).isEmpty();
            assertThat(storage().onlySeen().headers().get(requestHeader)).isEqualTo("value");
        }

        @Test
        void putRefusalsOfStorageIntoTheEnvelope() {
            storage().answers(404, "{\"code\":\"NOT_FOUND\",\"message\":\"The object was not found.\"}");
            given().get(OBJECT).then().spec(refusal(404, "NOT_FOUND"));
            storage().answers(500, "{\"trace\":\"stack trace\"}");
            given().get(OBJECT).then().spec(refusal(500, "INTERNAL_ERROR")).body(not(containsString("stack trace")));
        }

        @Test
        void areCutIfStorageBreaksOff() {
            storage().behavesRaw(request -> request.response()
                    .putHeader("Content-Length", "1000000")
                    .write(Buffer.buffer().appendBytes(PICTURE, 0, 200_000))
                    .onSuccess(written -> request.connection().close()));
            assertThatThrownBy(this::get).isInstanceOf(IOException.class);
            LogFile.holding("request_id=" + requestId
                    + " [dev.wearon.gateway.requests] GET /stores/{store_id}/uploads/{name} 200 cut");
        }

        /** Each download uses a connection to storage that other downloads wait for. */
        @Test
        void areCutAfterTheDownloadTimeout() throws Exception {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            storage().behavesRaw(request -> {
                request.connection().closeHandler(closed -> ended.complete(null));
                request.response().end(Buffer.buffer(picture(40 * 1024 * 1024)));
            });
            try (Socket client = new Socket()) {
                client.setReceiveBufferSize(8 * 1024);
                client.connect(new InetSocketAddress("127.0.0.1", RestAssured.port));
                client.getOutputStream()
                        .write(("GET " + OBJECT + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(ended).succeedsWithin(Duration.ofSeconds(15));
            }
        }

        @Test
        void areCutWithoutAKnownLengthToo() {
            storage().behavesRaw(request -> request.response()
                    .setChunked(true)
                    .write(Buffer.buffer(new byte[100_000]))
                    .onSuccess(written -> request.connection().close()));
            assertThatThrownBy(this::get).isInstanceOf(IOException.class);
            LogFile.holding("request_id=" + requestId
                    + " [dev.wearon.gateway.requests] GET /stores/{store_id}/uploads/{name} 200 cut");
        }

        @Test
        void get503IfStorageIsUnreachableOrLate() {
            storage().whileDown(() -> given().get(OBJECT).then().spec(refusal(503, "SERVICE_UNAVAILABLE")));
            storage().behavesRaw(request -> {});
            given().get(OBJECT).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        }

        /** A response to HEAD has only its status. */
        @Test
        void distinguishABadSignatureFromAMissingObjectForHead() {
            for (int status : new int[] {403, 404}) {
                storage()
                        .behaves((request, body) ->
                                request.response().setStatusCode(status).end());
                given().head(OBJECT).then().statusCode(status);
            }
        }

        @Test
        void doNotAllowUploadsOfResults() {
            given().body("x")
                    .put("/stores/{id}/generated/x.jpg", UUID.randomUUID())
                    .then()
                    .spec(refusal(405, "METHOD_NOT_ALLOWED"))
                    .header("Allow", "GET, HEAD");
        }
    }
}
