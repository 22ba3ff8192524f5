package dev.wearon.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A client that creates one try-on, for a store that has credits. It repeats the create under the same Idempotency-Key. It calls
 * the services without a gateway, with the identity that a gateway would sign.
 */
record RepeatingClient(ApiClient generation, ApiClient storage, ApiClient credits, UUID storeId, String key) {

    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** The pause between attempts without a Retry-After. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The longest pause, whatever Retry-After says. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    static RepeatingClient with(Rig rig, int credits) throws IOException {
        UUID store = UUID.randomUUID();
        client(rig, "credits")
                .as(rig.identities().service("gateway"))
                .post(
                        "/internal/v1/stores/" + store + "/grants",
                        Map.of("request_id", "first", "amount", credits, "type", "purchase"))
                .expect(201);
        String identity = rig.identities().store(store);
        return new RepeatingClient(
                client(rig, "generation").as(identity),
                client(rig, "storage").as(identity),
                client(rig, "credits").as(identity),
                store,
                "try-on-" + UUID.randomUUID());
    }

    private static ApiClient client(Rig rig, String service) throws IOException {
        return ApiClient.of(rig.url(service)).within(CALL);
    }

    /** Uploads a PNG and returns the URL to send as {@code image_urls} of a create. */
    String imageUrl(byte[] png) {
        Map<String, ?> file = Map.of("file_name", "photo.png", "content_type", "image/png", "size", png.length);
        JsonNode upload = storage.post("/api/v1/storage/uploads", Map.of("files", List.of(file)))
                .expect(201)
                .json()
                .get("uploads")
                .get(0);
        storage.as(null)
                .put(upload.get("upload_url").textValue(), "image/png", png)
                .expect(201);
        return upload.get("image_url").textValue();
    }

    /** Charges one credit and creates no session, like a create whose process dies after the charge. */
    void charge(UUID id) {
        credits.post(
                        "/internal/v1/charges",
                        Map.of("issuer", "b2b", "charge_id", id, "amount", 1, "request_id", "first"))
                .expect(200);
    }

    /**
     * Creates once; empty when no reply came.
     *
     * @param imageUrl the picture of the person and of the garment
     */
    Optional<ApiReply> create(String imageUrl) {
        Map<String, ?> body = Map.of("age_verified", true, "image_urls", List.of(imageUrl, imageUrl));
        try {
            return Optional.of(generation.post("/api/v1/generation/create", body, "Idempotency-Key", key));
        } catch (UncheckedIOException noReply) {
            return Optional.empty();
        }
    }

    /** Repeats the create after no reply, a 5xx or a 409, as {@code docs/errors.md} requires of clients. */
    ApiReply createUntilAnswered(String imageUrl) {
        Instant giveUp = Instant.now().plus(TIMEOUT);
        while (true) {
            Optional<ApiReply> reply = create(imageUrl);
            if (reply.filter(answer -> answer.status() < 500 && answer.status() != 409)
                    .isPresent()) {
                return reply.get();
            }
            if (Instant.now().isAfter(giveUp)) {
                throw new AssertionError("No end within " + TIMEOUT + "; the last reply was " + reply);
            }
            pause(reply);
        }
    }

    JsonNode session(UUID id) {
        return generation.get("/api/v1/generation/" + id).expect(200).json();
    }

    int balance() {
        return credits.get("/api/v1/credits/balance")
                .expect(200)
                .json()
                .get("balance")
                .intValue();
    }

    /** The Content-Type of the picture under a signed URL. */
    String typeOf(String url) {
        return storage.as(null).get(url).expect(200).header("Content-Type").orElseThrow();
    }

    static UUID sessionId(ApiReply created) {
        return UUID.fromString(created.expect(201).json().get("session_id").textValue());
    }

    private static void pause(Optional<ApiReply> reply) {
        Duration asked = reply.flatMap(answer -> answer.header("Retry-After"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(PAUSE);
        try {
            Thread.sleep(asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE);
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }
}
