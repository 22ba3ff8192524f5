package dev.wearon.credits;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;

import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class IdentityTest {

    private static final String BALANCE = "/api/v1/credits/balance";

    private final UUID storeId = Calls.newId();

    @Test
    void servesAStoreWithAnIdentityOfTheGateway() {
        Calls.as(TestIdentities.store(storeId)).get(BALANCE).then().statusCode(200);
    }

    @Test
    void refusesACallWithoutAnIdentity() {
        given().get(BALANCE).then().statusCode(401).body("code", is("INVALID_API_KEY"));
    }

    @Test
    void refusesAnInvalidToken() {
        Calls.as("Bearer wk_0123456789abcdef0123456789abcdef")
                .get(BALANCE)
                .then()
                .statusCode(401)
                .body("code", is("INVALID_API_KEY"));
    }

    @Test
    void refusesAStoreIdentitySignedByAnotherService() throws Exception {
        UUID victim = Calls.storeWith(5);
        String forged = TestIdentities.storeForgedBy("generation", victim);

        Calls.as(forged).get(BALANCE).then().statusCode(401);
        Calls.as(forged)
                .body(Map.of("charge_id", Calls.newId(), "amount", 1, "request_id", "req_forged"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(401);

        Calls.balance(victim).then().body("balance", is(5));
    }

    @Test
    void hidesABalanceFromAServiceActingAsItself() {
        Calls.as(TestIdentities.service("generation"))
                .get(BALANCE)
                .then()
                .statusCode(404)
                .body("code", is("NOT_FOUND"));
    }

    @Test
    void refusesAChargeByAServiceActingAsItself() {
        Calls.as(TestIdentities.service("generation"))
                .body(Map.of("charge_id", Calls.newId(), "amount", 1, "request_id", "req_service"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(404);
    }

    @Test
    void refusesAReleaseByAStore() throws Exception {
        UUID store = Calls.storeWith(1);
        UUID chargeId = Calls.newId();
        Calls.charge(store, chargeId, 1);

        Calls.as(TestIdentities.store(store))
                .body(Map.of("request_id", "req_greedy"))
                .post("/internal/v1/stores/{store}/charges/{charge}/release", store, chargeId)
                .then()
                .statusCode(404);

        Calls.balance(store).then().body("balance", is(0));
    }

    @Test
    void refusesAGrantByAStore() {
        Calls.as(TestIdentities.store(storeId))
                .body(Map.of("request_id", "req_greedy", "amount", 10, "type", "purchase"))
                .post("/internal/v1/stores/{store}/grants", storeId)
                .then()
                .statusCode(404);

        Calls.balance(storeId).then().body("balance", is(0));
    }
}
