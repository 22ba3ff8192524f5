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

/** Every call that moves credits, by everybody who may not make it: refused, and not a byte of the ledger changes. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class RefusedCallersTest {

    private final UUID store = Calls.newId();
    private final UUID charged = Calls.newId();

    /** A call that would succeed and change something if the right one made it. */
    private record Move(String path, Map<String, Object> body) {}

    private final Move charge =
            new Move("/internal/v1/charges", Map.of("charge_id", Calls.newId(), "amount", 1, "request_id", "r"));
    private final List<Move> movesOfServices = List.of(
            new Move("/internal/v1/stores/%s/charges/%s/release".formatted(store, charged), Map.of("request_id", "r")),
            new Move(
                    "/internal/v1/stores/%s/grants".formatted(store),
                    Map.of("request_id", "r", "amount", 5, "type", "purchase")),
            new Move(
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
    void nobody() throws Exception {
        refusesEverythingOf(given(), 401, "INVALID_API_KEY");
    }

    @Test
    void aStrangerWithAKeyOfHisOwn() throws Exception {
        refusesEverythingOf(bearing(TestIdentities.storeSignedByAStranger(store)), 401, "INVALID_API_KEY");
    }

    @Test
    void aStoreForgedByAnotherService() throws Exception {
        refusesEverythingOf(bearing(TestIdentities.storeForgedBy("generation", store)), 401, "INVALID_API_KEY");
    }

    @Test
    void aStoreWhoseIdentityHasEnded() throws Exception {
        refusesEverythingOf(bearing(TestIdentities.storeFor(store, Duration.ofMinutes(-10))), 401, "INVALID_API_KEY");
    }

    @Test
    void aStoreWhereServicesAct() throws Exception {
        for (Move move : movesOfServices) {
            refuses(move, bearing(TestIdentities.store(store)), 404, "NOT_FOUND");
        }
    }

    @Test
    void aServiceWhereStoresAct() throws Exception {
        refuses(charge, bearing(TestIdentities.service("gateway")), 404, "NOT_FOUND");
        refuses(charge, bearing(TestIdentities.service("generation")), 404, "NOT_FOUND");
    }

    /** Each of these moves is one that the right caller makes with success, else its refusal would say nothing. */
    @Test
    void notTheRightOnes() {
        Calls.charge(store, charged, 1).then().statusCode(200).body("outcome", is("charged"));
        String service = TestIdentities.service("generation");

        post(charge, bearing(TestIdentities.store(store)))
                .then()
                .statusCode(200)
                .body("outcome", is("charged"));
        post(movesOfServices.get(0), bearing(service)).then().statusCode(200).body("outcome", is("released"));
        post(movesOfServices.get(1), bearing(service)).then().statusCode(201);
        post(movesOfServices.get(2), bearing(service)).then().statusCode(200).body("outcome", is("processed"));
    }

    private void refusesEverythingOf(RequestSpecification caller, int status, String code) throws Exception {
        refuses(charge, caller, status, code);
        for (Move move : movesOfServices) {
            refuses(move, caller, status, code);
        }
    }

    private static void refuses(Move move, RequestSpecification caller, int status, String code) throws Exception {
        Map<String, String> before = LedgerDigest.ofAllTables();

        post(move, caller).then().statusCode(status).body("code", is(code));

        assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
    }

    private static Response post(Move move, RequestSpecification caller) {
        return caller.contentType(ContentType.JSON).body(move.body()).post(move.path());
    }

    private static RequestSpecification bearing(String identity) {
        return given().header("Authorization", identity);
    }
}
