package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class EnvelopeCallsTest {

    private static final String CREATE = "/api/v1/generation/create";
    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String SESSION = "0190a000-0000-7000-8000-000000000000";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
    }

    /** Does not check the contract, for fake responses that a real service never sends. */
    private RequestSpecification withoutContract() {
        return merchant.calls().noFiltersOfType(ContractFilter.class);
    }

    @Nested
    class Passes {

        @Test
        void theServicesBytesUnchangedInsideTheEnvelope() {
            // A parser would change the spacing, the number and the escapes.
            String odd = "{ \"a\":1.500 ,\"b\":\"\\u00e9é\", \"b\" : [ ]}";
            generation().answers(201, odd);
            String body = merchant.calls()
                    .contentType(ContentType.JSON)
                    .body("{\"x\":1}")
                    .post(CREATE)
                    .then()
                    .statusCode(201)
                    .extract()
                    .asString();
            assertThat(body).isEqualTo("{\"data\":" + odd + ",\"error\":null}");
        }

        @Test
        void methodPathQueryAndBodyToTheServiceOfTheRoute() {
            storage().answers(201, "{}");
            String sent = "{ \"files\" : [] }";
            merchant.calls()
                    .header("Content-Type", "text/plain")
                    .body(sent)
                    .urlEncodingEnabled(false)
                    .post("/api/v1/storage/uploads?x=%20y&x=2")
                    .then()
                    .spec(success(201));
            var seen = storage().onlySeen();
            assertThat(seen.method()).isEqualTo("POST");
            assertThat(seen.uri()).isEqualTo("/api/v1/storage/uploads?x=%20y&x=2");
            assertThat(seen.body()).hasToString(sent);

            generation().answers(200, "{}");
            merchant.calls()
                    .get("/api/v1/generation/0190a000-0000-7000-8000-000000000000")
                    .then()
                    .spec(success(200));
            assertThat(generation().onlySeen().uri())
                    .isEqualTo("/api/v1/generation/0190a000-0000-7000-8000-000000000000");
        }

        @ParameterizedTest
        @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain;charset=latin1", "nonsense", ""})
        void aBodyAsJsonWithAnyContentType(String contentType) {
            generation().answers(201, "{}");
            var answer = RawHttp.send(
                    "POST " + CREATE + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: " + contentType
                            + "\r\nAccept: application/xml\r\nAuthorization: Bearer " + merchant.apiKey(),
                    "{}".getBytes());
            assertThat(answer.status()).isEqualTo(201);
            var seen = generation().onlySeen();
            assertThat(seen.headers().getAll("Content-Type")).containsExactly("application/json");
            assertThat(seen.headers().contains("Accept")).isFalse();
        }

        @Test
        void noContentTypeWithoutContent() {
            credits().answers(200, "{}");
            merchant.calls()
                    .header("Content-Type", "text/plain")
                    .header("Accept", "text/html")
                    .get(BALANCE)
                    .then()
                    .spec(success(200));
            assertThat(credits().onlySeen().headers().contains("Content-Type")).isFalse();
            assertThat(credits().onlySeen().headers().contains("Accept")).isFalse();
        }

        @Test
        void onlyTheListedHeaders() {
            generation().behaves((request, body) -> request.response()
                    .setStatusCode(201)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Idempotency-Replayed", "true")
                    .putHeader("X-Session-Id", "s-1")
                    .putHeader("Location", "http://10.0.0.7:8082/api/v1/generation/s-1")
                    .putHeader("Retry-After", "7")
                    .putHeader("Server", "inside/1.0")
                    .putHeader("X-Request-Id", "another")
                    .putHeader("X-Internal", "secret")
                    .putHeader("Set-Cookie", "a=b")
                    .end("{}"));
            var answer = withoutContract()
                    .header("X-Request-Id", "mine-1")
                    .body("{}")
                    .post(CREATE);
            answer.then().spec(success(201));
            assertThat(answer.headers().getValues("X-Request-Id")).containsExactly("mine-1");
            assertThat(answer.header("Idempotency-Replayed")).isEqualTo("true");
            assertThat(answer.header("X-Session-Id")).isEqualTo("s-1");
            assertThat(answer.header("Location")).isEqualTo("/api/v1/generation/s-1");
            assertThat(answer.header("Retry-After")).isEqualTo("7");
            assertThat(answer.headers().hasHeaderWithName("Server")).isFalse();
            assertThat(answer.headers().hasHeaderWithName("X-Internal")).isFalse();
            assertThat(answer.headers().hasHeaderWithName("Set-Cookie")).isFalse();
        }

        @Test
        void anEmptySuccessAsNullData() {
            credits()
                    .behaves((request, body) ->
                            request.response().setStatusCode(204).end());
            merchant.calls().get(BALANCE).then().spec(success(200)).body(equalTo("{\"data\":null,\"error\":null}"));
        }

        /** The create saga may take 10 seconds. */
        @Test
        void aCreateThatTakesLongerThanOrdinaryCalls() {
            generation().behaves((request, body) -> later(request, 3_800));
            withoutContract().body("{}").post(CREATE).then().spec(success(200));
        }

        private void later(HttpServerRequest request, long ms) {
            io.vertx.core.Vertx.currentContext().owner().setTimer(ms, late -> request.response()
                    .putHeader("Content-Type", "application/json")
                    .end("{}"));
        }
    }

    @Nested
    class PassesRefusals {

        @ParameterizedTest
        @CsvSource({
            "400, VALIDATION_ERROR",
            "402, INSUFFICIENT_CREDITS",
            "403, AGE_VERIFICATION_REQUIRED",
            "404, NOT_FOUND",
            "409, REQUEST_IN_PROGRESS",
            "422, IDEMPOTENCY_KEY_REUSED",
            "429, RATE_LIMIT_EXCEEDED",
            "500, INTERNAL_ERROR",
            "503, SERVICE_UNAVAILABLE",
            "507, INSUFFICIENT_STORAGE"
        })
        void withTheirCodeAndMessage(int status, String code) {
            generation()
                    .answers(
                            status, "{\"code\":\"" + code + "\",\"message\":\"Because of the moon.\",\"trace\":\"x\"}");
            withoutContract()
                    .body("{}")
                    .post(CREATE)
                    .then()
                    .spec(refusal(status, code))
                    .body("error.message", equalTo("Because of the moon."));
        }

        /** After a create with an unknown outcome they say when to repeat it, and the id of the try-on. */
        @Test
        void withTheRetryHeadersOfTheService() {
            generation().behaves((request, body) -> request.response()
                    .setStatusCode(503)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Retry-After", "5")
                    .putHeader("X-Session-Id", SESSION)
                    .end("{\"code\":\"SERVICE_UNAVAILABLE\",\"message\":\"Later.\"}"));
            var answer = merchant.calls().body("{}").post(CREATE);
            answer.then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
            assertThat(answer.headers().getValues("Retry-After")).containsExactly("5");
            assertThat(answer.header("X-Session-Id")).isEqualTo(SESSION);
        }

        @ParameterizedTest
        @CsvSource({
            // The columns: the body of the service, its status, and the resulting status and code.
            "<html>stack trace</html>, 400, 400, VALIDATION_ERROR",
            "<html>stack trace</html>, 404, 404, NOT_FOUND",
            "<html>stack trace</html>, 415, 415, UNSUPPORTED_MEDIA_TYPE",
            "<html>stack trace</html>, 418, 400, VALIDATION_ERROR",
            "<html>stack trace</html>, 302, 500, INTERNAL_ERROR",
            "<html>stack trace</html>, 500, 500, INTERNAL_ERROR",
            "<html>stack trace</html>, 502, 503, SERVICE_UNAVAILABLE",
            "<html>stack trace</html>, 503, 503, SERVICE_UNAVAILABLE",
            "{\"code\":\"stack trace\"}, 400, 400, VALIDATION_ERROR",
            "'{\"code\":\"NOT_FOUND\",\"message\":\"stack trace\"}', 500, 500, INTERNAL_ERROR",
            "'{\"code\":\"NOT_FOUND\",\"message\":{\"stack trace\":1}}', 404, 404, NOT_FOUND",
            "'{\"code\":7,\"message\":\"stack trace\"}', 404, 404, NOT_FOUND",
            "'{\"code\":\"INVALID_API_KEY\",\"message\":\"stack trace\"}', 401, 500, INTERNAL_ERROR",
            "'', 403, 404, NOT_FOUND",
        })
        void withoutInternalMessages(String answered, int status, int shown, String code) {
            generation()
                    .behaves((request, body) ->
                            request.response().setStatusCode(status).end(answered));
            withoutContract()
                    .body("{}")
                    .post(CREATE)
                    .then()
                    .spec(refusal(shown, code))
                    .body(not(containsString("stack trace")));
        }
    }

    @Nested
    class Returns503 {

        private void unavailable(Consumer<HttpServerRequest> mishap) {
            credits().behavesRaw(mishap::accept);
            merchant.calls()
                    .get(BALANCE)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1");
        }

        @Test
        void ifTheServiceIsDown() {
            credits().answers(200, "{}");
            merchant.calls().get(BALANCE).then().spec(success(200));
            credits().whileDown(() -> merchant.calls()
                    .get(BALANCE)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1"));
            merchant.calls().get(BALANCE).then().spec(success(200));
        }

        @Test
        void ifTheServiceIsLate() {
            long asked = System.nanoTime();
            unavailable(request -> {});
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isBetween(Duration.ofMillis(3_500), Duration.ofSeconds(11));
        }

        /** The charge may have happened, so a plain "try again" would be wrong. */
        @Test
        void withAnUnknownOutcomeForACreate() {
            generation().behavesRaw(request -> request.connection().close());
            merchant.calls()
                    .body("{}")
                    .post(CREATE)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1")
                    .body("error.message", containsString("not known"));
            generation().whileDown(() -> merchant.calls()
                    .body("{}")
                    .post(CREATE)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .body("error.message", not(containsString("not known"))));
        }

        @Test
        void ifTheResponseStallsHalfWay() {
            unavailable(request -> request.response()
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Content-Length", "100")
                    .write("{\"balance\":"));
        }

        @Test
        void ifTheServiceBreaksOffItsResponse() {
            unavailable(request -> request.response()
                    .putHeader("Content-Type", "application/json")
                    .setChunked(true)
                    .write("{\"balance\":")
                    .onSuccess(written -> request.connection().close()));
        }

        @Test
        void ifTheServiceClosesTheConnection() {
            unavailable(request -> request.connection().close());
        }

        @Test
        void ifTheSuccessIsNotJson() {
            unavailable(request ->
                    request.response().putHeader("Content-Type", "text/html").end("<html>"));
        }

        @Test
        void ifTheSuccessIsTooLarge() {
            unavailable(request -> request.response()
                    .putHeader("Content-Type", "application/json")
                    .end("\"" + "x".repeat(1024 * 1024) + "\""));
        }
    }

    @Nested
    class Returns413 {

        @BeforeEach
        void answers() {
            generation().answers(201, "{}");
        }

        @Test
        void acceptsABodyOfExactlyTheLimit() {
            String longest = "\"" + "x".repeat(64 * 1024 - 2) + "\"";
            merchant.calls().body(longest).post(CREATE).then().spec(success(201));
            assertThat(generation().onlySeen().body().length()).isEqualTo(64 * 1024);
            merchant.calls().body(longest + " ").post(CREATE).then().spec(refusal(413, "PAYLOAD_TOO_LARGE"));
            assertThat(generation().seen()).hasSize(1);
        }

        @Test
        void isReadableForAClientThatSendsALargeBody() {
            byte[] large = new byte[10 * 1024 * 1024];
            var answer = RawHttp.send(
                    "POST " + CREATE + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + large.length
                            + "\r\nAuthorization: Bearer " + merchant.apiKey(),
                    large);
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("\"data\":null").contains("PAYLOAD_TOO_LARGE");
        }

        @Test
        void isReadableForAClientThatSendsALargeChunkedBody() {
            byte[] chunk = ("100000\r\n" + "x".repeat(1024 * 1024) + "\r\n").getBytes();
            var body = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < 10; i++) {
                body.writeBytes(chunk);
            }
            body.writeBytes("0\r\n\r\n".getBytes());
            var answer = RawHttp.send(
                    "POST " + CREATE + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer "
                            + merchant.apiKey(),
                    body.toByteArray());
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("\"data\":null").contains("PAYLOAD_TOO_LARGE");
            assertThat(generation().seen()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\nExpect: 100-continue"})
    void sendsContinueForTheBody(String expectation) {
        generation().answers(201, "{}");
        var answer = RawHttp.send(
                "POST " + CREATE + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2" + expectation
                        + "\r\nAuthorization: Bearer " + merchant.apiKey(),
                "{}".getBytes());
        assertThat(answer.text().startsWith("HTTP/1.1 100")).isEqualTo(!expectation.isEmpty());
        assertThat(answer.text()).contains("HTTP/1.1 201").contains("{\"data\":{},\"error\":null}");
    }
}
