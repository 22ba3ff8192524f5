package dev.wearon.gateway.origins;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;

import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the CORS headers, and which pages may use a key. */
@QuarkusTest
class CrossOriginTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String CREATE = "/api/v1/generation/create";
    private static final String STRANGER = "https://stranger.example";
    private static final String OBJECT = "/stores/" + UUID.randomUUID() + "/uploads/person.png?signature=any";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
        for (FakeService service : List.of(credits(), generation(), storage())) {
            service.answers(200, "{\"reached\":true}");
        }
    }

    private String shop() {
        return "https://" + merchant.shopDomain();
    }

    private RequestSpecification page(String origin) {
        return merchant.calls().header("Origin", origin);
    }

    private static RequestSpecification asking(String method) {
        return given().header("Origin", STRANGER).header("Access-Control-Request-Method", method);
    }

    private static void assertNoServiceWasCalled() {
        assertThat(credits().seen()).isEmpty();
        assertThat(generation().seen()).isEmpty();
        assertThat(storage().seen()).isEmpty();
    }

    private static void readableTo(String origin, Response answer) {
        assertThat(answer.headers().getValues("Access-Control-Allow-Origin")).containsExactly(origin);
        assertThat(answer.headers().getValues("Vary")).containsExactly("Origin");
        assertThat(answer.header("Access-Control-Expose-Headers").split(", "))
                .containsExactlyInAnyOrder(
                        "X-Request-Id",
                        "X-RateLimit-Limit",
                        "X-RateLimit-Remaining",
                        "X-RateLimit-Reset",
                        "RateLimit",
                        "RateLimit-Policy",
                        "Retry-After",
                        "X-Session-Id",
                        "Idempotency-Replayed",
                        "Preference-Applied",
                        "Location",
                        "X-Ignored-Fields");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    }

    private static void readableToNoPage(Response answer) {
        assertThat(answer.headers().asList())
                .noneMatch(header -> header.getName().toLowerCase().startsWith("access-control-"));
        assertThat(answer.headers().getValues("Vary")).containsExactly("Origin");
    }

    @Nested
    class Preflights {

        @ParameterizedTest
        @CsvSource({
            "POST, /api/v1/generation/create, POST,"
                    + " 'Authorization, Content-Type, X-Request-Id, Idempotency-Key, x-shopper-email, Prefer'",
            "GET, /api/v1/generation/0190a000-0000-7000-8000-000000000000, GET, 'Authorization, X-Request-Id, Prefer'",
            "GET, /api/v1/credits/shopper, GET, 'Authorization, X-Request-Id, x-shopper-email'",
            "PATCH, /api/v1/stores/config, 'GET, PATCH', 'Authorization, X-Request-Id, Content-Type'",
            "POST, /api/v1/storage/uploads, POST, 'Authorization, Content-Type, X-Request-Id'",
            "DELETE, /api/v1/credits/balance, GET, 'Authorization, X-Request-Id'",
        })
        void nameMethodsAndHeadersForAnyPage(String method, String path, String methods, String headers) {
            Response answer = asking(method)
                    .header("Access-Control-Request-Headers", "authorization,x-evil")
                    .options(path);
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.asString()).isEmpty();
            readableTo(STRANGER, answer);
            assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo(methods);
            assertThat(answer.header("Access-Control-Allow-Headers"))
                    .isEqualTo(headers + ", If-None-Match, If-Range, traceparent, tracestate, baggage, sentry-trace");
            assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("86400");
            assertThat(answer.header("X-Request-Id")).startsWith("req_");
            assertNoServiceWasCalled();
        }

        @Test
        void needNoDatabase() {
            sql("ALTER ROLE wearon_gateway NOLOGIN");
            try {
                sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wearon_gateway'");
                assertThat(asking("GET").options(BALANCE).statusCode()).isEqualTo(204);
            } finally {
                sql("ALTER ROLE wearon_gateway LOGIN");
            }
        }

        @Test
        void forUnknownPathsAre404() {
            Response answer = asking("GET").options("/api/v1/nope");
            answer.then().spec(refusal(404, "NOT_FOUND"));
            readableTo(STRANGER, answer);
            asking("GET").options("/nope").then().spec(refusal(404, "NOT_FOUND"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "*", "https://shop.example.com/", "https://b\u00fccher.example"})
        void allowNothingForMalformedOrigins(String origin) {
            Response answer = given().header("Origin", origin)
                    .header("Access-Control-Request-Method", "GET")
                    .options(BALANCE);
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
            assertThat(answer.headers().getValues("Vary")).containsExactly("Origin");
        }

        /** Another OPTIONS request is not a preflight and gets only the plain response. */
        @Test
        void requireAnOriginAndAMethod() {
            Response plain = given().options(CREATE);
            assertThat(plain.statusCode()).isEqualTo(204);
            assertThat(plain.header("Allow")).isEqualTo("POST");
            readableToNoPage(plain);
            Response withoutMethod = given().header("Origin", STRANGER).options(CREATE);
            assertThat(withoutMethod.statusCode()).isEqualTo(204);
            assertThat(withoutMethod.header("Allow")).isEqualTo("POST");
            assertThat(withoutMethod.header("Access-Control-Allow-Methods")).isNull();
        }

        @Test
        void mustHaveNoBody() {
            asking("POST").body("x").options(CREATE).then().spec(refusal(400, "VALIDATION_ERROR"));
            var chunked = RawHttp.send(
                    "OPTIONS " + CREATE + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked",
                    "1\r\nx\r\n0\r\n\r\n".getBytes());
            assertThat(chunked.status()).isEqualTo(400);
        }
    }

    @Nested
    class CallsWithAKey {

        @Test
        void aServerNeedsNoOrigin() {
            Response answer = merchant.calls().get(BALANCE);
            answer.then().spec(success(200));
            readableToNoPage(answer);
        }

        @Test
        void anAllowedPageCanReadEveryResponse() {
            Response answer = page(shop()).get(BALANCE);
            answer.then().spec(success(200));
            readableTo(shop(), answer);
            readableTo(shop(), page(shop()).get("/api/v1/health"));

            credits().answers(500, "<html>");
            Response fault = page(shop()).get(BALANCE);
            fault.then().spec(refusal(500, "INTERNAL_ERROR"));
            readableTo(shop(), fault);
            credits().answers(429, "{\"code\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"No.\"}");
            readableTo(
                    shop(), page(shop()).noFiltersOfType(ContractFilter.class).get(BALANCE));
            credits().whileDown(() -> {
                Response unreachable = page(shop()).get(BALANCE);
                unreachable.then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
                readableTo(shop(), unreachable);
            });
            Response large = page(shop()).body("x".repeat(70_000)).post(CREATE);
            large.then().spec(refusal(413, "PAYLOAD_TOO_LARGE"));
            readableTo(shop(), large);
            Response wrong = page(shop()).body("{}").patch("/api/v1/stores/config");
            wrong.then().spec(refusal(400, "VALIDATION_ERROR"));
            readableTo(shop(), wrong);
            Response method = page(shop()).delete(BALANCE);
            method.then().spec(refusal(405, "METHOD_NOT_ALLOWED"));
            readableTo(shop(), method);
        }

        @Test
        void anotherPageIsRefusedAndCanReadNothing() {
            for (String origin : List.of(
                    STRANGER,
                    "null",
                    "",
                    shop() + "/",
                    shop() + ":443",
                    shop().replace("https", "http"),
                    shop().toUpperCase(),
                    shop() + ", " + shop())) {
                Response answer = page(origin).get(BALANCE);
                answer.then().spec(refusal(403, "DOMAIN_MISMATCH"));
                readableToNoPage(answer);
            }
            page(STRANGER).patch("/api/v1/stores/config").then().spec(refusal(403, "DOMAIN_MISMATCH"));
            page(shop()).header("Origin", shop()).get(BALANCE).then().spec(refusal(403, "DOMAIN_MISMATCH"));
            assertNoServiceWasCalled();
        }

        @Test
        void anAllowedPageMayBeWrittenInAnotherForm() {
            String apiKey = Merchant.operator()
                    .body(Map.of("allowed_domains", List.of("https://B\u00dcCHER.example:443/", "https://a.example/")))
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .spec(success(201))
                    .body("data.allowed_domains", contains("https://xn--bcher-kva.example", "https://a.example"))
                    .extract()
                    .path("data.api_key");
            for (String sent : List.of("https://xn--bcher-kva.example", "https://a.example")) {
                Response answer = given().header("Authorization", "Bearer " + apiKey)
                        .header("Origin", sent)
                        .get(BALANCE);
                answer.then().spec(success(200));
                readableTo(sent, answer);
            }
        }

        /** An earlier version stored the origins as they were written. */
        @Test
        void anAllowedPageMayHaveBeenStoredInAnotherForm() {
            merchant = Merchant.inAbsorbMode();
            sql(
                    "UPDATE gateway.store_api_keys SET allowed_domains = ARRAY[?] WHERE id = ?::uuid",
                    shop() + ":443",
                    merchant.keyId().toString());
            Response answer = page(shop()).get(BALANCE);
            answer.then().spec(success(200));
            readableTo(shop(), answer);
            Merchant.operator()
                    .get("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .spec(success(200))
                    .body("data.keys[0].allowed_domains", contains(shop()));
        }

        @Test
        void noPageCanUseAKeyWithoutDomains() {
            String serversOnly = Merchant.operator()
                    .body("{\"allowed_domains\":[]}")
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .path("data.api_key");
            given().header("Authorization", "Bearer " + serversOnly)
                    .get(BALANCE)
                    .then()
                    .spec(success(200));
            credits().answers(200, "{}");
            given().header("Authorization", "Bearer " + serversOnly)
                    .header("Origin", shop())
                    .get(BALANCE)
                    .then()
                    .spec(refusal(403, "DOMAIN_MISMATCH"));
            assertNoServiceWasCalled();
        }
    }

    /** The key is not verified yet, so every page can read that it is wrong. */
    @Test
    void everyPageCanReadA401() {
        Response answer = given().header("Origin", STRANGER).get(BALANCE);
        answer.then().spec(refusal(401, "INVALID_API_KEY"));
        readableTo(STRANGER, answer);
        Response sandboxed = given().header("Origin", "null").get(BALANCE);
        sandboxed.then().spec(refusal(401, "INVALID_API_KEY"));
        readableToNoPage(sandboxed);
    }

    @Test
    void everyPageCanReadARefusalOfTheRouter() {
        var answer = RawHttp.send("GET " + BALANCE + " HTTP/1.1\r\nOrigin: " + STRANGER, new byte[0]);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).containsIgnoringCase("Access-Control-Allow-Origin: " + STRANGER);
    }

    @Nested
    class SignedUrls {

        private static void readableToAll(Response answer) {
            assertThat(answer.headers().getValues("Access-Control-Allow-Origin"))
                    .containsExactly("*");
            assertThat(answer.header("Access-Control-Expose-Headers"))
                    .contains("ETag", "Content-Range", "Content-Length", "Accept-Ranges");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
            assertThat(answer.header("Vary")).isNull();
        }

        @Test
        void areReadableForEveryPage() {
            storage().behaves((request, body) -> request.response()
                    .putHeader("Content-Type", "image/png")
                    // CORS headers of storage are not forwarded.
                    .putHeader("Access-Control-Allow-Origin", "https://storage.example")
                    .putHeader("Vary", "X-Internal")
                    .end("bytes"));
            readableToAll(given().header("Origin", STRANGER).get(OBJECT));
            readableToAll(given().get(OBJECT));
            readableToAll(given().noFiltersOfType(ContractFilter.class)
                    .body("bytes")
                    .header("Origin", STRANGER)
                    .put(OBJECT));
            storage().answers(403, "{\"code\":\"URL_EXPIRED\",\"message\":\"The URL has expired.\"}");
            Response expired = given().header("Origin", STRANGER).get(OBJECT);
            expired.then().spec(refusal(403, "URL_EXPIRED"));
            readableToAll(expired);
        }

        @Test
        void allowAnUploadFromAPage() {
            Response answer = asking("PUT")
                    .header("Access-Control-Request-Headers", "content-type")
                    .options(OBJECT);
            assertThat(answer.statusCode()).isEqualTo(204);
            readableToAll(answer);
            assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("PUT, GET, HEAD");
            assertThat(answer.header("Access-Control-Allow-Headers"))
                    .contains(
                            "Content-Type",
                            "Content-MD5",
                            "Range",
                            "If-Match",
                            "If-None-Match",
                            "If-Range",
                            "sentry-trace")
                    .doesNotContain("Authorization");
            assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("86400");
            assertNoServiceWasCalled();
        }
    }

    /** The admin API is not for browsers, and the documentation is only for its own pages. */
    @ParameterizedTest
    @ValueSource(strings = {"/admin/v1/stores", "/docs/", "/openapi", "/nope"})
    void allOtherPathsAreNotReadable(String path) {
        for (Response answer : List.of(
                Merchant.operator().header("Origin", STRANGER).get(path),
                asking("GET").options(path),
                Merchant.operator()
                        .header("Origin", STRANGER)
                        .header("Access-Control-Request-Method", "GET")
                        .options(path))) {
            assertThat(answer.headers().asList())
                    .noneMatch(header -> header.getName().toLowerCase().startsWith("access-control-"));
            assertThat(answer.statusCode()).isNotEqualTo(204);
        }
    }
}
