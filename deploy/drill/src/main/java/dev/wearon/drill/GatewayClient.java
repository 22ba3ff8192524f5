package dev.wearon.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Calls the gateway as a merchant's plugin does. A create or a read without an answer returns {@link Reply#NONE}. */
final class GatewayClient implements AutoCloseable {

    private static final String CREATE = "/api/v1/generation/create";
    private static final String READ = "/api/v1/generation/";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /** Longer than the gateway's timeout for a service, so the gateway usually answers 503 before this time. */
    static final Duration LONG_TIMEOUT = Duration.ofSeconds(15);
    /** So short that the client retries while the first create is still in progress. */
    static final Duration SHORT_TIMEOUT = Duration.ofMillis(800);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final List<String> gatewayUrls;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param gatewayUrls get the calls in turn */
    GatewayClient(List<String> gatewayUrls) {
        this.gatewayUrls = gatewayUrls;
    }

    /** @param deadlineSeconds within which the try-on must end; empty: the server decides */
    Reply create(
            Payer payer,
            String requestId,
            Optional<String> idempotencyKey,
            OptionalInt deadlineSeconds,
            Duration timeout)
            throws InterruptedException {
        Map<String, Object> body = new HashMap<>(Map.of("image_urls", payer.imageUrls(), "age_verified", true));
        deadlineSeconds.ifPresent(seconds -> body.put("deadline_seconds", seconds));
        return create(payer, requestId, idempotencyKey, timeout, body);
    }

    /** Sends a create that the API must refuse with 400. */
    Reply createWithoutImages(Payer payer, String requestId) throws InterruptedException {
        Map<String, ?> body = Map.of("image_urls", "none", "age_verified", true);
        return create(payer, requestId, Optional.empty(), LONG_TIMEOUT, body);
    }

    private Reply create(
            Payer payer, String requestId, Optional<String> idempotencyKey, Duration timeout, Map<String, ?> body)
            throws InterruptedException {
        HttpRequest.Builder request = request(payer, CREATE, timeout)
                .header("Content-Type", "application/json")
                .header("X-Request-Id", requestId)
                .POST(BodyPublishers.ofString(JSON.valueToTree(body).toString()));
        idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
        return reply(request.build());
    }

    Reply read(Payer payer, UUID session) throws InterruptedException {
        return reply(request(payer, READ + session, READ_TIMEOUT).GET().build());
    }

    /** The answer has the status that the session then has for ever. */
    Reply cancel(Payer payer, UUID session) throws InterruptedException {
        return reply(request(payer, READ + session + "/cancel", LONG_TIMEOUT)
                .POST(BodyPublishers.noBody())
                .build());
    }

    /** The URL of a completed session's picture; empty if the answer has none. */
    Optional<URI> pictureUrl(Payer payer, UUID session) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client.send(request(payer, READ + session, READ_TIMEOUT).GET().build(), BodyHandlers.ofByteArray());
        JsonNode data = parse(response.body()).path("data");
        return data.path("status").asText().equals("completed")
                ? Optional.ofNullable(data.path("generated_image_url").textValue())
                        .map(URI::create)
                : Optional.empty();
    }

    HttpResponse<byte[]> download(URI signedUrl) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(signedUrl).timeout(READ_TIMEOUT).build(), BodyHandlers.ofByteArray());
    }

    /**
     * Opens the event stream of a store.
     *
     * @return its lines, as they come; reading them fails when the connection breaks
     */
    HttpResponse<Stream<String>> events(Payer store) throws IOException, InterruptedException {
        HttpRequest request =
                request(store, "/api/v1/events", LONG_TIMEOUT).GET().build();
        return client.send(request, BodyHandlers.ofLines());
    }

    private HttpRequest.Builder request(Payer payer, String path, Duration timeout) {
        String gatewayUrl = gatewayUrls.get(Math.floorMod(turn.getAndIncrement(), gatewayUrls.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gatewayUrl + path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + payer.apiKey());
        payer.shopper().ifPresent(email -> request.header("x-shopper-email", email));
        return request;
    }

    private Reply reply(HttpRequest request) throws InterruptedException {
        try {
            return reply(client.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException noAnswer) {
            return Reply.NONE;
        }
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        JsonNode envelope = parse(response.body());
        JsonNode data = envelope.path("data");
        return new Reply(
                response.statusCode(),
                envelope.path("error").path("code").asText(""),
                Optional.ofNullable(data.path("session_id").textValue()).map(UUID::fromString),
                data.path("status").asText(""),
                response.headers()
                        .firstValue("Idempotency-Replayed")
                        .filter("true"::equals)
                        .isPresent());
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode parsed = JSON.readTree(body);
            return parsed == null ? MissingNode.getInstance() : parsed;
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
