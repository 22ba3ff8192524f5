package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.KEY;
import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.raw;
import static dev.wearon.client.ScriptedServer.refusal;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.errors.WearOnException;
import java.net.Authenticator;
import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code java.net.http} itself refuses is an error of this client, too. */
class FaultsTest {

    private static final Picture PNG = Picture.bytes("\u0089PNG\r\n\u001a\npixels".getBytes(ISO_8859_1));

    private static String upload(String url, String headers) {
        return "{\"path\": \"p\", \"upload_url\": \"" + url + "\", \"method\": \"PUT\", \"headers\": " + headers
                + ", \"max_bytes\": 9, \"image_url\": \"http://p/1\", \"expires_at\": \"2026-11-21T10:10:00Z\"}";
    }

    private static String upload(String headers) {
        return upload("http://127.0.0.1:1/put", headers);
    }

    static List<String> unusableUploads() {
        return List.of(
                "null",
                upload("null"),
                upload("{\"Content-Length\": \"14\"}"),
                upload("{\"Host\": \"h\"}"),
                upload("{\"a b\": \"c\"}"),
                upload("{\"Content-Type\": null}"),
                upload("http://127.0.0.1:99999/put", "{}"),
                upload("http://my_host/put", "{}"));
    }

    @ParameterizedTest
    @MethodSource("unusableUploads")
    void anUploadThatCannotBeSentIsAnUnexpectedResponse(String upload) {
        try (ScriptedServer server = new ScriptedServer(ok(201, "{\"uploads\": [" + upload + "]}"))) {
            WearOnException error = catchThrowableOfType(
                    WearOnException.class, () -> server.client().uploads().put(PNG));
            assertThat(error.code()).isEqualTo("UNEXPECTED_RESPONSE");
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void anAnswerThatIsTooLargeKeepsItsStatus() {
        String large = "x".repeat(1024 * 1024 + 1);
        String head = "HTTP/1.1 507 Any\r\nX-Request-Id: req_1\r\nContent-Length: " + large.length() + "\r\n\r\n";
        try (ScriptedServer server = new ScriptedServer(raw(head + large))) {
            WearOnException error = catchThrowableOfType(
                    WearOnException.class, () -> server.client().health());
            assertThat(error.code()).isEqualTo("UNEXPECTED_RESPONSE");
            assertThat(error.status()).contains(507);
            assertThat(error.requestId()).contains("req_1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:99999", "http://h:0"})
    void aPortThatDoesNotExistIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WearOn(KEY, url))
                .withMessageStartingWith("baseUrl must be the address of the gateway");
    }

    @Test
    void aHostThatTheHttpClientOfJavaCannotCallIsRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WearOn(KEY, "http://wearon_gateway:8080"))
                .withMessageContaining("java.net.http takes no host with an underscore");
    }

    /** With an authenticator some versions of Java throw after a 401 without {@code WWW-Authenticate}. */
    @Test
    void aRefusedKeyIsNoLostConnectionWithAnAuthenticator() {
        HttpClient http =
                HttpClient.newBuilder().authenticator(new Authenticator() {}).build();
        try (ScriptedServer server = new ScriptedServer(refusal(401, "INVALID_API_KEY"))) {
            WearOnException error = catchThrowableOfType(
                    WearOnException.class,
                    () -> server.client().withHttpClient(http).health());
            assertThat(error.status()).contains(401);
            assertThat(error.code()).isIn("INVALID_API_KEY", "UNEXPECTED_RESPONSE");
            assertThat(server.requests).hasSize(1);
        }
    }
}
