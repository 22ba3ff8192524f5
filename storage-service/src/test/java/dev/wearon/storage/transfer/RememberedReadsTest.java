package dev.wearon.storage.transfer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.StorageSettings;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Reads with the default memory of a second, which the other tests turn off. It starts a service with a database of its own,
 * which the bucket of the other tests would refuse.
 */
@QuarkusTest
@DisabledIfSystemProperty(named = StorageSettings.IN_A_BUCKET, matches = "true")
@WithServers
@TestProfile(RememberedReadsTest.Remembering.class)
class RememberedReadsTest {

    private static final Duration MEMORY = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    public static final class Remembering implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("wearon.storage.remember-objects", "1s");
        }
    }

    @Inject
    Backend backend;

    @ConfigProperty(name = "wearon.storage.data-dir")
    Path dataDir;

    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    private final UUID store = UUID.randomUUID();
    private Upload upload;

    @BeforeEach
    void upload() {
        upload = Client.upload(store, "image/jpeg", Client.jpeg(500, 1));
    }

    private int read() {
        return Client.get(upload.imageUrl()).statusCode();
    }

    private void deactivate() {
        String now = Instant.now().toString();
        given().header("Authorization", TestIdentities.service("gateway"))
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "event_id",
                        UUID.randomUUID(),
                        "status",
                        "inactive",
                        "status_changed_at",
                        now,
                        "changed_at",
                        now))
                .post("/internal/v1/stores/{store}/state", store)
                .then()
                .statusCode(200);
    }

    @Test
    void askTheDatabaseOnceASecond() {
        try (var queries = postgres.on(upload.path()).count()) {
            Instant begun = Instant.now();
            for (int i = 0; i < 50; i++) {
                assertThat(read()).isEqualTo(200);
            }
            long seconds = Duration.between(begun, Instant.now()).toSeconds();
            assertThat(queries.matched()).isBetween(1, (int) seconds + 2);
        }
    }

    @Test
    void endWithinASecondOfARemoval() {
        assertThat(read()).isEqualTo(200);
        Client.deleteRow(upload.path());
        Instant removed = Instant.now();
        assertThat(lastSuccess()).isBefore(removed.plus(MEMORY));
    }

    @Test
    void endAtOnceWhenTheStoreIsDeactivated() {
        assertThat(read()).isEqualTo(200);
        deactivate();
        assertThat(read()).isEqualTo(404);
    }

    /** The answer of the database is older than the change, and arrives after it. */
    @Test
    void areNotRememberedAcrossAChangeOfTheStore() {
        try (var late = postgres.on(upload.path()).once().holdReply()) {
            CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(this::read, Thread::startVirtualThread);
            late.awaitMatched(1);
            deactivate();
            late.close();
            assertThat(reading.join()).isIn(200, 404);
        }
        assertThat(read()).isEqualTo(404);
    }

    @Test
    void endExactlyWhenTheObjectExpires() {
        Client.age(upload.path(), Duration.ofHours(6).minusMillis(700));
        Instant aged = Instant.now();
        assertThat(lastSuccess()).isBefore(aged.plusMillis(700));
    }

    /** Reads until there is nothing more, and returns when the last successful read began; the far past without one. */
    private Instant lastSuccess() {
        AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);
        Await.until(
                TIMEOUT,
                () -> {
                    Instant begun = Instant.now();
                    int status = read();
                    if (status == 200) {
                        last.set(begun);
                    }
                    return status;
                },
                status -> status == 404);
        return last.get();
    }

    @Test
    void beginAtOnceAfterAnUpload() {
        Upload late = Client.requestUpload(store, "image/jpeg");
        assertThat(Client.get(late.imageUrl()).statusCode()).isEqualTo(404);
        Client.put(late.uploadUrl(), "image/jpeg", Client.jpeg(100, 2)).then().statusCode(201);
        assertThat(Client.get(late.imageUrl()).statusCode()).isEqualTo(200);
    }

    @Test
    void areNotFoundWithoutTheirBytes() {
        assertThat(read()).isEqualTo(200);
        String blob = Client.deleteRow(upload.path()).orElseThrow();
        backend.delete(blob).await().atMost(TIMEOUT);
        assertThat(read()).isEqualTo(404);
    }

    /** A link to itself simulates a failing disk, because it cannot be opened. */
    @Test
    void areUnavailableWithoutAReadableFile() throws IOException {
        int size = 200_123;
        Upload unreadable = Client.upload(store, "image/jpeg", Client.jpeg(size, 1));
        assertThat(Client.get(unreadable.imageUrl()).statusCode()).isEqualTo(200);
        Path file = file(size);
        Files.delete(file);
        Files.createSymbolicLink(file, file);
        Client.get(unreadable.imageUrl())
                .then()
                .statusCode(503)
                .body("code", equalTo("SERVICE_UNAVAILABLE"))
                .header("Retry-After", "2");
        Files.delete(file);
    }

    /** A directory exists and cannot be opened, also by root. The head is prepared by then, so only the connection can say it. */
    @Test
    void endAtOnceIfTheFileExistsAndCannotBeOpened() throws IOException {
        int size = 200_321;
        Upload unopened = Client.upload(store, "image/jpeg", Client.jpeg(size, 1));
        assertThat(Client.get(unopened.imageUrl()).statusCode()).isEqualTo(200);
        Path file = file(size);
        Files.delete(file);
        Files.createDirectory(file);
        assertTimeoutPreemptively(TIMEOUT, () -> assertThatThrownBy(() -> Client.get(unopened.imageUrl()))
                .isInstanceOf(IOException.class));
        Files.delete(file);
    }

    private Path file(int size) throws IOException {
        try (var files = Files.walk(dataDir)) {
            return files.filter(it -> it.toFile().length() == size).findFirst().orElseThrow();
        }
    }

    /** A disk may lose bytes of a file that was complete a moment ago. */
    @Test
    void neverLookCompleteWithoutAllBytes() throws IOException {
        int size = 300_123;
        Upload large = Client.upload(store, "image/jpeg", Client.jpeg(size, 1));
        assertThat(Client.get(large.imageUrl()).asByteArray()).hasSize(size);
        try (FileChannel channel = FileChannel.open(file(size), StandardOpenOption.WRITE)) {
            channel.truncate(1_000);
        }
        URI url = URI.create(Client.local(large.imageUrl()));
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream()
                    .write("GET %s?%s HTTP/1.1\r\nHost: x\r\n\r\n"
                            .formatted(url.getRawPath(), url.getRawQuery())
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            if (!answer.equals("HTTP/1.1 404")) {
                assertThat(answer).isEqualTo("HTTP/1.1 200");
                // The end of the stream comes instead of the missing bytes.
                assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(10_000);
            }
        }
    }
}
