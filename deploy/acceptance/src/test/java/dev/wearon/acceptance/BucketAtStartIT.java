package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How storage-service starts when its bucket is not there yet, belongs to another suite, or refuses it. */
@Tag("thorough")
class BucketAtStartIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Rig rig;
    private S3Server bucket;

    @BeforeEach
    void prepare() throws IOException {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        bucket = S3Server.in(folder.resolve("s3"), Suite.ROOT);
    }

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void isAwaitedWhenItIsAwayAndRefusedWhenItBelongsToAnother() throws Exception {
        RunningService first = launch(rig.database("storage"), Map.of());
        Await.until(TIMEOUT, () -> health(first, "live"), status -> status == 200);
        assertThat(health(first, "ready")).isEqualTo(503);
        rig.start(bucket);
        Await.until(TIMEOUT, () -> health(first, "ready"), status -> status == 200);

        PostgresAddress another = databaseOfAnotherSuite();
        RunningService second = launch(another, Map.of());
        RunningService refused = launch(another, Map.of("WEARON_STORAGE_S3_SECRET_ACCESS_KEY", "another"));
        RunningService missing = launch(another, Map.of("WEARON_STORAGE_S3_BUCKET", "another"));
        assertRefuses(second, "WEARON_STORAGE_S3_PREFIX", "another suite", "blobs/owner");
        assertRefuses(refused, "WEARON_STORAGE_S3_SECRET_ACCESS_KEY");
        assertRefuses(missing, "WEARON_STORAGE_S3_BUCKET", "another");
        assertThat(health(first, "ready")).isEqualTo(200);

        // As if the suite that used the bucket had been removed.
        Files.delete(bucket.objects().resolve("blobs/owner"));
        RunningService successor = launch(another, Map.of());
        Await.until(TIMEOUT, () -> health(successor, "ready"), status -> status == 200);
    }

    private static int health(RunningService service, String check) {
        return ApiClient.of(service.managementUrl()).get("/q/health/" + check).status();
    }

    /** Ends with one line that explains it. */
    private static void assertRefuses(RunningService service, String... words) throws IOException {
        int exitCode = service.awaitExit(TIMEOUT);
        String log = Files.readString(service.log());
        assertThat(exitCode).as(log).isEqualTo(1);
        assertThat(log).doesNotContain("\tat ");
        assertThat(log.lines().filter(line -> line.startsWith("WEARON_")))
                .singleElement()
                .asString()
                .contains(words);
    }

    private PostgresAddress databaseOfAnotherSuite() throws Exception {
        String password = rig.database("storage").password();
        return Database.layOut(rig.superuser(), "another", Map.of("storage", password))
                .get("storage");
    }

    private RunningService launch(PostgresAddress database, Map<String, String> others) throws IOException {
        Map<String, String> variables = new HashMap<>(ServiceEnvironment.databaseAt(database));
        variables.putAll(bucket.variables());
        variables.putAll(others);
        return rig.launch("storage", variables);
    }
}
