package dev.wearon.credits;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every call that moves credits is refused to a wrong caller and changes no row. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class RefusedCallersTest {

    private final UUID store = Calls.newId();
    private final UUID charged = Calls.newId();

    /** The right caller succeeds with this call, and the call changes rows. */
    private record Call(String path, Map<String, Object> body) {}

    private final Call charge =
            new Call("/internal/v1/charges", Map.of("charge_id", Calls.newId(), "amount", 1, "request_id", "r"));
    private final List<Call> callsOfServices = List.of(
            new Call("/internal/v1/stores/%s/charges/%s/release".formatted(store, charged), Map.of("request_id", "r")),
            new Call(
                    "/internal/v1/charges/batch",
                    Map.of(
                            "charges",
                            List.of(Map.of(
                                    "identity",
                                    TestIdentities.store(store),
                                    "charge_id",
                                    Calls.newId(),
                                    "amount",
                                    1,
                                    "request_id",
                                    "r")))),
            new Call(
                    "/internal/v1/releases/batch",
                    Map.of(
                            "releases",
                            List.of(Map.of("store_id", store, "charge_id", Calls.newId(), "request_id", "r")))),
            new Call(
                    "/internal/v1/stores/%s/grants".formatted(store),
                    Map.of("request_id", "r", "amount", 5, "type", "purchase")),
            new Call(
                    "/internal/v1/stores/%s/purchases".formatted(store),
                    Map.of(
                            "request_id", "r",
                            "shopper_email", "ann@shop.example",
                            "order_id", "1001",
                            "credits", 1,
                            "amount_paid", 1.5)));

    @BeforeEach
    void tenCredits() {
        Calls.grant(store, "top-up", 10, "purchase").then().statusCode(201);
    }

    @Test
    void withoutAnIdentity() throws Exception {
        refusesAllCallsOf(given(), 401, "INVALID_API_KEY");
    }

    @Test
    void aStoreIdentitySignedWithAnUnknownKey() throws Exception {
        refusesAllCallsOf(bearing(TestIdentities.storeSignedByAStranger(store)), 401, "INVALID_API_KEY");
    }

    @Test
    void aStoreIdentitySignedByAnotherService() throws Exception {
        refusesAllCallsOf(bearing(TestIdentities.storeForgedBy("generation", store)), 401, "INVALID_API_KEY");
    }

    @Test
    void anExpiredStoreIdentity() throws Exception {
        refusesAllCallsOf(bearing(TestIdentities.storeFor(store, Duration.ofMinutes(-10))), 401, "INVALID_API_KEY");
    }

    @Test
    void aStoreThatCallsAsAService() throws Exception {
        for (Call call : callsOfServices) {
            refuses(call, bearing(TestIdentities.store(store)), 404, "NOT_FOUND");
        }
    }

    @Test
    void aServiceThatCallsAsAStore() throws Exception {
        refuses(charge, bearing(TestIdentities.service("gateway")), 404, "NOT_FOUND");
        refuses(charge, bearing(TestIdentities.service("generation")), 404, "NOT_FOUND");
    }

    /** The refusals prove something only because the right callers succeed with the same calls. */
    @Test
    void acceptsTheRightCallers() {
        Calls.charge(store, charged, 1).then().statusCode(200).body("outcome", is("charged"));
        String service = TestIdentities.service("generation");

        post(charge, bearing(TestIdentities.store(store)))
                .then()
                .statusCode(200)
                .body("outcome", is("charged"));
        post(callsOfServices.get(0), bearing(service)).then().statusCode(200).body("outcome", is("released"));
        post(callsOfServices.get(1), bearing(service))
                .then()
                .statusCode(200)
                .body("answers.outcome", is(List.of("charged")));
        post(callsOfServices.get(2), bearing(service))
                .then()
                .statusCode(200)
                .body("answers.outcome", is(List.of("never_charged")));
        post(callsOfServices.get(3), bearing(service)).then().statusCode(201);
        post(callsOfServices.get(4), bearing(service)).then().statusCode(200).body("outcome", is("processed"));
    }

    private void refusesAllCallsOf(RequestSpecification caller, int status, String code) throws Exception {
        refuses(charge, caller, status, code);
        for (Call call : callsOfServices) {
            refuses(call, caller, status, code);
        }
    }

    private static void refuses(Call call, RequestSpecification caller, int status, String code) throws Exception {
        Map<String, String> before = LedgerDigest.ofAllTables();

        post(call, caller).then().statusCode(status).body("code", is(code));

        assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
    }

    private static Response post(Call call, RequestSpecification caller) {
        return caller.contentType(ContentType.JSON).body(call.body()).post(call.path());
    }

    private static RequestSpecification bearing(String identity) {
        return given().header("Authorization", identity);
    }
}
