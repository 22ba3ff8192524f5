package dev.wearon.gateway.merchant;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthResourceTest {

    @Test
    void namesTheStoreOfTheKey() {
        Merchant merchant = Merchant.inAbsorbMode();
        merchant.calls()
                .get("/api/v1/health")
                .then()
                .spec(success(200))
                .body("data.size()", equalTo(4))
                .body("data.status", equalTo("ok"))
                .body("data.store_id", equalTo(merchant.storeId().toString()))
                .body("data.timestamp", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z"));
    }

    @Test
    void refusesARequestWithoutAKey() {
        given().get("/api/v1/health").then().spec(refusal(401, "INVALID_API_KEY"));
    }
}
