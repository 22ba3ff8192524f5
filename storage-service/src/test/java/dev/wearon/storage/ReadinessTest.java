package dev.wearon.storage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.StorageSettings;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.DatabaseFaults;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@QuarkusTest
@WithServers
class ReadinessTest {

    @ConfigProperty(name = "wearon.storage.data-dir")
    Path dataDir;

    @TestHTTPResource(value = "health", management = true)
    String health;

    @Test
    @EnabledIfSystemProperty(named = StorageSettings.IN_A_BUCKET, matches = "true")
    void isUpWhileTheBucketAnswers() {
        assertThat(dataDir).as("a folder of images beside the bucket").doesNotExist();
        get().then().statusCode(200).body("status", is("UP"));
    }

    @Test
    @DisabledIfSystemProperty(
            named = StorageSettings.IN_A_BUCKET,
            matches = "true",
            disabledReason = "With a bucket the folder is not used")
    void isDownWithoutAWritableFolder() throws IOException {
        get().then().statusCode(200).body("status", is("UP"));
        // Root may write anywhere, so the test moves the folder instead of removing permissions.
        Path aside = Files.move(dataDir.resolve("incoming"), dataDir.resolve("aside"));
        try {
            get().then().statusCode(503).body("status", is("DOWN"));
        } finally {
            Files.move(aside, dataDir.resolve("incoming"));
        }
        get().then().statusCode(200);
    }

    @Test
    void isDownWithoutATransactionTimeout() throws Exception {
        new DatabaseFaults("storage", health).keepUnreadyWithoutTheLimit();
    }

    @Test
    void isDownWithoutADatabaseWhileTheServiceIsAlive() throws Exception {
        new DatabaseFaults("storage", health).leaveItAlive();
    }

    private Response get() {
        return given().get(health + "/ready");
    }
}
