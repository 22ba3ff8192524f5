package dev.wearon.gateway.testing;

import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;

/** Checks every response in the tests against the contract. Quarkus discovers this callback, so tests need not enable it. */
public final class HeldToTheContract implements QuarkusTestBeforeEachCallback {

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        ContractFilter.install(GatewayContract.CONTRACT, uri -> uri.getPort() == RestAssured.port);
    }
}
