package dev.wearon.acceptance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What storage-service makes of its bucket when it starts: not there yet, another suite's, or refused. */
class BucketAtStartIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private final List<Process> running = new ArrayList<>();

    @AfterEach
    void end() {
        running.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        });
    }

    /** A service that is starting, and where its log is. */
    private record Starting(ServiceProgram program, Process process, Path log) {

        int status(String check) {
            try {
                URI url = URI.create("http://127.0.0.1:%d/q/health/%s".formatted(program.managementPort(), check));
                return CLIENT.send(
                                HttpRequest.newBuilder(url)
                                        .timeout(Duration.ofSeconds(5))
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
            } catch (IOException notYet) {
                return 0;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        /** What it says when it gives up: one line, and nothing behind it. */
        void refuses(String... words) throws Exception {
            assertThat(process.waitFor(PATIENCE.toSeconds(), SECONDS)).isTrue();
            String said = Files.readString(log);
            assertThat(process.exitValue()).as(said).isEqualTo(1);
            assertThat(said).doesNotContain("\tat ");
            assertThat(said.lines().filter(line -> line.startsWith("WEARON_")))
                    .singleElement()
                    .asString()
                    .contains(words);
        }
    }

    @Test
    void isWaitedForWhenItIsAwayAndRefusedWhenItIsNotOurs() throws Exception {
        IdentityKeys keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        Postgres postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        running.add(postgres.start(folder.resolve("postgres.log"), PATIENCE));
        S3Server bucket = new S3Server(
                Suite.ROOT.resolve("deploy/local/target/s3proxy/s3proxy.jar"), folder.resolve("s3"), Ports.free());

        Starting first = start("first", database(postgres, "one"), bucket, keys, Map.of());
        Await.until(PATIENCE, () -> first.status("live"), status -> status == 200);
        assertThat(first.status("ready")).isEqualTo(503);
        running.add(bucket.start(folder.resolve("s3.log"), PATIENCE));
        Await.until(PATIENCE, () -> first.status("ready"), status -> status == 200);

        PostgresAddress another = database(postgres, "two");
        Starting second = start("second", another, bucket, keys, Map.of());
        Starting refused =
                start("refused", another, bucket, keys, Map.of("WEARON_STORAGE_S3_SECRET_ACCESS_KEY", "another"));
        Starting missing = start("missing", another, bucket, keys, Map.of("WEARON_STORAGE_S3_BUCKET", "another"));
        second.refuses("WEARON_STORAGE_S3_PREFIX", "another suite", "blobs/owner");
        refused.refuses("WEARON_STORAGE_S3_SECRET_ACCESS_KEY");
        missing.refuses("WEARON_STORAGE_S3_BUCKET", "another");
        assertThat(first.status("ready")).isEqualTo(200);

        // The suite that had the bucket is no more.
        Files.delete(folder.resolve("s3/objects").resolve(S3Server.BUCKET).resolve("blobs/owner"));
        Starting heir = start("heir", another, bucket, keys, Map.of());
        Await.until(PATIENCE, () -> heir.status("ready"), status -> status == 200);
    }

    private static PostgresAddress database(Postgres postgres, String name) throws Exception {
        return Database.layOut(postgres.address(), name, Map.of("storage", "test"))
                .get("storage");
    }

    private Starting start(
            String name, PostgresAddress database, S3Server bucket, IdentityKeys keys, Map<String, String> others)
            throws IOException {
        int port = Ports.free();
        int managementPort = Ports.free();
        Map<String, String> variables = new HashMap<>(Map.of(
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                "WEARON_DB_URL", database.url(),
                "WEARON_DB_USERNAME", database.user(),
                "WEARON_DB_PASSWORD", database.password(),
                "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString(),
                "WEARON_PUBLIC_URL", "http://127.0.0.1:" + port,
                "WEARON_STORAGE_SIGNING_KEY", GenerationProcesses.SIGNING_KEY,
                "JAVA_TOOL_OPTIONS", Suite.FAST_START));
        bucket.settings()
                .forEach((setting, value) ->
                        variables.put(setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT), value));
        variables.putAll(others);
        ServiceProgram program = new ServiceProgram(
                "storage-service",
                Suite.ROOT.resolve("storage-service/target/quarkus-app"),
                port,
                managementPort,
                StorageProcess.HEAP_MB,
                variables);
        Path log = folder.resolve(name + ".log");
        Process process = program.command()
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        running.add(process);
        return new Starting(program, process, log);
    }
}
