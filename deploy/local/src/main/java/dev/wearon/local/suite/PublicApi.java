package dev.wearon.local.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls the suite through the gateway, as a client does. */
public final class PublicApi implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final String gatewayUrl;
    private final Duration timeout;

    public PublicApi(String gatewayUrl) {
        this(gatewayUrl, TIMEOUT);
    }

    /** @param timeout how long one answer may take */
    public PublicApi(String gatewayUrl, Duration timeout) {
        this.gatewayUrl = gatewayUrl;
        this.timeout = timeout;
    }

    /** The response of the gateway. {@code requestId} identifies the request in the logs. */
    public sealed interface Answer {

        /** @param data the envelope's {@code data} */
        record Success(int status, JsonNode data, String requestId) implements Answer {}

        record Refusal(int status, String code, String message, String requestId) implements Answer {}

        /** Returns the data of a success. Throws for a refusal; the message names {@code step}. */
        default JsonNode require(String step) throws UserError {
            return switch (this) {
                case Success success -> success.data();
                case Refusal refusal -> throw errorOf(step, refusal);
            };
        }
    }

    public static UserError errorOf(String step, Answer.Refusal refusal) {
        return UserError.refused(
                refusal,
                "%s was refused: %d %s: %s (request id %s)"
                        .formatted(step, refusal.status(), refusal.code(), refusal.message(), refusal.requestId()),
                "search for that request id in the logs: ./wearon logs");
    }

    public Answer get(String path, String token) throws IOException {
        return exchange(request(path, token).GET());
    }

    public Answer post(String path, String token, Map<String, ?> body) throws IOException {
        return exchange(jsonPost(path, token, body));
    }

    public Answer patch(String path, String token, Map<String, ?> body) throws IOException {
        return exchange(request(path, token)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofByteArray(PrivateFiles.JSON.writeValueAsBytes(body))));
    }

    public Answer delete(String path, String token) throws IOException {
        return exchange(request(path, token).DELETE());
    }

    /** A POST with an idempotency key: a repeat has no further effect. */
    public Answer postIdempotent(String path, String token, String idempotencyKey, Map<String, ?> body)
            throws IOException {
        return exchange(jsonPost(path, token, body).header("Idempotency-Key", idempotencyKey));
    }

    /** Uploads bytes to the signed URL of {@code upload}, with the headers that the signature covers. */
    public HttpResponse<byte[]> upload(JsonNode upload, byte[] content) throws IOException {
        URI signedUrl = URI.create(upload.path("upload_url").asText());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(signedUrl).timeout(TIMEOUT).PUT(BodyPublishers.ofByteArray(content));
        upload.path("headers").properties().forEach(header -> {
            // HttpClient sets this header itself and does not allow callers to set it.
            if (!header.getKey().equalsIgnoreCase("Content-Length")) {
                request.header(header.getKey(), header.getValue().asText());
            }
        });
        return send(request.build());
    }

    public HttpResponse<byte[]> download(URI signedUrl) throws IOException {
        return send(HttpRequest.newBuilder(signedUrl).timeout(TIMEOUT).build());
    }

    private HttpRequest.Builder jsonPost(String path, String token, Map<String, ?> body) throws IOException {
        return request(path, token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(PrivateFiles.JSON.writeValueAsBytes(body)));
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(gatewayUrl + path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + token);
    }

    private Answer exchange(HttpRequest.Builder request) throws IOException {
        return answer(send(request.build()));
    }

    /** Reads the envelope. A response without one, for example of a proxy, becomes a {@link Answer.Refusal}. */
    public static Answer answer(HttpResponse<byte[]> response) {
        String requestId = response.headers().firstValue("X-Request-Id").orElse("unknown");
        JsonNode envelope = parse(response.body());
        if (response.statusCode() < 300 && envelope.path("data").isObject()) {
            return new Answer.Success(response.statusCode(), envelope.get("data"), requestId);
        }
        JsonNode error = envelope.path("error");
        return new Answer.Refusal(
                response.statusCode(),
                error.path("code").asText("no code"),
                error.path("message").asText("the answer has no envelope"),
                requestId);
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode parsed = PrivateFiles.JSON.readTree(body);
            return parsed == null ? MissingNode.getInstance() : parsed;
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The time limit of a request ends with the headers of the answer, so this one limits the body too. */
    private HttpResponse<byte[]> awaitAnswer(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            return answer.get(request.timeout().orElse(timeout).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new HttpTimeoutException("no complete answer");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException fault ? fault : new IOException(failed.getCause());
        } finally {
            // Ends the connection of an answer that is not awaited any more.
            answer.cancel(true);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        try {
            return awaitAnswer(request);
        } catch (IOException noAnswer) {
            // The message omits the query, because the query of a signed URL is a credential.
            throw new IOException(
                    "%s %s got no answer (%s)\n  hint: run ./wearon status, and ./wearon logs for the reason"
                            .formatted(request.method(), request.uri().getPath(), ErrorText.of(noAnswer)),
                    noAnswer);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(
                    "Interrupted while waiting for " + request.uri().getPath(), interrupted);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
