package dev.wearon.storage.upkeep;

import static dev.wearon.storage.upkeep.StorageFixture.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.StorageSettings;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.storage.upkeep.Janitor.Counts;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@QuarkusTest
@WithServers
class JanitorTest {

    private static final Duration RETENTION = Duration.ofHours(6);
    private static final Duration GRACE = Duration.ofSeconds(10);

    @Inject
    Janitor janitor;

    @Inject
    Backend backend;

    @ConfigProperty(name = "wearon.storage.data-dir")
    Path dataDir;

    private final UUID store = UUID.randomUUID();
    private StorageFixture storage;

    @BeforeEach
    void begin() {
        storage = new StorageFixture(backend);
        storage.clear();
    }

    @AfterEach
    void end() {
        storage.clear();
    }

    private Upload upload() {
        return Client.upload(store, "image/jpeg", Client.jpeg(500, 1));
    }

    @Test
    void leavesAKeptImageUntilItsStoreIsDeactivated() {
        Upload kept = Client.uploadKept(store, "image/jpeg", Client.jpeg(500, 1));
        StorageFixture.age(RETENTION.multipliedBy(1_000));
        assertThat(await(janitor.runOnce())).isEqualTo(new Counts(0, 0, Duration.ZERO));
        assertThat(Client.rows(kept.path())).isEqualTo(1);

        StorageFixture.setStatus(store, "inactive");
        assertThat(await(janitor.runOnce())).isEqualTo(new Counts(1, 0, Duration.ZERO));
        StorageFixture.age(GRACE);
        await(janitor.runOnce());
        assertThat(storage.blobs()).isEmpty();
    }

    @Test
    void forgetsADeletedResultWhenItWouldHaveExpired() {
        StorageFixture.query(
                "INSERT INTO storage.deleted_results (path, store_id, expires_at) VALUES"
                        + " ('a', ?, now() - interval '1 second'), ('b', ?, now() + interval '1 hour') RETURNING path",
                store,
                store);
        await(janitor.runOnce());
        assertThat(StorageFixture.query("SELECT string_agg(path, ',') FROM storage.deleted_results"))
                .isEqualTo("b");
    }

    @Test
    void deletesTheRowAtExpiryAndTheBytesAfterTheGrace() {
        Upload upload = upload();
        String blob = StorageFixture.blobOf(upload.path());

        StorageFixture.age(RETENTION.minusSeconds(60));
        assertThat(await(janitor.runOnce())).as("not expired yet").isEqualTo(new Counts(0, 0, Duration.ZERO));

        StorageFixture.age(Duration.ofSeconds(60));
        assertThat(await(janitor.runOnce())).isEqualTo(new Counts(1, 0, Duration.ZERO));
        assertThat(StorageFixture.objects()).isZero();
        assertThat(storage.blobs()).as("a read may have begun").containsExactly(blob);

        StorageFixture.age(GRACE);
        Counts counts = await(janitor.runOnce());
        assertThat(counts.deletedBlobs()).isEqualTo(1);
        assertThat(counts.longestWait()).isBetween(GRACE, GRACE.plusSeconds(60));
        assertThat(storage.blobs()).isEmpty();
        assertThat(StorageFixture.removals()).isZero();
    }

    @Test
    void deletesOnlyObjectsThatWereClosedWithTheirStore() {
        UUID other = UUID.randomUUID();
        upload();
        Upload onItsWay = Client.requestUpload(store, "image/jpeg");
        Upload foreign = Client.upload(other, "image/jpeg", Client.jpeg(500, 1));
        StorageFixture.setStatus(store, "inactive");
        Client.put(onItsWay.uploadUrl(), "image/jpeg", Client.jpeg(500, 1))
                .then()
                .statusCode(201);
        assertThat(await(janitor.runOnce()).deletedRows()).isEqualTo(2);

        Client.upload(store, "image/jpeg", Client.jpeg(500, 2));
        StorageFixture.setStatus(store, "active");
        Upload later = upload();
        assertThat(await(janitor.runOnce()).deletedRows())
                .as("arrived while the store was inactive")
                .isEqualTo(1);
        StorageFixture.age(GRACE);
        assertThat(await(janitor.runOnce()).deletedBlobs()).isEqualTo(3);
        assertThat(storage.blobs())
                .isEqualTo(Set.of(StorageFixture.blobOf(foreign.path()), StorageFixture.blobOf(later.path())));
    }

