package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A store with credits in its pool, and its client, who asks for one try-on under one Idempotency-Key. It speaks to the
 * services themselves, with the identity that the gateway would sign.
 */
record KeyedShop(GenerationProcesses suite, String generationUrl, UUID storeId, String key) {

    private static final Duration CALL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Between two attempts: never shorter, and never longer, whatever Retry-After says. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL)
            .build();

    /** @param generationPort where its client finds the generation-service of the moment */
    static KeyedShop with(GenerationProcesses suite, int generationPort, int credits) {
        KeyedShop shop = new KeyedShop(
                suite, "http://127.0.0.1:" + generationPort, UUID.randomUUID(), "try-on-" + UUID.randomUUID());
        HttpRequest grant = json(
                        URI.create(suite.creditsUrl() + "/internal/v1/stores/" + shop.storeId + "/grants"),
                        Map.of("request_id", "first", "amount", credits, "type", "purchase"))
                .header("Authorization", suite.identities().service("gateway"))
                .build();
        assertStatus(201, must(grant));
        return shop;
    }

    /** Uploads {@code png} and answers with what a create names it by. */
    String imageUrl(byte[] png) {
        Map<String, ?> file = Map.of("file_name", "photo.png", "content_type", "image/png", "size", png.length);
        HttpRequest uploads = json(
                        URI.create(suite.storageUrl() + "/api/v1/storage/uploads"), Map.of("files", List.of(file)))
                .header("Authorization", identity())
                .build();
        JsonNode upload = read(assertStatus(201, must(uploads))).get("uploads").get(0);
        HttpRequest put = HttpRequest.newBuilder(
                        URI.create(upload.get("upload_url").textValue()))
                .header("Content-Type", "image/png")
                .PUT(BodyPublishers.ofByteArray(png))
                .build();
        assertStatus(201, must(put));
        return upload.get("image_url").textValue();
    }

    /** Charges as a create does that dies right afterwards. */
    void charge(UUID id) {
        HttpRequest charge = json(
                        URI.create(suite.creditsUrl() + "/internal/v1/charges"),
                        Map.of("issuer", "b2b", "charge_id", id, "amount", 1, "request_id", "first"))
                .header("Authorization", identity())
                .build();
        assertStatus(200, must(charge));
    }

    /** Asks once; empty when no answer came. */
    Optional<HttpResponse<String>> create(String imageUrl) {
        HttpRequest create = json(
                        URI.create(generationUrl + "/api/v1/generation/create"),
                        Map.of("age_verified", true, "image_urls", List.of(imageUrl)))
                .header("Authorization", identity())
                .header("Idempotency-Key", key)
                .build();
        try {
            return Optional.of(HTTP.send(create, BodyHandlers.ofString()));
        } catch (IOException unanswered) {
            return Optional.empty();
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }

    /** Asks until it is answered 201 or refused, as a client is told to that had no answer, a 5xx, or an "in progress". */
    HttpResponse<String> createUntilAnswered(String imageUrl) {
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (true) {
            Optional<HttpResponse<String>> answer = create(imageUrl);
            if (answer.filter(response -> response.statusCode() < 500 && response.statusCode() != 409)
                    .isPresent()) {
                return answer.get();
            }
            if (Instant.now().isAfter(giveUp)) {
                throw new AssertionError(
                        "No end within " + PATIENCE + "; the last answer was " + answer.map(KeyedShop::told));
            }
            pause(answer);
        }
    }

    JsonNode session(UUID id) {
        HttpRequest read = HttpRequest.newBuilder(URI.create(generationUrl + "/api/v1/generation/" + id))
                .header("Authorization", identity())
                .timeout(CALL)
                .build();
        return read(assertStatus(200, must(read)));
    }

    int balance() {
        HttpRequest read = HttpRequest.newBuilder(URI.create(suite.creditsUrl() + "/api/v1/credits/balance"))
                .header("Authorization", identity())
                .timeout(CALL)
                .build();
        return read(assertStatus(200, must(read))).get("balance").intValue();
    }

    /** The Content-Type of what lies at a signed URL. */
    static String typeOf(String url) {
        HttpResponse<String> picture =
                must(HttpRequest.newBuilder(URI.create(url)).timeout(CALL).build());
        return assertStatus(200, picture).headers().firstValue("Content-Type").orElseThrow();
    }

    static UUID sessionId(HttpResponse<String> created) {
        return UUID.fromString(
                read(assertStatus(201, created)).get("session_id").textValue());
    }

    private String identity() {
        return suite.identities().store(storeId);
    }

    private static void pause(Optional<HttpResponse<String>> answer) {
        Duration asked = answer.flatMap(response -> response.headers().firstValue("Retry-After"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(SHORTEST_PAUSE);
        try {
            Thread.sleep(asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE);
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }

    private static HttpRequest.Builder json(URI uri, Map<String, ?> body) {
        try {
            BodyPublisher text = BodyPublishers.ofString(JSON.writeValueAsString(body));
            return HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .timeout(CALL)
                    .POST(text);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static HttpResponse<String> must(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException unanswered) {
            throw new AssertionError(request + " was not answered", unanswered);
        }
    }

    private static HttpResponse<String> assertStatus(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(told(answer)).isEqualTo(status);
        return answer;
    }

    private static String told(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.body();
    }

    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException unreadable) {
            throw new AssertionError(told(answer), unreadable);
        }
    }
}
