package dev.wearon.credits;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.wearon.testkit.DatabaseFaults;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ReadinessTest {

    @TestHTTPResource(value = "/health", management = true)
    String health;

    @Test
    void checksTheConnectionPoolThatServesRequests() {
        given().get(health + "/ready")
                .then()
                .statusCode(200)
                .body("status", is("UP"))
                .body("checks.name", hasItem("Reactive PostgreSQL connections health check"));
    }

    @Test
    void isDownWithoutATransactionTimeout() throws Exception {
        new DatabaseFaults("credits", health).keepUnreadyWithoutTheLimit();
    }

    @Test
    void isDownWithoutADatabaseWhileTheServiceIsAlive() throws Exception {
        new DatabaseFaults("credits", health).leaveItAlive();
    }
}