    @Test
    void doesNotReportObjectsRemovedWithTheirStoreAsMissing() {
        UUID session = UUID.randomUUID();
        Client.storeResult(store, session, Client.jpeg(700, 5)).then().statusCode(200);
        String path = "stores/%s/generated/%s.jpg".formatted(store, session);
        for (String status : List.of("inactive", "active")) {
            StorageFixture.setStatus(store, status);
            await(janitor.runOnce());
            assertThat(Client.rows(path)).isZero();
            given().header("Authorization", TestIdentities.service("generation"))
                    .contentType(ContentType.JSON)
                    .body(Map.of("paths", List.of(path)))
                    .post("/internal/v1/objects/missing")
                    .then()
                    .statusCode(200)
                    .body("missing", empty());
        }
    }

    @Test
    void resumesAfterACrash() {
        Instant since = Instant.now().minusSeconds(60);
        String withBytes = storage.writeBlob();
        String withoutBytes = UUID.randomUUID().toString();
        StorageFixture.addRemoval(withBytes, since);
        StorageFixture.addRemoval(withoutBytes, since);
        assertThat(await(janitor.runOnce()).deletedBlobs()).isEqualTo(2);
        assertThat(storage.blobs()).isEmpty();
        assertThat(StorageFixture.removals()).isZero();
    }

    @Test
    @DisabledIfSystemProperty(
            named = StorageSettings.IN_A_BUCKET,
            matches = "true",
            disabledReason = "A bucket has no object that cannot be deleted")
    void deletesOtherBlobsWhenOneCannotBeDeleted() throws Exception {
        Instant since = Instant.now().minusSeconds(60);
        String stuck = "00000000-0000-0000-0000-000000000000";
        Path inTheWay = Files.createDirectories(
                dataDir.resolve("blobs/00").resolve(stuck).resolve("a-file-is-no-folder"));
        try {
            StorageFixture.addRemoval(stuck, since);
            IntStream.range(0, 20).forEach(i -> StorageFixture.addRemoval(storage.writeBlob(), since));
            Counts counts = await(janitor.runOnce());
            assertThat(counts.deletedBlobs()).isEqualTo(20);
            assertThat(counts.longestWait()).isGreaterThan(Duration.ofSeconds(59));
            assertThat(StorageFixture.query("SELECT string_agg(blob, ',') FROM storage.removals"))
                    .isEqualTo(stuck);
        } finally {
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
        }
    }

    @RepeatedTest(2)
    void deletesEachObjectOnceInConcurrentRuns() {
        IntStream.range(0, 40).parallel().forEach(i -> upload());
        UUID closed = UUID.randomUUID();
        Upload mine = Client.upload(closed, "image/jpeg", Client.jpeg(500, 1));
        assertThat(Client.get(mine.imageUrl()).statusCode()).isEqualTo(200);
        StorageFixture.setStatus(closed, "inactive");

        StorageFixture.age(RETENTION);
        assertThat(runConcurrently().mapToInt(Counts::deletedRows).sum()).isEqualTo(41);
        assertThat(StorageFixture.removals()).isEqualTo(41);
        StorageFixture.age(GRACE);
        assertThat(runConcurrently().mapToInt(Counts::deletedBlobs).sum()).isEqualTo(41);
        assertThat(storage.blobs()).isEmpty();
        assertThat(StorageFixture.removals()).isZero();
    }

    /** A run skips the rows that another run has locked. Together the runs must skip no row. */
    private Stream<Counts> runConcurrently() {
        return IntStream.range(0, 4)
                .mapToObj(
                        i -> CompletableFuture.supplyAsync(() -> await(janitor.runOnce()), Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join);
    }
}
