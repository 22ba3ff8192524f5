package dev.wearon.testkit;

import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;

/** Installs {@link LeanRequests}. Quarkus loads this class through {@code META-INF/services} and resets REST Assured after each test. */
public final class LeanQuarkusTests implements QuarkusTestBeforeEachCallback {

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        LeanRequests.install();
    }
}
