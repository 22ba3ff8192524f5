package dev.wearon.gateway.bounds;

import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeService.Seen;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.gateway.testing.RawHttp.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with unusual heads. */
@QuarkusTest
class RequestHeadTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String CREATE = "/api/v1/generation/create";
    private static final String OBJECT = "/stores/x/uploads/a.png";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
        for (FakeService service : List.of(credits(), generation(), storage())) {
            service.answers(200, "{\"reached\":true}");
        }
    }

    private static Stream<Seen> seen() {
        return Stream.of(credits(), generation(), storage()).flatMap(service -> service.seen().stream());
    }

    private String keyed(String line) {
        return line + " HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer " + merchant.apiKey();
    }

    private static void refused(Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .startsWith("{\"data\":null,\"error\":{\"code\":\"VALIDATION_ERROR\"")
                .contains(why);
        assertThat(answer.text()).containsIgnoringCase("X-Request-Id: ");
        assertThat(seen()).isEmpty();
    }

    private static String headers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\r\nX-H-" + i + ": v").collect(Collectors.joining());
    }

    @Nested
    class TooMuch {

        @Test
        void isRefusedInTheEnvelope() {
            refused(RawHttp.send(keyed("GET " + BALANCE) + headers(98), new byte[0]), "more than the 100 headers");
            refused(
                    RawHttp.send(keyed("GET " + BALANCE) + "\r\nX-Long: " + "x".repeat(16_500), new byte[0]),
                    "larger than the 16384 bytes");
            refused(
                    RawHttp.send(keyed("GET " + BALANCE + "?q=" + "x".repeat(4_000)), new byte[0]),
                    "longer than the 4000 bytes");
        }

        /** Repeated headers count separately. */
        @Test
        void isRefusedForRepeatedNamesToo() {
            refused(
                    RawHttp.send(keyed("GET " + BALANCE) + "\r\nX-H: v".repeat(98), new byte[0]),
                    "more than the 100 headers");
        }

        @Test
        void acceptsExactlyTheLimit() {
            // Three headers are there already, and the helper adds one.
            assertThat(RawHttp.send(keyed("GET " + BALANCE) + headers(97), new byte[0])
                            .status())
                    .isEqualTo(200);
            assertThat(RawHttp.send(keyed("GET " + BALANCE) + "\r\nX-Long: " + "x".repeat(16_000), new byte[0])
                            .status())
                    .isEqualTo(200);
            assertThat(RawHttp.send(keyed("GET " + BALANCE + "?q=" + "x".repeat(3_900)), new byte[0])
                            .status())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/docs/", "/stores/x/uploads/a.png", "/admin/v1/stores", "/nope"})
        void isRefusedOnRoutesWithoutAKeyToo(String path) {
            refused(
                    RawHttp.send("GET " + path + " HTTP/1.1\r\nHost: x" + headers(100), new byte[0]),
                    "more than the 100 headers");
        }
    }

    @Nested
    class Smuggling {

        private static final String HIDDEN = "GET /api/v1/credits/shopper HTTP/1.1\r\nHost: x\r\n\r\n";

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length: 5\r\nContent-Length: 6",
                    "Content-Length: 5, 6",
                    "Content-Length: 5\r\nContent-Length: 5",
                    "Content-Length: +5",
                    "Content-Length: 0x5",
                    "Content-Length: 5 5",
                    "Content-Length : 5",
                    "Content-Length:",
                    "Transfer-Encoding: xchunked",
                    "Transfer-Encoding: chunked, identity",
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                    "Transfer-Encoding: \"chunked\"",
                    "Transfer-Encoding: identity\r\nContent-Length: 5",
                    "Transfer-Encoding : chunked",
                    "Transfer-Encoding:\u000bchunked",
                    "X: y\rTransfer-Encoding: chunked",
                })
        void isRefusedForAnAmbiguousLength(String framing) {
            Answer answer = RawHttp.raw(
                    keyed("POST " + CREATE) + "\r\n" + framing + "\r\n\r\n5\r\n{\"a\":\r\n0\r\n\r\n" + HIDDEN);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text().split("HTTP/1\\.1 ")).as(answer.text()).hasSize(2);
            assertThat(seen()).isEmpty();
        }

        /** A proxy may have used the Content-Length that the gateway ignores, so the following bytes are not safe. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length: 60\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\nContent-Length: 60",
                    "Transfer-Encoding: CHUNKED\r\nContent-Length: 4"
                })
        void isPreventedAfterAChunkedBody(String framing) {
            Answer answer = RawHttp.raw(keyed("POST " + CREATE) + "\r\n" + framing
                    + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
                    + keyed("GET /api/v1/credits/balance") + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).containsIgnoringCase("Connection: close");
            assertThat(answer.text().split("HTTP/1\\.1 ")).as(answer.text()).hasSize(2);
            assertThat(generation().onlySeen().body().toString()).isEqualTo("{}");
            assertThat(generation().onlySeen().headers().get("Content-Length")).isEqualTo("2");
            assertThat(generation().onlySeen().headers().contains("Transfer-Encoding"))
                    .isFalse();
            assertThat(credits().seen()).isEmpty();
        }

        @Test
        void isNotPossibleInsideABody() {
            generation().answers(201, "{}");
            Answer answer =
                    RawHttp.send(keyed("POST " + CREATE) + "\r\nContent-Length: " + HIDDEN.length(), HIDDEN.getBytes());
            assertThat(answer.status()).isEqualTo(201);
            assertThat(generation().onlySeen().body().toString()).isEqualTo(HIDDEN);
            assertThat(credits().seen()).isEmpty();
        }

        @Test
        void isPreventedForFoldedHeadersAndHttp10Chunks() {
            Answer folded = RawHttp.send(keyed("GET " + BALANCE) + "\r\nX-A: b\r\n X-Store-Id: 1", new byte[0]);
            assertThat(seen().flatMap(call -> call.headers().names().stream()))
                    .doesNotContain("X-Store-Id", "x-store-id", "X-A");
            assertThat(folded.status()).isIn(200, 400);
            Answer old = RawHttp.raw("POST " + CREATE + " HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer "
                    + merchant.apiKey() + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
            assertThat(old.status()).isEqualTo(400);
            assertThat(generation().seen()).isEmpty();
        }
    }

    @Nested
    class ForeignHeaders {

        private static final String CLAIMS = String.join(
                "\r\n",
                "",
                "X-Store-Id: 00000000-0000-0000-0000-000000000001",
                "X-Shopper-Id: 1",
                "X-Forwarded-For: 10.0.0.1",
                "X-Forwarded-Host: internal",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Prefix: /internal",
                "Forwarded: for=10.0.0.1",
                "X-Real-IP: 10.0.0.1",
                "X-Original-URL: /internal/v1/charges",
                "X-Rewrite-URL: /internal/v1/charges",
                "X-HTTP-Method-Override: DELETE",
                "Proxy-Authorization: Basic eDp5",
                "Proxy-Connection: keep-alive",
                "Cookie: session=1",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Trailer: X-Late",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
                "Via: 1.1 proxy",
                "baggage: store=1",
                "b3: 1-2-1",
                "X-B3-TraceId: 1",
                "Accept-Language: de",
                "Prefer: wait=1",
                "User-Agent: shop/1",
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "tracestate: vendor=1",
                "Connection: Accept-Language, X-Request-Id");

        private static Set<String> names() {
            return seen().flatMap(call -> call.headers().names().stream())
                    .map(String::toLowerCase)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        @Test
        void areNotForwardedOnEnvelopeRoutes() {
            assertThat(RawHttp.send(keyed("GET " + BALANCE) + CLAIMS, new byte[0])
                            .status())
                    .isEqualTo(200);
            assertThat(names())
                    .isSubsetOf(
                            "authorization",
                            "host",
                            "prefer",
                            "user-agent",
                            "x-request-id",
                            // The client declares it hop-by-hop, so it may be dropped.
                            "accept-language");
            assertThat(names()).contains("authorization", "prefer", "x-request-id");
            assertThat(credits().onlySeen().headers().getAll("Authorization"))
                    .singleElement()
                    .asString()
                    .startsWith("Bearer eyJ");
        }

        @Test
        void areNotForwardedOnOperatorRoutes() {
            assertThat(RawHttp.send(
                                    "GET /admin/v1/ledger/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                            + dev.wearon.gateway.testing.FakeServices.ADMIN_TOKEN + CLAIMS,
                                    new byte[0])
                            .status())
                    .isEqualTo(200);
            assertThat(names())
                    .isSubsetOf("authorization", "host", "prefer", "user-agent", "x-request-id", "accept-language");
        }

        @Test
        void areNotForwardedOnByteRoutes() {
            assertThat(RawHttp.send(keyed("GET " + OBJECT) + CLAIMS + "\r\nRange: bytes=0-1", new byte[0])
                            .status())
                    .isEqualTo(200);
            assertThat(names()).isSubsetOf("host", "range", "user-agent", "x-request-id");
            assertThat(names()).contains("range");
        }
    }

    /** Every header that the gateway reads or forwards, and some unknown ones. */
    static Stream<String> readHeaders() {
        return Stream.of(
                "Accept",
                "Accept-Language",
                "Authorization",
                "Content-Type",
                "Expect",
                "Idempotency-Key",
                "If-Match",
                "If-Modified-Since",
                "If-None-Match",
                "If-Range",
                "Origin",
                "Prefer",
                "Range",
                "traceparent",
                "User-Agent",
                "X-Anything",
                "X-Request-Id",
                "x-shopper-email");
    }

    @Nested
    class StrangeBytes {

        private static final List<String> VALUES = List.of(
                "a\rX-Store-Id: 1",
                "a\nX-Store-Id: 1",
                "a\r\nX-Store-Id: 1",
                "a\r\n X-Store-Id: 1",
                "a\u0000b",
                "a\u0001b",
                "a\u000bb",
                "a\u001bb",
                "a\u007fb",
                "a\u0085b",
                "\u00e9",
                "\u00c3\u00a9",
                "\u00ff\u00fe");

        @ParameterizedTest
        @MethodSource("dev.wearon.gateway.bounds.RequestHeadTest#readHeaders")
        void inAnyHeaderAreNeitherForwardedNorEchoedNorCauseAFault(String header) {
            for (String value : VALUES) {
                for (String line : List.of("GET " + BALANCE, "GET " + OBJECT, "GET /api/v1/health", "GET /nope")) {
                    Answer answer = RawHttp.send(keyed(line) + "\r\n" + header + ": " + value, new byte[0]);
                    assertThat(answer.status())
                            .as(line + " " + header + ": " + value)
                            .isIn(200, 400, 401, 403, 404, 417);
                    assertThat(answer.text()).doesNotContain("X-Store-Id").doesNotContain("Exception");
                }
            }
            assertThat(seen()).allSatisfy(call -> {
                assertThat(call.headers().contains("X-Store-Id")).isFalse();
                assertThat(call.headers().get("X-Request-Id")).matches("req_[0-9a-f-]{36}|a");
                // A folded line may be forwarded as one line.
                call.headers().forEach(passed -> assertThat(passed.getValue()).matches("[^\\p{Cntrl}]*"));
            });
        }

        /** The HTTP server itself refuses these, without the envelope. */
        @ParameterizedTest
        @ValueSource(strings = {"a\rb", "a\u0000b", "a\u0001b", "a\u001b[31m", "a\u007fb"})
        void thatAreControlCharactersAreRefused(String value) {
            assertThat(RawHttp.send(keyed("GET " + BALANCE) + "\r\nX-Request-Id: " + value, new byte[0])
                            .status())
                    .isEqualTo(400);
            assertThat(seen()).isEmpty();
        }
    }

    @Test
    void acceptsAnOrdinaryCall() {
        merchant.calls().get(BALANCE).then().spec(success(200));
    }
}
