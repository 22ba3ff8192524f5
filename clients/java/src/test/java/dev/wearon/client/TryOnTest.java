package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.ID;
import static dev.wearon.client.ScriptedServer.KEY;
import static dev.wearon.client.ScriptedServer.json;
import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.raw;
import static dev.wearon.client.ScriptedServer.refusal;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.ScriptedServer.Step;
import dev.wearon.client.TryOn.GarmentType;
import dev.wearon.client.errors.TryOnFailedException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.GenerationStatus;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TryOnTest {

    private static final byte[] PNG = "\u0089PNG\r\n\u001a\npixels".getBytes(ISO_8859_1);
    private static final byte[] JPEG = "\u00ff\u00d8\u00ffpixels".getBytes(ISO_8859_1);
    private static final Step STORED_PNG = json(201, "{\"path\": \"p\", \"size\": " + PNG.length + "}");
    private static final Step CREATED = ok(201, "{\"session_id\": \"" + ID + "\", \"status\": \"queued\"}");
    private static final Step COMPLETED = generation("completed", "\"http://pictures/result?signature=secret\"", 0);
    private static final TryOn BYTES =
            TryOn.of(Picture.bytes(PNG), Picture.bytes(PNG)).ageVerified(true);
    private static final TryOn UPLOADED = TryOn.of(Picture.uploaded("http://p/1"), Picture.uploaded("http://p/2"))
            .ageVerified(true);

    private final ScriptedServer server = new ScriptedServer(CREATED);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    private static Step generation(String status, String picture, int refunded) {
        return ok(200, """
            {"session_id": "%s", "status": "%s", "model_image_url": "http://pictures/person?signature=secret",
             "outfit_image_url": null, "image_urls": ["http://pictures/person?signature=secret"], "garment_type": null,
             "generated_image_url": %s, "error_code": "BAD_IMAGE", "error_message": "Take another photo.",
             "credits_used": 1, "credits_refunded": %d, "attempt": 1, "queue_position": null, "started_at": null, "deadline_at": null, "processing_time_ms": null,
             "request_id": "req_1", "created_at": "2026-11-21T10:00:00Z", "completed_at": null,
             "images_expire_at": null, "version": 1}""".formatted(ID, status, picture, refunded));
    }

    private Step uploads(int count) {
        return ok(
                201,
                "{\"uploads\": ["
                        + String.join(
                                ",",
                                Stream.iterate(1, i -> i + 1)
                                        .limit(count)
                                        .map(i -> """
                    {"path": "p%d", "upload_url": "%s/put/%d?signature=secret", "method": "PUT",
                     "headers": {"Content-Type": "image/png"}, "max_bytes": 9, "image_url": "http://p/%d?signature=secret",
                     "expires_at": "2026-11-21T10:10:00Z"}""".formatted(i, server.url(), i, i))
                                        .toList())
                        + "]}");
    }

    private <T extends WearOnException> T failure(Class<T> type, TryOn request) {
        return catchThrowableOfType(type, () -> server.client().tryOn(request, Duration.ofSeconds(30)));
    }

    @Test
    void uploadsCreatesAndWaits() throws Exception {
        Path file = Files.write(folder.resolve("shopper.jpg"), PNG);
        server.script(uploads(2), STORED_PNG, STORED_PNG, CREATED, generation("queued", "null", 0), COMPLETED);
        Generation result = server.client()
                .tryOn(TryOn.of(Picture.bytes(PNG), Picture.file(file))
                        .garmentType(GarmentType.LOWER)
                        .prompt("words")
                        .ageVerified(true));
        assertThat(result.status()).isEqualTo(GenerationStatus.COMPLETED);
        assertThat(result.sessionId()).hasToString(ID);
        assertThat(result).asString().contains(ID, "completed").doesNotContain("secret", "http");
        assertThat(server.requests.stream().map(request -> request.line().replace(" HTTP/1.1", "")))
                .containsExactly(
                        "POST /api/v1/storage/uploads",
                        "PUT /put/1?signature=secret",
                        "PUT /put/2?signature=secret",
                        "POST /api/v1/generation/create",
                        "GET /api/v1/generation/" + ID,
                        "GET /api/v1/generation/" + ID);
        assertThat(server.requests.get(0).text()).contains("image/png").doesNotContain("shopper.jpg");
        assertThat(server.requests.get(1).body()).isEqualTo(PNG);
        assertThat(server.requests.get(1).headers()).doesNotContainKey("Authorization");
        assertThat(server.requests.get(3).headers()).containsEntry("Authorization", "Bearer " + KEY);
        assertThat(server.requests.get(3).text())
                .contains(
                        "http://p/1",
                        "http://p/2",
                        "\"garment_type\":\"lower\"",
                        "\"prompt\":\"words\"",
                        "\"age_verified\":true");
    }

    @Test
    void uploadsOnlyWhatIsNotUploaded() {
        server.script(uploads(1), STORED_PNG, CREATED, COMPLETED);
        server.client()
                .tryOn(TryOn.of(Picture.uploaded("http://old/1"), Picture.bytes(PNG))
                        .accessories(Picture.uploaded("http://old/3"))
                        .ageVerified(true));
        assertThat(server.requests.get(2).text())
                .contains("\"http://old/1\",\"http://p/1?signature=secret\",\"http://old/3\"");
    }

    @Test
    void aTryOnWhoseOutcomeIsUnknownCanBeRepeated() {
        server.script(uploads(2), STORED_PNG, STORED_PNG, raw(""));
        WearOnException error = failure(WearOnException.class, BYTES);
        assertThat(error.pictures()).containsExactly("http://p/1?signature=secret", "http://p/2?signature=secret");
        assertThat(error).asString().doesNotContain("secret");
        String key = error.idempotencyKey().orElseThrow();

        server.script(CREATED, COMPLETED);
        server.client().tryOn(BYTES.repeating(error));
        assertThat(server.sent("Idempotency-Key").subList(3, 7)).containsExactly(key, key, key, key);
        assertThat(server.requests).hasSize(8);
    }

    @Test
    void aRepeatKeepsTheKeyOfTheCallerUnlessTheTryOnHasFailed() {
        TryOn request = BYTES.idempotencyKey("cart-1");
        server.script(refusal(503, "SERVICE_UNAVAILABLE"));
        assertThat(request.repeating(failure(WearOnException.class, request)).idempotencyKey())
                .isEqualTo("cart-1");
        server.script(uploads(2), STORED_PNG, STORED_PNG, CREATED, generation("failed", "null", 1));
        assertThat(request.repeating(failure(TryOnFailedException.class, request))
                        .idempotencyKey())
                .isNull();
    }

    @Test
    void aRefusedUploadStartsNoTryOn() {
        server.script(uploads(2), refusal(400, "UNSUPPORTED_IMAGE"));
        WearOnException error = failure(WearOnException.class, BYTES);
        assertThat(error.code()).isEqualTo("UNSUPPORTED_IMAGE");
        assertThat(error.pictures()).isEmpty();
        assertThat(server.requests).hasSize(2);

        server.script(uploads(2), json(200, "<html>Please log in</html>"));
        assertThat(failure(WearOnException.class, BYTES).code()).isEqualTo("UNEXPECTED_RESPONSE");
    }

    @Test
    void aFailedTryOnSaysWhyAndWhatCameBack() {
        server.script(CREATED, generation("failed", "null", 0), generation("failed", "null", 1));
        TryOnFailedException error = failure(TryOnFailedException.class, UPLOADED);
        assertThat(error.code()).isEqualTo("BAD_IMAGE");
        assertThat(error.getMessage()).isEqualTo("Take another photo.");
        assertThat(error.creditsRefunded()).isEqualTo(1);
        assertThat(error.sessionId()).contains(UUID.fromString(ID));
        assertThat(error.idempotencyKey()).as("a repeat must be a new try-on").isEmpty();
    }

    @Test
    void aFailureThatWasSeenIsToldAlsoWhenNoReadFollows() {
        server.script(generation("failed", "null", 0), server.silent());
        TryOnFailedException error = catchThrowableOfType(
                TryOnFailedException.class,
                () -> server.client().generations().await(UUID.fromString(ID), Duration.ofSeconds(6)));
        assertThat(error.creditsRefunded()).isZero();
    }

    @Test
    void aWaitThatTakesTooLongCanBeContinued() {
        server.script(CREATED, generation("processing", "null", 0));
        WearOnException error = catchThrowableOfType(
                WearOnTimeoutException.class, () -> server.client().tryOn(UPLOADED, Duration.ofSeconds(4)));
        assertThat(error.idempotencyKey()).isPresent();
        server.script(COMPLETED);
        assertThat(server.client()
                        .generations()
                        .await(error.sessionId().orElseThrow())
                        .status())
                .isEqualTo(GenerationStatus.COMPLETED);
    }

    @Test
    void aReadMayWaitForTheEnd() {
        server.script(COMPLETED);
        assertThat(server.client()
                        .generations()
                        .get(UUID.fromString(ID), Duration.ofSeconds(20))
                        .status())
                .isEqualTo(GenerationStatus.COMPLETED);
        server.client().generations().get(UUID.fromString(ID));
        assertThat(server.sent("Prefer")).containsExactly("wait=20", null);
    }

    @Test
    void failedReadsDoNotEndAWaitAndAnUnknownStatusNeither() {
        server.script(
                refusal(500, "INTERNAL_ERROR"),
                refusal(500, "INTERNAL_ERROR"),
                refusal(503, "SERVICE_UNAVAILABLE"),
                generation("polishing", "null", 0),
                COMPLETED);
        assertThat(server.client().generations().await(UUID.fromString(ID)).status())
                .isEqualTo(GenerationStatus.COMPLETED);
        server.script(refusal(404, "NOT_FOUND"));
        WearOnException gone = catchThrowableOfType(
                WearOnException.class, () -> server.client().generations().await(UUID.fromString(ID)));
        assertThat(gone.code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void refusesWrongArgumentsBeforeAnyRequest() {
        Picture png = Picture.bytes(PNG);
        assertThat(failure(WearOnException.class, TryOn.of(png, png)).code()).isEqualTo("AGE_VERIFICATION_REQUIRED");
        assertThat(failure(WearOnException.class, BYTES.idempotencyKey("ä")).code())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(failure(WearOnException.class, BYTES.shopperEmail("jörg@example.com"))
                        .code())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(failure(
                                WearOnException.class,
                                BYTES.accessories(
                                        Stream.generate(() -> png).limit(9).toArray(Picture[]::new)))
                        .code())
                .isEqualTo("VALIDATION_ERROR");
        Picture large = Picture.bytes(new byte[Picture.LARGEST + 1]);
        assertThat(failure(WearOnException.class, TryOn.of(png, large).ageVerified(true))
                        .code())
                .isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(failure(
                                WearOnException.class,
                                TryOn.of(png, Picture.bytes(new byte[0])).ageVerified(true))
                        .code())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(catchThrowableOfType(WearOnException.class, () -> Picture.uploaded("person.png"))
                        .code())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(catchThrowableOfType(
                                WearOnException.class,
                                () -> server.client().generations().create(BYTES))
                        .code())
                .isEqualTo("VALIDATION_ERROR");
        TryOn missing =
                TryOn.of(png, Picture.file(folder.resolve("missing.png"))).ageVerified(true);
        assertThat(catchThrowableOfType(
                        UncheckedIOException.class, () -> server.client().tryOn(missing)))
                .isNotNull();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void theFirstBytesDecideTheType() {
        assertThat(Picture.contentType(PNG)).isEqualTo("image/png");
        assertThat(Picture.contentType(JPEG)).isEqualTo("image/jpeg");
        assertThat(Picture.contentType("RIFF....WEBPVP8 ".getBytes(ISO_8859_1))).isEqualTo("image/webp");
        assertThat(Picture.contentType("....ftypheic....".getBytes(ISO_8859_1))).isEqualTo("image/heic");
        assertThat(Picture.contentType("....ftypavif....".getBytes(ISO_8859_1))).isEqualTo("image/avif");
        assertThat(Picture.contentType("GIF89a".getBytes(ISO_8859_1))).isEqualTo("image/gif");
        assertThat(Picture.contentType("text".getBytes(ISO_8859_1))).isEqualTo("application/octet-stream");
    }

    @Test
    void downloadsThePictureWithoutTheKey() {
        server.script(raw("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\npicture"));
        assertThat(server.client().downloads().get(server.url() + "/stores/x?signature=s"))
                .asString()
                .isEqualTo("picture");
        assertThat(server.requests.get(0).headers()).doesNotContainKey("Authorization");
        for (String url : new String[] {null, "file:///etc/passwd", "http://u:p@h/secret", "http://h/secret secret"}) {
            WearOnException error = catchThrowableOfType(
                    WearOnException.class, () -> server.client().downloads().get(url));
            assertThat(error).asString().doesNotContain("secret", "passwd");
        }
        assertThat(server.requests).hasSize(1);
    }
}
