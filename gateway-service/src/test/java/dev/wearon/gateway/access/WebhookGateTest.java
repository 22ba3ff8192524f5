package dev.wearon.gateway.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.testkit.Await;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class WebhookGateTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final byte[] MESSAGE = bytes("{\"topic\":\"orders/paid\",\"id\":1}");
    private static final byte[] NO_JSON = bytes("no JSON at all");

    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @BeforeEach
    void clear() {
        TestWebhook.STORED.clear();
        TestWebhook.CHECKED.clear();
        TestWebhook.PARSED.clear();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String signature(byte[] body) throws Exception {
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(TestWebhook.SECRET, "HmacSHA256"));
        return HexFormat.of().formatHex(hmac.doFinal(body));
    }

    private static HttpResponse<String> send(String signature, BodyPublisher body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + RestAssured.port + TestRoutes.WEBHOOK))
                .POST(body);
        if (signature != null) {
            request.header(TestWebhook.SIGNATURE, signature);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> sendSigned(byte[] body, String... headers) throws Exception {
        return send(signature(body), BodyPublishers.ofByteArray(body), headers);
    }

    private static byte[] messageOf(int length) {
        return bytes("{\"note\":\"" + "x".repeat(length - 11) + "\"}");
    }

    @Nested
    class Admits {

        @ParameterizedTest
        @ValueSource(strings = {"application/json", "text/plain", "application/x-www-form-urlencoded", "odd"})
        void anySignedBody(String contentType) throws Exception {
            assertThat(sendSigned(MESSAGE, "Content-Type", contentType).statusCode())
                    .isLessThan(300);
            assertThat(TestWebhook.STORED).containsExactly(TestWebhook.JSON.readTree(MESSAGE));
        }

        @Test
        void aBodyOfExactlyTheLimit() throws Exception {
            HttpResponse<String> answer = sendSigned(messageOf(TestRoutes.WEBHOOK_LIMIT));
            assertThat(TestWebhook.PARSED).containsExactly(TestRoutes.WEBHOOK_LIMIT);
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        }
    }

    @Nested
    class Refuses {

        @Test
        void anInvalidSignatureBeforeParsing() throws Exception {
            HttpResponse<String> answer = send(signature(MESSAGE), BodyPublishers.ofByteArray(NO_JSON));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(answer.body()).contains("INVALID_API_KEY");
            assertThat(TestWebhook.CHECKED).containsExactly(NO_JSON.length);
            assertThat(TestWebhook.PARSED).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "00", "none"})
        void aMalformedSignature(String offered) throws Exception {
            String signature = offered.isEmpty() ? null : offered;
            assertThat(send(signature, BodyPublishers.ofByteArray(MESSAGE)).statusCode())
                    .isEqualTo(401);
            assertThat(TestWebhook.PARSED).isEmpty();
        }

        /** The body does not arrive at all. */
        @Test
        void everyMessageBeforeItsBodyIfThereIsNoSecret() throws Exception {
            TestWebhook.off = true;
            try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
                socket.setSoTimeout((int) TIMEOUT.toMillis());
                socket.getOutputStream()
                        .write(bytes("POST " + TestRoutes.WEBHOOK
                                + " HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Length: 100\r\n\r\n"));
                byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 503".length());
                assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 503");
            } finally {
                TestWebhook.off = false;
            }
            assertThat(TestWebhook.CHECKED).isEmpty();
            assertThat(sendSigned(MESSAGE).statusCode()).isLessThan(300);
        }

        /** Before its sender is known, a message may occupy as much memory as the body limit allows. */
        @Test
        void tooManyConcurrentMessages() throws Exception {
            Deque<Socket> slow = new ArrayDeque<>();
            try {
                // Each attempt uses all permits again: on a busy machine the first bodies may time out before the last
                // is sent.
                HttpResponse<String> refused = Await.until(
                        TIMEOUT,
                        () -> {
                            useAllPermits(slow);
                            return sendSigned(MESSAGE);
                        },
                        answer -> answer.statusCode() == 503);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
                assertThat(given().get(metrics).asString()).containsPattern("wearon_incoming_busy_total [1-9]");
                for (Socket socket : slow) {
                    socket.close();
                }
                Await.until(TIMEOUT, () -> sendSigned(MESSAGE).statusCode(), status -> status < 300);
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
        }

        /** Opens one request more than there are permits, so one of them may be refused. */
        private static void useAllPermits(Deque<Socket> slow) throws Exception {
            for (int i = 0; i <= WebhookGate.MAX_CONCURRENT; i++) {
                Socket socket = new Socket("127.0.0.1", RestAssured.port);
                slow.add(socket);
                socket.getOutputStream()
                        .write(bytes("POST " + TestRoutes.WEBHOOK
                                + " HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Length: 100\r\n\r\n{"));
            }
        }

        @Test
        void aBodyThatIsLargerThanTheLimit() throws Exception {
            byte[] large = messageOf(TestRoutes.WEBHOOK_LIMIT + 1);
            assertThat(sendSigned(large).statusCode()).isEqualTo(413);
            assertThat(TestWebhook.CHECKED).isEmpty();
        }

        @Test
        void aChunkedBodyThatIsLargerThanTheLimit() throws Exception {
            byte[] large = messageOf(TestRoutes.WEBHOOK_LIMIT + 1);
            BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
            assertThat(send(signature(large), chunked).statusCode()).isEqualTo(413);
            assertThat(TestWebhook.CHECKED).isEmpty();
        }
    }

    /** After a valid signature, the parser of the resource decides. */
    @Test
    void leavesASignedBodyToTheResource() throws Exception {
        assertThat(sendSigned(NO_JSON).statusCode()).isEqualTo(400);
    }

    /** The sender repeats a message after a 500. */
    @Test
    void failsIfTheMessageCannotBeStored() throws Exception {
        assertThat(sendSigned(bytes("{\"topic\":\"full\"}")).statusCode()).isEqualTo(500);
        assertThat(TestWebhook.STORED).isEmpty();
    }
}
