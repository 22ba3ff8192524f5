package dev.wearon.gateway;

import dev.wearon.testkit.DatabaseFaults;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ReadinessTest {

    @TestHTTPResource(value = "health", management = true)
    String health;

    @Test
    void dependsOnAProvisionedDatabase() throws Exception {
        new DatabaseFaults("gateway", health).keepUnreadyWithoutTheLimit();
    }

    @Test
    void staysAliveWithoutADatabase() throws Exception {
        new DatabaseFaults("gateway", health).leaveItAlive();
    }
}
