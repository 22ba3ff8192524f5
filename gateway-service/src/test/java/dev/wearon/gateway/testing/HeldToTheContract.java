package dev.wearon.gateway.testing;

import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;

/** Found by Quarkus itself: no test of the gateway gets an answer that is not described, and none must ask for that. */
public final class HeldToTheContract implements QuarkusTestBeforeEachCallback {

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        ContractFilter.install(GatewayContract.CONTRACT, uri -> uri.getPort() == RestAssured.port);
    }
}
