package dev.wearon.gateway.door;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.ADMIN_TOKEN;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.testkit.Await;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class FrontDoorTest {

    @TestHTTPResource(value = "/metrics", management = true)
    String metrics;

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
        for (FakeService service : List.of(credits(), generation(), storage())) {
            service.answers(200, "{\"reached\":true}");
        }
    }

    private static void assertNoServiceWasCalled() {
        assertThat(credits().seen()).isEmpty();
        assertThat(generation().seen()).isEmpty();
        assertThat(storage().seen()).isEmpty();
    }

    @Nested
    class Returns404 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/nope",
                    "/demo",
                    "/api",
                    "/api/v1",
                    "/api/v1/nope",
                    "/api/v1/credits",
                    "/api/v1/credits/balance/",
                    "/api/v1/credits/balance/x",
                    "/API/v1/credits/balance",
                    "/internal/v1/charges",
                    "/internal/v1/stores/x/grants",
                    "/api/v1/../internal/v1/charges",
                    "/api/v1/generation/../../../internal/v1/charges",
                    "/api/v1/generation/..%2f..%2f..%2finternal%2fv1%2fcharges",
                    "/api/v1/generation/%2e%2e/%2e%2e/%2e%2e/internal/v1/charges",
                    "/api/v1/generation/%252e%252e%252finternal",
                    "/api/v1/generation/..%5c..%5cinternal",
                    "/api/v1/generation/..;/internal",
                    "/api/v1/generation/x%00",
                    "//internal/v1/charges",
                    "/api/v1//internal/v1/charges",
                    "/stores/../internal/v1/objects/uploads/x",
                    "/stores/x/uploads/../../../internal",
                    "/stores/x/uploads/..%2f..%2f..%2finternal",
                    "/stores/x/other/y",
                    "/stores/x/uploads/y/z",
                    "/docs/../internal/v1/charges",
                    "/docs/..%2finternal",
                    "/q/health",
                    "/q/health/ready",
                    "/q/metrics",
                    "/q/openapi",
                    "/q/dev-ui",
                    "/openapi/x",
                    "/favicon.ico",
                    "/META-INF/openapi.yaml",
                    "http://127.0.0.1/internal/v1/charges"
                })
        void hidesPathsWithoutARoute(String path) {
            var answer = RawHttp.send(
                    "GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + merchant.apiKey(), new byte[0]);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"data\":null,\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"The path was not found.\"}}");
            assertThat(answer.text()).containsIgnoringCase("X-Request-Id: req_");
            assertNoServiceWasCalled();
        }
    }

    @Nested
    class Returns405 {

        @ParameterizedTest
        @CsvSource({
            "GET, /api/v1/generation/create, POST",
            "POST, /api/v1/generation/0190a000-0000-7000-8000-000000000000, GET",
            "DELETE, /api/v1/credits/balance, GET",
            "HEAD, /api/v1/credits/balance, GET",
            "PATCH, /api/v1/storage/downloads, POST",
            "BREW, /api/v1/credits/balance, GET",
            "POST, /docs/, 'GET, HEAD'",
            "DELETE, /openapi, 'GET, HEAD'",
            "POST, /, 'GET, HEAD'",
            "'POST', /stores/x/uploads/y, 'PUT, GET, HEAD'",
        })
        void namesTheAllowedMethods(String method, String path, String allowed) {
            var answer = RawHttp.send(method + " " + path + " HTTP/1.1\r\nHost: x", new byte[0]);
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.text()).containsIgnoringCase("Allow: " + allowed + "\r\n");
            assertThat(answer.body()).contains(method.equals("HEAD") ? "" : "\"code\":\"METHOD_NOT_ALLOWED\"");
            assertNoServiceWasCalled();
        }
    }

    @Nested
    class MalformedRequests {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GARBAGE",
                    "GET  HTTP/1.1\r\nHost: x",
                    "POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nContent-Length: abc",
                    "POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nContent-Length: -1",
                    "POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999",
                    "POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3",
                    "GET /api/v1/credits/balance HTTP/1.1\r\nHost: x\r\nBad Header: y",
                    "OPTIONS * HTTP/1.1\r\nHost: x",
                    "CONNECT internal:80 HTTP/1.1\r\nHost: x",
                })
        void getA4xxWithoutHtmlOrStackTrace(String head) {
            var answer = RawHttp.send(head, new byte[0]);
            assertThat(answer.status()).isBetween(400, 499);
            assertThat(answer.text())
                    .doesNotContainIgnoringCase("<html")
                    .doesNotContain("Exception")
                    .doesNotContain("\tat ");
            assertNoServiceWasCalled();
        }

        @ParameterizedTest
        @ValueSource(strings = {"/api/v1/credits/balance", "/admin/v1/stores", "/docs/", "/nope"})
        void getTheEnvelopeWithoutAHost(String path) {
            String requestId = "hostless-" + UUID.randomUUID();
            var answer = RawHttp.send("GET " + path + " HTTP/1.1\r\nX-Request-Id: " + requestId, new byte[0]);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"data\":null").contains("VALIDATION_ERROR");
            assertThat(answer.text()).containsIgnoringCase("X-Request-Id: " + requestId);
            assertThat(LogFile.holding(requestId).lines().filter(line -> line.contains(requestId)))
                    .noneMatch(line -> line.contains(" ERROR "));
        }

        /** The HTTP server refuses these itself. Slightly too long requests get the envelope. */
        @Test
        void getA4xxForAFarTooLongHeaderOrLine() {
            var header = RawHttp.send(
                    "GET /api/v1/credits/balance HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wk_"
                            + "0".repeat(100_000),
                    new byte[0]);
            assertThat(header.status()).isEqualTo(431);
            assertThat(RawHttp.get("/api/v1/" + "x".repeat(70_000)).status()).isEqualTo(414);
            assertNoServiceWasCalled();
        }
    }

    @Nested
    class RequestIds {

        @Test
        void areKeptIfValidOnEveryKindOfResponse() {
            for (String path :
                    List.of("/api/v1/credits/balance", "/nope", "/docs/", "/", "/openapi", "/admin/v1/stores")) {
                given().header("X-Request-Id", "sane-1")
                        .redirects()
                        .follow(false)
                        .get(path)
                        .then()
                        .header("X-Request-Id", "sane-1");
            }
            var created = Merchant.operator()
                    .header("X-Request-Id", "sane-2")
                    .body("{\"allowed_domains\":[]}")
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId());
            assertThat(created.headers().getValues("X-Request-Id")).containsExactly("sane-2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "with blank", "é", "x\tx"})
        void areGeneratedIfInvalid(String offered) {
            String made = merchant.calls()
                    .header("X-Request-Id", offered)
                    .get("/api/v1/credits/balance")
                    .then()
                    .spec(success(200))
                    .header("X-Request-Id", matchesPattern("req_[0-9a-f-]{36}"))
                    .extract()
                    .header("X-Request-Id");
            assertThat(credits().onlySeen().headers().get("X-Request-Id")).isEqualTo(made);
        }

        @Test
        void areGeneratedIfTooLong() {
            given().header("X-Request-Id", "x".repeat(129))
                    .get("/nope")
                    .then()
                    .header("X-Request-Id", matchesPattern("req_[0-9a-f-]{36}"));
        }
    }

    @Nested
    class Documentation {

        @Test
        void isServedFromThePublicContract() {
            given().redirects().follow(false).get("/").then().statusCode(302).header("Location", equalTo("/docs/"));
            given().get("/docs/").then().statusCode(200).body(containsString("swagger-ui"));
            given().get("/openapi")
                    .then()
                    .statusCode(200)
                    .body(containsString("/api/v1/generation/create"))
                    .body(containsString("/admin/v1/stores/{store_id}/credits"));
        }
    }

    @Nested
    class Logs {

        @Test
        void haveOneLinePerRequestAndNoSecret() {
            String requestId = "log-" + UUID.randomUUID();
            String signature = "sig" + UUID.randomUUID();
            String email = "ann-" + UUID.randomUUID() + "@example.com";
            merchant.calls()
                    .header("X-Request-Id", requestId)
                    .header("x-shopper-email", email)
                    .get("/api/v1/generation/0190a000-0000-7000-8000-000000000000?signature=" + signature)
                    .then()
                    .spec(success(200));
            given().header("Authorization", merchant.apiKey())
                    .queryParam("key", merchant.apiKey())
                    .get("/api/v1/credits/balance")
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
            credits().whileDown(() -> merchant.calls().get("/api/v1/credits/balance"));

            String log = LogFile.holding(requestId);
            assertThat(log.lines().filter(line -> line.contains(requestId)))
                    .singleElement()
                    .asString()
                    .contains(" INFO ")
                    .contains("GET /api/v1/generation/{id} 200 in ")
                    .contains("store_id=" + merchant.storeId());
            assertThat(log)
                    .doesNotContain(merchant.apiKey())
                    .doesNotContain(signature)
                    .doesNotContain(email)
                    .doesNotContain(ADMIN_TOKEN)
                    .doesNotContain("eyJ");
        }

        @Test
        void nameTheReasonAndTheStoreOfARefusal() {
            UUID store = UUID.randomUUID();
            storage().answers(403, "{\"code\": \"SIGNATURE_INVALID\", \"message\": \"It does not fit.\"}");
            assertLogLine(
                    given().body("x"),
                    "PUT",
                    "/stores/" + store + "/uploads/a.png?signature=x",
                    "/stores/{store_id}/uploads/{name} 403 in ",
                    " store_id=" + store + " code=SIGNATURE_INVALID");
            assertLogLine(
                    given(), "GET", "/api/v1/health", "/api/v1/health 401 in ", " store_id=- code=INVALID_API_KEY");
            assertLogLine(
                    given().header("Authorization", "Bearer " + ADMIN_TOKEN).body("{}"),
                    "POST",
                    "/admin/v1/stores/" + store + "/credits",
                    "/admin/v1/stores/{store_id}/credits 400 in ",
                    " store_id=" + store + " code=VALIDATION_ERROR");
            assertLogLine(
                    merchant.calls(),
                    "GET",
                    "/api/v1/health",
                    "/api/v1/health 200 in ",
                    " store_id=" + merchant.storeId());
        }

        private static void assertLogLine(
                RequestSpecification call, String method, String path, String route, String end) {
            String requestId = "log-" + UUID.randomUUID();
            call.header("X-Request-Id", requestId).request(method, path);
            assertThat(LogFile.holding(requestId).lines().filter(line -> line.contains(requestId)))
                    .singleElement()
                    .asString()
                    .contains(method + " " + route)
                    .endsWith(end);
        }
    }

    @Nested
    class Metrics {

        @Test
        void useTheTemplateOfTheRouteAsTheLabel() {
            String typed = "typed-" + UUID.randomUUID();
            String store = UUID.randomUUID().toString();
            Map<String, String> asked = Map.ofEntries(
                    Map.entry("POST /api/v1/generation/create", "/api/v1/generation/create"),
                    Map.entry("GET /api/v1/generation/" + typed, "/api/v1/generation/{id}"),
                    Map.entry("PUT /stores/" + store + "/uploads/" + typed, "/stores/{store_id}/uploads/{name}"),
                    Map.entry("GET /stores/" + store + "/generated/" + typed, "/stores/{store_id}/generated/{name}"),
                    Map.entry("GET /admin/v1/stores", "/admin/v1/stores"),
                    Map.entry("GET /admin/v1/stores/" + store, "/admin/v1/stores/{store_id}"),
                    Map.entry("GET /admin/v1/stores/" + store + "/balance", "/admin/v1/stores/{store_id}/balance"),
                    Map.entry("POST /admin/v1/stores/" + store + "/credits", "/admin/v1/stores/{store_id}/credits"),
                    Map.entry("GET /admin/v1/stores/" + store + "/api-keys", "/admin/v1/stores/{store_id}/api-keys"),
                    Map.entry(
                            "DELETE /admin/v1/stores/" + store + "/api-keys/" + store,
                            "/admin/v1/stores/{store_id}/api-keys/{key_id}"),
                    Map.entry(
                            "POST /admin/v1/stores/" + store + "/api-keys/" + store + "/rotate",
                            "/admin/v1/stores/{store_id}/api-keys/{key_id}/rotate"),
                    Map.entry("PATCH /api/v1/credits/balance", "/api/v1/credits/balance"),
                    Map.entry("GET /docs/" + typed, "/docs/{page}"),
                    Map.entry("GET /admin/v1/" + typed, "/{path}"),
                    Map.entry("GET /" + typed + "/%2e%2e", "/{path}"));
            asked.keySet().forEach(request -> {
                RawHttp.send(request + " HTTP/1.1\r\nHost: x", new byte[0]);
                RawHttp.send(request + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ADMIN_TOKEN, new byte[0]);
            });
            String counted = Await.until(
                    Duration.ofSeconds(10), () -> given().get(metrics).asString(), text -> asked.entrySet().stream()
                            .allMatch(each -> counts(text, each.getKey(), each.getValue())));
            assertThat(counted).doesNotContain(typed, store, "$1");
        }

        private static boolean counts(String metrics, String asked, String template) {
            return metrics.lines()
                    .filter(line -> line.startsWith("http_server_requests_seconds_count{"))
                    .anyMatch(line -> line.contains("method=\"" + asked.split(" ")[0] + "\"")
                            && line.contains("uri=\"" + template + "\""));
        }

        /** Common dashboards expect these names, also for the metrics of the Redis client. */
        @Test
        void haveTheirPublishedNames() {
            merchant.calls().get("/api/v1/credits/balance");
            assertThat(given().get(metrics).asString().lines().filter(line -> !line.startsWith("#")))
                    .allMatch(line ->
                            line.matches("(http|jvm|netty|postgresql|process|redis|sql|system|vertx|wearon|worker)_.*"))
                    .anyMatch(line -> line.startsWith("redis_completed_total{clientName=\"limits\""))
                    .noneMatch(line -> line.startsWith("redis_pool_active"));
        }
    }
}
