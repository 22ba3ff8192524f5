package dev.wearon.gateway.stores;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class StoresResourceTest {

    private static final String CHUNKED =
            "POST /admin/v1/stores HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer "
                    + FakeServices.ADMIN_TOKEN;

    private static String newDomain() {
        return "Shop-" + UUID.randomUUID() + ".Example.com";
    }

    @Nested
    class Returns201 {

        @Test
        void createsAnActiveStoreInAbsorbModeWithItsDomainInLowerCase() {
            String domain = newDomain();
            String id = operator()
                    .body(Map.of("shop_domain", domain))
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(201)
                    .contentType(ContentType.JSON)
                    .body("error", nullValue())
                    .body("data.shop_domain", equalTo(domain.toLowerCase()))
                    .body("data.billing_mode", equalTo("absorb_mode"))
                    .body("data.subscription_tier", nullValue())
                    .body("data.status", equalTo("active"))
                    .body("data.created_at", matchesPattern("\\d{4}-\\d\\d-\\d\\dT.*Z"))
                    .body("data.overage_enabled", equalTo(false))
                    .body("data.daily_credit_cap", nullValue())
                    .body("data.low_credits_at", equalTo(20))
                    .body("data.anonymous_per_day", equalTo(200))
                    .body("data.checkout", equalTo("shopify"))
                    .body("data.size()", equalTo(22))
                    .extract()
                    .path("data.store_id");
            assertThat(ask("SELECT shop_domain FROM gateway.stores WHERE id = ?::uuid", id))
                    .isEqualTo(domain.toLowerCase());
        }

        @Test
        void keepsModeTierAndLimits() {
            operator()
                    .body(Map.of(
                            "shop_domain",
                            newDomain(),
                            "billing_mode",
                            "resell_mode",
                            "subscription_tier",
                            "scale",
                            "daily_credit_cap",
                            50,
                            "anonymous_per_day",
                            0,
                            "checkout",
                            "own"))
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(201)
                    .body("data.billing_mode", equalTo("resell_mode"))
                    .body("data.subscription_tier", equalTo("scale"))
                    .body("data.daily_credit_cap", equalTo(50))
                    .body("data.anonymous_per_day", equalTo(0))
                    .body("data.checkout", equalTo("own"));
        }
    }

    @Nested
    class Reads {

        @ParameterizedTest
        @CsvSource({
            "application/x-www-form-urlencoded, */*",
            "text/plain, application/xml",
            "multipart/form-data;boundary=x, text/html",
            "nonsense, nonsense",
        })
        void jsonWithAnyContentTypeAndAccept(String contentType, String accepted) {
            String body = "{\"shop_domain\":\"" + newDomain() + "\"}";
            var answer = RawHttp.send(
                    "POST /admin/v1/stores HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + FakeServices.ADMIN_TOKEN
                            + "\r\nContent-Type: " + contentType + "\r\nAccept: " + accepted
                            + "\r\nContent-Length: " + body.length(),
                    body.getBytes());
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.text()).containsIgnoringCase("Content-Type: application/json");
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{",
                    "null",
                    "[]",
                    "\"shop.example.com\"",
                    "{}",
                    "{\"shop_domain\":null}",
                    "{\"shop_domain\":\"localhost\"}",
                    "{\"shop_domain\":\"https://shop.example.com\"}",
                    "{\"shop_domain\":\"shop.example.com/x\"}",
                    "{\"shop_domain\":\"-shop.example.com\"}",
                    "{\"shop_domain\":\"shop..example.com\"}",
                    "{\"shop_domain\":\"shop.example.com\\n\"}",
                    "{\"shop_domain\":\"a.example.com\",\"billing_mode\":\"free\"}",
                    "{\"shop_domain\":\"a.example.com\",\"subscription_tier\":\"gold\"}",
                    "{\"shop_domain\":\"a.example.com\",\"checkout\":\"elsewhere\"}",
                    "{\"shop_domain\":\"a.example.com\",\"status\":\"active\"}",
                    "{\"shop_domain\":\"a.example.com\",\"shop_domain\":\"b.example.com\"}",
                })
        void refusesAnInvalidStore(String body) {
            String before = ask("SELECT count(*) FROM gateway.stores");
            operator()
                    .body(body)
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(400)
                    .body("data", nullValue())
                    .body("error.code", equalTo("VALIDATION_ERROR"))
                    .body("error.message", notNullValue());
            assertThat(ask("SELECT count(*) FROM gateway.stores")).isEqualTo(before);
        }
    }

    @Nested
    class Returns400NamingTheField {

        @ParameterizedTest
        @CsvSource({"status, active", "store_id, x", "balance, 5", "created_at, x", "shopDomain, a.example.com"})
        void ifItMustNotBeSet(String field, String value) {
            operator()
                    .body(Map.of("shop_domain", newDomain(), field, value))
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_ERROR"))
                    .body("error.message", startsWith(field + " is not a field of this request"));
        }

        @ParameterizedTest
        @CsvSource({"/api-keys, store_id", "/api-keys, key_hash", "/credits, balance", "/credits, storeId"})
        void inOtherRequestBodies(String path, String field) {
            operator()
                    .header("Idempotency-Key", "unknown-field")
                    .body(Map.of(field, 1))
                    .post("/admin/v1/stores/0190a000-0000-7000-8000-000000000000" + path)
                    .then()
                    .statusCode(400)
                    .body("error.message", startsWith(field + " is not a field of this request"));
        }
    }

    @Nested
    class Returns401 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Bearer wrong-token-of-some-length",
                    "bearer " + FakeServices.ADMIN_TOKEN,
                    "Basic " + FakeServices.ADMIN_TOKEN,
                    FakeServices.ADMIN_TOKEN,
                    "Bearer " + FakeServices.ADMIN_TOKEN + "x",
                    "Bearer  " + FakeServices.ADMIN_TOKEN,
                    "Bearer "
                })
        void refusesAnythingButAnAdminToken(String authorization) {
            given().header("Authorization", authorization)
                    .contentType(ContentType.JSON)
                    .body(Map.of("shop_domain", newDomain()))
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(401)
                    .body("data", nullValue())
                    .body("error.code", equalTo("INVALID_API_KEY"));
        }

        @Test
        void refusesAMissingTokenAndTwoOfThem() {
            given().post("/admin/v1/stores").then().statusCode(401);
            given().post("/admin/v1/nothing-here").then().statusCode(401);
            operator()
                    .header("Authorization", "Bearer " + FakeServices.ADMIN_TOKEN)
                    .body(Map.of("shop_domain", newDomain()))
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(401);
        }
    }

    @Nested
    class Returns409 {

        @Test
        void givesADomainToOneOfManyConcurrentRequests() throws Exception {
            String domain = newDomain();
            Callable<Integer> create = () -> operator()
                    .body(Map.of("shop_domain", domain))
                    .post("/admin/v1/stores")
                    .statusCode();
            try (var clients = Executors.newFixedThreadPool(8)) {
                List<Integer> statuses = clients.invokeAll(Collections.nCopies(8, create)).stream()
                        .map(answer -> answer.resultNow())
                        .sorted()
                        .toList();
                assertThat(statuses).containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
            }
            operator()
                    .body(Map.of("shop_domain", domain.toUpperCase()))
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(409)
                    .body("error.code", equalTo("STORE_EXISTS"));
        }
    }

    @Nested
    class Returns405 {

        @Test
        void namesTheAllowedMethods() {
            operator()
                    .delete("/admin/v1/stores")
                    .then()
                    .statusCode(405)
                    .header("Allow", equalTo("GET, POST"))
                    .body("error.code", equalTo("METHOD_NOT_ALLOWED"));
        }
    }

    @Nested
    class Returns413 {

        @Test
        void refusesATooLongBody() {
            String body = "{\"shop_domain\":\"" + "a".repeat(100_000) + "\"}";
            operator()
                    .body(body)
                    .post("/admin/v1/stores")
                    .then()
                    .statusCode(413)
                    .body("error.code", equalTo("PAYLOAD_TOO_LARGE"));
        }

        @Test
        void refusesATooLongChunkedBody() {
            String requestId = "chunked-" + UUID.randomUUID();
            var answer = RawHttp.send(
                    CHUNKED + "\r\nX-Request-Id: " + requestId,
                    ("20000\r\n" + "x".repeat(0x20000) + "\r\n0\r\n\r\n").getBytes());
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("\"data\":null").contains("PAYLOAD_TOO_LARGE");
            assertThat(answer.text()).containsIgnoringCase("X-Request-Id: " + requestId);
            assertThat(LogFile.holding(requestId).lines().filter(line -> line.contains(requestId)))
                    .noneMatch(line -> line.contains(" ERROR "));
        }
    }

    @Test
    void acceptsAChunkedBody() {
        String body = "{\"shop_domain\":\"" + newDomain() + "\"}";
        var answer = RawHttp.send(
                CHUNKED, (Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n").getBytes());
        assertThat(answer.status()).isEqualTo(201);
    }

    @Test
    void sendsContinueForTheBody() {
        String body = "{\"shop_domain\":\"" + newDomain() + "\"}";
        var answer = RawHttp.send(
                "POST /admin/v1/stores HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nAuthorization: Bearer "
                        + FakeServices.ADMIN_TOKEN + "\r\nContent-Length: " + body.length(),
                body.getBytes());
        assertThat(answer.text()).startsWith("HTTP/1.1 100").contains("HTTP/1.1 201");
    }
}
