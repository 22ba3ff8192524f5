package dev.wearon.testkit;

import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestBeforeTestExecutionCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;

/**
 * Installs {@link LeanRequests}. Quarkus loads this class through {@code META-INF/services} and resets REST Assured after each test.
 * It replaces the client and the logging after the first of these callbacks, so there is a second one.
 */
public final class LeanQuarkusTests implements QuarkusTestBeforeEachCallback, QuarkusTestBeforeTestExecutionCallback {

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        LeanRequests.install();
    }

    @Override
    public void beforeTestExecution(QuarkusTestMethodContext context) {
        LeanRequests.install();
    }
}
