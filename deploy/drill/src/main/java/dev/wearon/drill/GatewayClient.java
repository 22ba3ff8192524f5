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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The gateway as a merchant's plugin calls it. That an answer does not come is an answer here, too. */
final class GatewayClient implements AutoCloseable {

    private static final String CREATE = "/api/v1/generation/create";
    private static final String READ = "/api/v1/generation/";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /** Longer than the gateway waits for a create, so mostly the gateway is the one to give up. */
    static final Duration PATIENT = Duration.ofSeconds(15);
    /** Gives up while the create is still under way, so that its repeat meets it. */
    static final Duration HASTY = Duration.ofMillis(800);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final String gatewayUrl;

    GatewayClient(String gatewayUrl) {
        this.gatewayUrl = gatewayUrl;
    }

    /** @param idempotencyKey sent when present; the request id always is */
    Reply create(Account buyer, String requestId, Optional<String> idempotencyKey, Duration patience)
            throws InterruptedException {
        Map<String, ?> body = Map.of("image_urls", buyer.imageUrls(), "age_verified", true);
        return create(buyer, requestId, idempotencyKey, patience, body);
    }

    /** A create that names no picture: to be refused. */
    Reply createWithoutPictures(Account buyer, String requestId) throws InterruptedException {
        Map<String, ?> body = Map.of("image_urls", "none", "age_verified", true);
        return create(buyer, requestId, Optional.empty(), PATIENT, body);
    }

    private Reply create(
            Account buyer, String requestId, Optional<String> idempotencyKey, Duration patience, Map<String, ?> body)
            throws InterruptedException {
        HttpRequest.Builder request = request(buyer, CREATE, patience)
                .header("Content-Type", "application/json")
                .header("X-Request-Id", requestId)
                .POST(BodyPublishers.ofString(JSON.valueToTree(body).toString()));
        idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
        return reply(request.build());
    }

    Reply read(Account buyer, UUID session) throws InterruptedException {
        return reply(request(buyer, READ + session, READ_TIMEOUT).GET().build());
    }

    /** Where the gateway says that the picture of a completed session is; empty when it says none. */
    Optional<URI> picture(Account buyer, UUID session) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client.send(request(buyer, READ + session, READ_TIMEOUT).GET().build(), BodyHandlers.ofByteArray());
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

    private HttpRequest.Builder request(Account buyer, String path, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gatewayUrl + path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + buyer.apiKey());
        buyer.shopper().ifPresent(email -> request.header("x-shopper-email", email));
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
