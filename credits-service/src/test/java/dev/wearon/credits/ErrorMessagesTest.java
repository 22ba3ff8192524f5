package dev.wearon.credits;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.testkit.Await;
import dev.wearon.testkit.Garbage;
import dev.wearon.testkit.RawRequest;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** No response to an invalid request contains a class name or a message of a library. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ErrorMessagesTest {

    private static final UUID STORE = Calls.newId();
    private static final String OF_STORE = "/internal/v1/stores/" + STORE;

    @TestHTTPResource("")
    String url;

    @TestHTTPResource(value = "/metrics", management = true)
    String metrics;

    @Test
    void arePlainForInvalidBodies() {
        new Garbage(url, TestIdentities.store(STORE))
                .send(
                        "POST",
                        "/internal/v1/charges",
                        "{\"charge_id\": \"%s\", \"amount\": 1, \"request_id\": \"r\"}".formatted(Calls.newId()));
        Garbage garbage = new Garbage(url, TestIdentities.service("generation"));
        garbage.send("POST", "/internal/v1/charges/lookup", "{\"charge_ids\": [\"%s\"]}".formatted(Calls.newId()));
        garbage.send(
                "POST",
                "/internal/v1/charges/batch",
                "{\"charges\": [{\"identity\": \"Bearer x\", \"charge_id\": \"%s\", \"amount\": 1, \"request_id\": \"r\"}]}"
                        .formatted(Calls.newId()));
        garbage.send(
                "POST",
                "/internal/v1/releases/batch",
                "{\"releases\": [{\"store_id\": \"%s\", \"charge_id\": \"%s\", \"request_id\": \"r\"}]}"
                        .formatted(STORE, Calls.newId()));
        garbage.send("POST", OF_STORE + "/charges/" + Calls.newId() + "/release", "{\"request_id\": \"r\"}");
        garbage.send(
                "POST",
                OF_STORE + "/grants",
                "{\"request_id\": \"r\", \"amount\": 5, \"type\": \"purchase\", \"description\": \"d\"}");
        garbage.send("POST", OF_STORE + "/purchases", """
                {"request_id": "r", "shopper_email": "ann@shop.example", "order_id": "1", "credits": 1,
                 "amount_paid": 1.5, "currency": "EUR"}""");
    }

    @Test
    void arePlainForInvalidParameters() {
        Garbage garbage = new Garbage(url, TestIdentities.service("generation"));
        List.of(
                        "/internal/v1/charges?from=%s",
                        "/internal/v1/charges?before=%s",
                        "/internal/v1/charges?limit=%s&from=2026-01-01T00:00:00Z&before=2026-01-01T00:00:00Z",
                        "/internal/v1/stores/%s/balance",
                        OF_STORE + "/transactions?limit=%s",
                        OF_STORE + "/transactions?cursor=%s",
                        "/internal/v1/ledger/trial-balance?limit=%s",
                        "/internal/v1/ledger/trial-balance?after=%s")
                .forEach(garbage::ask);
    }

    @Test
    void haveTheRequestIdAlsoForCharactersThatAUriMustNotContain() {
        String identity = "Authorization: " + TestIdentities.service("generation");
        int port = URI.create(url).getPort();
        for (String stray : List.of("%", "%zz", "|", "{a}", "^", "`", "\"", "<", ">")) {
            assertThat(RawRequest.send(port, "GET", OF_STORE + "/transactions?x=" + stray, identity))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(RawRequest.send(
                            port, "GET", OF_STORE + "/transactions?limit=" + stray, identity, "X-Request-Id: stray-1"))
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("X-Request-Id: stray-1")
                    .contains("\"message\":\"limit must be a number from 1 to 100.\"");
            assertThat(RawRequest.send(port, "GET", OF_STORE + "/transactions" + stray, "X-Request-Id: stray-2"))
                    .startsWith("HTTP/1.1 404 ")
                    .containsIgnoringCase("X-Request-Id: stray-2")
                    .contains("\"code\":\"NOT_FOUND\"");
        }
    }

    @Test
    void nameTheInvalidParameter() {
        Calls.as(TestIdentities.service("generation"))
                .get("/internal/v1/charges?limit=0&from=2026-01-01T00:00:00Z&before=2026-01-01T00:00:00Z")
                .then()
                .statusCode(400)
                .body("message", is("limit must be greater than or equal to 1."));
        Calls.as(TestIdentities.service("generation"))
                .post("/internal/v1/charges/lookup")
                .then()
                .statusCode(400)
                .body("message", is("The request must not be null."));
    }

    @Test
    void metricsContainNoId() {
        Calls.as(TestIdentities.service("generation"))
                .delete(OF_STORE + "/balance")
                .then()
                .statusCode(405);
        Calls.grant(Calls.newId(), "r", 1, "purchase").then().statusCode(201);
        String counted = Await.until(
                Duration.ofSeconds(10),
                () -> given().get(metrics).asString(),
                text -> text.contains("uri=\"/internal/v1/stores/{store_id}/grants\"")
                        && text.contains("status=\"405\",uri=\"UNKNOWN\""));
        assertThat(counted).doesNotContain(STORE.toString());
    }
}
