package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static org.hamcrest.Matchers.is;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Services with invalid HTTP responses. The client gets a readable response, and the next call works. */
@QuarkusTest
class UpstreamMishapsTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
    }

    @AfterEach
    void theNextCallIsAnswered() {
        credits().answers(200, "{\"balance\":3}");
        merchant.calls().get(BALANCE).then().spec(success(200));
    }

    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of("no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
                Arguments.of("zeros", "\0".repeat(10_000)),
                Arguments.of("an endless line", "x".repeat(100_000)),
                Arguments.of("no status", "HTTP/1.1 OK\r\n\r\n"),
                Arguments.of("a length that is no number", OK + "Content-Length: two\r\n\r\n{}"),
                Arguments.of("a negative length", OK + "Content-Length: -2\r\n\r\n{}"),
                Arguments.of("two lengths", OK + "Content-Length: 2\r\nContent-Length: 7\r\n\r\n{}{\"x\":1"),
                Arguments.of("a chunk without a size", OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a header of 100 KB", OK + "X-Large: " + "x".repeat(100_000) + "\r\n\r\n{}"),
                Arguments.of("10,000 headers", OK + "X-Many: x\r\n".repeat(10_000) + "Content-Length: 2\r\n\r\n{}"),
                Arguments.of("less than announced", OK + "Content-Length: 3\r\n\r\n{}"),
                Arguments.of("chunks without an end", OK + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
                Arguments.of("a head without an end", OK + "X-Half: "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void isUnavailableAfterAnInvalidResponse(String what, String bytes) {
        credits().whileAnswering(bytes, true, () -> merchant.calls()
                .get(BALANCE)
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .header("Retry-After", "1"));
    }

    @Test
    void readsAResponseWithoutALengthUpToItsEnd() {
        credits().whileAnswering(OK + "\r\n{}", true, () -> merchant.calls()
                .get(BALANCE)
                .then()
                .spec(success(200)));
    }

    /** The following bytes must never be used as the response to another call. */
    @Test
    void dropsBytesAfterTheResponse() {
        String twice = OK + "Content-Length: 2\r\n\r\n{}" + OK + "Content-Length: 13\r\n\r\n{\"balance\":9}";
        credits().whileAnswering(twice, false, () -> {
            for (int i = 0; i < 3; i++) {
                merchant.calls().get(BALANCE).then().spec(success(200)).body("data.size()", is(0));
            }
        });
    }

    @Test
    void appliesTheTimeoutToASlowResponse() {
        credits().behavesRaw(request -> {
            var response = request.response()
                    .putHeader("Content-Type", "application/json")
                    .setChunked(true);
            var vertx = io.vertx.core.Vertx.currentContext().owner();
            vertx.setPeriodic(100, drop -> {
                if (response.closed()) {
                    vertx.cancelTimer(drop);
                } else {
                    response.write(" ");
                }
            });
        });
        merchant.calls().get(BALANCE).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
    }

    @Test
    void limitsAResponseToAMebibyte() {
        credits().answers(200, "\"" + "x".repeat(1024 * 1024 - 2) + "\"");
        merchant.calls().get(BALANCE).then().spec(success(200));
        credits().answers(200, "\"" + "x".repeat(1024 * 1024 - 1) + "\"");
        merchant.calls().get(BALANCE).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
    }
}
