package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.ID;
import static dev.wearon.client.ScriptedServer.json;
import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.raw;
import static dev.wearon.client.ScriptedServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.ScriptedServer.Step;
import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatsTest {

    private static final Step LOST = raw("");
    private static final String DATA = "{\"session_id\": \"" + ID + "\", \"status\": \"queued\"}";
    private static final Step CREATED = ok(201, DATA);
    private static final Step REPLAYED = ok(201, DATA, "Idempotency-Replayed: true");
    private static final TryOn REQUEST = TryOn.of(Picture.uploaded("http://p/1"), Picture.uploaded("http://p/2"))
            .ageVerified(true);

    private static Step busy(String retryAfter) {
        return refusal(503, "SERVICE_UNAVAILABLE", "Retry-After: " + retryAfter);
    }

    private static WearOnException failure(WearOn client) {
        return catchThrowableOfType(
                WearOnException.class, () -> client.generations().create(REQUEST));
    }

    @Test
    void repeatsALostResponseWithTheSameKey() {
        try (ScriptedServer server = new ScriptedServer(LOST, REPLAYED)) {
            CreatedGeneration created = server.client().generations().create(REQUEST);
            assertThat(created.id()).hasToString(ID);
            assertThat(created.replayed()).isTrue();
            assertThat(created.idempotencyKey()).hasSize(36);
            assertThat(server.sent("Idempotency-Key"))
                    .containsExactly(created.idempotencyKey(), created.idempotencyKey());
            assertThat(server.sent("X-Request-Id")).doesNotHaveDuplicates();
        }
    }

    @Test
    void eachCreateHasItsOwnKey() {
        try (ScriptedServer server = new ScriptedServer(CREATED)) {
            server.client().generations().create(REQUEST);
            server.client().generations().create(REQUEST);
            assertThat(server.sent("Idempotency-Key")).hasSize(2).doesNotHaveDuplicates();
        }
    }

    @Test
    void keepsTheKeyOfTheCallerOnEachRepeat() {
        try (ScriptedServer server = new ScriptedServer(busy("0"), CREATED)) {
            server.client().generations().create(REQUEST.idempotencyKey("cart-1"));
            assertThat(server.sent("Idempotency-Key")).containsExactly("cart-1", "cart-1");
        }
    }

    @Test
    void waitsAsLongAsRetryAfterSays() {
        try (ScriptedServer server =
                new ScriptedServer(refusal(429, "RATE_LIMIT_EXCEEDED", "Retry-After: 1"), CREATED)) {
            long start = System.nanoTime();
            server.client().generations().create(REQUEST);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(server.requests).hasSize(2);
        }
    }

    @Test
    void doesNotWaitIfRetryAfterExceedsTheTimeout() {
        try (ScriptedServer server = new ScriptedServer(refusal(429, "RATE_LIMIT_EXCEEDED", "Retry-After: 60"))) {
            long start = System.nanoTime();
            WearOnException error = failure(server.client().withTimeout(Duration.ofSeconds(20)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertThat(error.retryAfter()).contains(Duration.ofSeconds(60));
            assertThat(server.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Sent once: a repeat cannot change them.
        "400, VALIDATION_ERROR, 1",
        "401, INVALID_API_KEY, 1",
        "402, INSUFFICIENT_CREDITS, 1",
        "403, DOMAIN_MISMATCH, 1",
        "404, NOT_FOUND, 1",
        "409, OBJECT_EXISTS, 1",
        "422, IDEMPOTENCY_KEY_REUSED, 1",
        "507, INSUFFICIENT_STORAGE, 1",
        // Once more, as the contract says.
        "500, INTERNAL_ERROR, 2",
        // Twice more at most.
        "409, REQUEST_IN_PROGRESS, 3",
        "429, RATE_LIMIT_EXCEEDED, 3",
        "502, SERVICE_UNAVAILABLE, 3",
        "503, SERVICE_UNAVAILABLE, 3",
        "504, SERVICE_UNAVAILABLE, 3"
    })
    void countsItsRequests(int status, String code, int requests) {
        try (ScriptedServer server = new ScriptedServer(refusal(status, code, "Retry-After: 0"))) {
            WearOnException error = failure(server.client());
            assertThat(error.status()).contains(status);
            assertThat(error.code()).isEqualTo(code);
            assertThat(server.requests).hasSize(requests);
        }
    }

    @Test
    void doesNotRepeatAnUnavailableServiceThatNamesNoTime() {
        try (ScriptedServer server = new ScriptedServer(refusal(503, "SERVICE_UNAVAILABLE"))) {
            assertThat(failure(server.client()).status()).contains(503);
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void repeatsTheErrorPageOfAProxy() {
        try (ScriptedServer server = new ScriptedServer(json(503, "<html>"), CREATED)) {
            server.client().generations().create(REQUEST);
            assertThat(server.requests).hasSize(2);
        }
    }

    @Test
    void aThreadThatIsInterruptedAlreadySendsNothing() {
        try (ScriptedServer server = new ScriptedServer(CREATED)) {
            Thread.currentThread().interrupt();
            WearOnException error = failure(server.client());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(error.code()).isEqualTo("ABORTED");
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void makesNoRepeatsOnRequest() {
        try (ScriptedServer server = new ScriptedServer(LOST)) {
            assertThat(failure(server.client().withMaxRetries(0))).isInstanceOf(WearOnConnectionException.class);
            assertThat(server.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"401, INVALID_API_KEY", "403, DOMAIN_MISMATCH", "429, RATE_LIMIT_EXCEEDED"})
    void aRefusedRepeatDoesNotHideThatTheCreateMayBeCharged(int status, String code) {
        Step unanswered = refusal(503, "SERVICE_UNAVAILABLE", "Retry-After: 0", "X-Session-Id: " + ID);
        try (ScriptedServer server = new ScriptedServer(unanswered, refusal(status, code, "Retry-After: 120"))) {
            WearOnException error = failure(server.client());
            assertThat(error.status()).contains(503);
            assertThat(error.sessionId()).contains(UUID.fromString(ID));
            assertThat(error.retryAfter()).contains(Duration.ofSeconds(120));
            assertThat(error.idempotencyKey())
                    .contains(server.sent("Idempotency-Key").get(0));
            assertThat(server.requests).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 404, 408})
    void anAnswerOfAProxyToTheRepeatDoesNotHideItEither(int status) {
        Step unanswered = refusal(503, "SERVICE_UNAVAILABLE", "Retry-After: 0", "X-Session-Id: " + ID);
        try (ScriptedServer server = new ScriptedServer(unanswered, json(status, "<html>", "Retry-After: 0"))) {
            WearOnException error = failure(server.client());
            assertThat(error.status()).contains(503);
            assertThat(error.code()).isEqualTo("SERVICE_UNAVAILABLE");
            assertThat(error.sessionId()).contains(UUID.fromString(ID));
        }
    }

    @Test
    void anAnswerToTheKeyReplacesWhatWasUnknown() {
        try (ScriptedServer server = new ScriptedServer(LOST, refusal(402, "INSUFFICIENT_CREDITS"))) {
            assertThat(failure(server.client()).code()).isEqualTo("INSUFFICIENT_CREDITS");
        }
    }

    @Test
    void aRefusedRepeatOfAReadSaysWhy() {
        try (ScriptedServer server = new ScriptedServer(LOST, refusal(401, "INVALID_API_KEY"))) {
            WearOnException error = catchThrowableOfType(
                    WearOnException.class, () -> server.client().store().changeConfig("absorb_mode", null));
            assertThat(error.code()).isEqualTo("INVALID_API_KEY");
        }
    }

    @Test
    void anErrorSaysWhatIsNeededToRepeatAndToAskForHelp() {
        try (ScriptedServer server = new ScriptedServer(
                refusal(500, "INTERNAL_ERROR", "X-Session-Id: " + ID, "Retry-After: 0"),
                refusal(500, "INTERNAL_ERROR"))) {
            WearOnException error = failure(server.client());
            assertThat(error.requestId()).contains("req_of_server");
            assertThat(error.sessionId()).contains(UUID.fromString(ID));
            assertThat(error).asString().contains("INTERNAL_ERROR", "No.", "status 500", "req_of_server", ID);
        }
    }

    @Test
    void aRefusedConnectionIsAnErrorWithARequestId() {
        ScriptedServer server = new ScriptedServer(CREATED);
        server.close();
        WearOnException error = failure(server.client().withMaxRetries(0));
        assertThat(error).isInstanceOf(WearOnConnectionException.class).isNotInstanceOf(WearOnTimeoutException.class);
        assertThat(error.code()).isEqualTo("CONNECTION_FAILED");
        assertThat(error.requestId()).hasValueSatisfying(id -> assertThat(id).matches("java-[0-9a-f]{32}\\.1"));
    }
}
