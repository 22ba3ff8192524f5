package dev.wearon.storage.upkeep;

import static dev.wearon.storage.upkeep.StorageFixture.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendRefused;
import dev.wearon.storage.catalog.Removals;
import dev.wearon.storage.ownership.Ownership;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.MovableClock;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class OrphansResourceTest {

    /** A blob of this age can be an orphan; an object of this age has not expired. */
    private static final Duration OVER_AN_HOUR = Duration.ofMinutes(61);

    @Inject
    OrphanRemoval removal;

    @Inject
    Ownership ownership;

    @Inject
    OrphanSearch search;

    @Inject
    Removals removals;

    @Inject
    UpkeepConfig config;

    @Inject
    Janitor janitor;

    @Inject
    Clock clock;

    @Inject
    Backend backend;

    private final UUID store = UUID.randomUUID();
    private StorageFixture storage;

    @BeforeEach
    void begin() {
        storage = new StorageFixture(backend);
        storage.clear();
    }

    @AfterEach
    void resetTheClock() {
        move(Duration.ZERO);
        storage.clear();
    }

    private void move(Duration by) {
        ((MovableClock) clock).move(by);
    }

    private Upload upload() {
        return Client.upload(store, "image/jpeg", Client.jpeg(500, 1));
    }

    private static Response get() {
        return given().header("Authorization", TestIdentities.service("gateway"))
                .get("/internal/v1/storage/orphans");
    }

    private static JsonNode report() {
        return get().then().statusCode(200).extract().as(JsonNode.class);
    }

    private static Map<String, Object> firstWithoutBytes(JsonNode report) {
        return new ObjectMapper()
                .convertValue(report.at("/objects_without_bytes/items/0"), new TypeReference<Map<String, Object>>() {});
    }

    @Nested
    class Returns200 {

        @Test
        void findsNoOrphanOnAHealthySystem() {
            IntStream.range(0, 15).forEach(i -> upload());
            StorageFixture.addRemoval(storage.writeBlob(), Instant.now());
            move(OVER_AN_HOUR);
            JsonNode report = report();
            assertThat(report.path("orphans").asLong(-1)).isZero();
            assertThat(report.path("objects").asLong(-1)).isEqualTo(15);
            assertThat(report.path("blobs").asLong(-1)).isEqualTo(16);
            assertThat(await(removal.runOnce())).isEqualTo(new OrphanRemoval.Counts(0, 0));
        }

        @Test
        void ignoresABlobYoungerThanAnHour() {
            String onItsWay = storage.writeBlob();
            move(Duration.ofMinutes(59));
            assertThat(report().path("orphans").asLong(-1)).isZero();
            await(removal.runOnce());
            assertThat(storage.blobs()).containsExactly(onItsWay);
        }

        @Test
        void reportsBothKindsAndRemovesThem() {
            Upload whole = upload();
            Upload lost = upload();
            String blob = StorageFixture.blobOf(lost.path());
            await(backend.delete(blob));
            String orphan = storage.writeBlob();
            move(OVER_AN_HOUR);

            JsonNode report = report();
            assertThat(report.path("orphans").asLong(-1)).isEqualTo(2);
            assertThat(report.at("/objects_without_bytes/count").asLong(-1)).isEqualTo(1);
            Map<String, Object> item = firstWithoutBytes(report);
            assertThat(item).containsOnlyKeys("path", "store_id", "created_at", "size_bytes", "found_bytes");
            assertThat(item).containsEntry("size_bytes", 500).containsEntry("found_bytes", 0);
            assertThat(item).containsEntry("path", lost.path()).containsEntry("store_id", store.toString());
            assertThat(report.at("/blobs_without_object/count").asLong(-1)).isEqualTo(1);
            assertThat(report.at("/blobs_without_object/items/0/name").asText()).isEqualTo(orphan);
            assertThat(Instant.parse(report.at("/blobs_without_object/items/0/written_at")
                            .asText()))
                    .isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(storage.blobs()).as("a report changes nothing").contains(orphan);

            assertThat(await(removal.runOnce())).isEqualTo(new OrphanRemoval.Counts(2, 2));
            assertThat(report().path("orphans").asLong(-1)).isZero();
            assertThat(storage.blobs()).isEqualTo(Set.of(StorageFixture.blobOf(whole.path())));
            assertThat(Client.rows(lost.path())).isZero();
        }

        /** An incomplete copy, or a disk that loses a confirmed write, truncates bytes. */
        @Test
        void removesAnObjectWhoseBytesAreTruncated() {
            Upload truncated = upload();
            Upload whole = upload();
            String blob = StorageFixture.blobOf(truncated.path());
            await(backend.delete(blob));
            await(backend.write(blob, 5, Multi.createFrom().item(Buffer.buffer("bytes"))));

            // Half an image must not look like a complete one.
            Client.get(truncated.imageUrl()).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
            JsonNode report = report();
            assertThat(report.path("orphans").asLong(-1)).isEqualTo(1);
            assertThat(firstWithoutBytes(report))
                    .containsEntry("path", truncated.path())
                    .containsEntry("size_bytes", 500)
                    .containsEntry("found_bytes", 5);

            assertThat(await(removal.runOnce())).isEqualTo(new OrphanRemoval.Counts(1, 1));
            assertThat(Client.rows(truncated.path())).isZero();
            StorageFixture.age(Duration.ofSeconds(11));
            await(janitor.runOnce());
            assertThat(storage.blobs()).isEqualTo(Set.of(StorageFixture.blobOf(whole.path())));
            assertThat(report().path("orphans").asLong(-1)).isZero();
        }

        /** For example, a restored database and the running suite may share a folder or bucket. */
        @Test
        void removesNothingOfAnotherSuite() {
            String orphan = storage.writeBlob();
            move(OVER_AN_HOUR);
            String suite = StorageFixture.query("SELECT id FROM storage.suite");
            StorageFixture.query("UPDATE storage.suite SET id = gen_random_uuid() RETURNING id");
            try {
                assertThatThrownBy(() -> await(removal.runOnce()))
                        .isInstanceOf(BackendRefused.class)
                        .hasMessageContaining("owner")
                        .hasMessageContaining(suite);
                Upload upload = Client.requestUpload(store, "image/jpeg");
                Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(500, 1))
                        .then()
                        .statusCode(503);
                assertThat(Client.rows(upload.path())).isZero();
                assertThat(storage.blobs()).containsExactly(orphan);
            } finally {
                StorageFixture.query("UPDATE storage.suite SET id = ?::uuid RETURNING id", suite);
            }
            assertThat(await(removal.runOnce())).isEqualTo(new OrphanRemoval.Counts(1, 1));
        }

        @Test
        void ignoresForeignFiles() {
            String foreign = "report-of-another-program.0f";
            await(backend.write(foreign, 5, Multi.createFrom().item(Buffer.buffer("bytes"))));
            move(OVER_AN_HOUR);
            assertThat(report().path("orphans").asLong(-1)).isZero();
            assertThat(await(removal.runOnce())).isEqualTo(new OrphanRemoval.Counts(0, 0));
            assertThat(storage.blobs()).containsExactly(foreign);
        }

        @Test
        void removesOtherBlobsWhenOneCannotBeDeleted() {
            List<String> orphans =
                    IntStream.range(0, 40).mapToObj(i -> storage.writeBlob()).toList();
            IntStream.range(0, 41).parallel().forEach(i -> upload());
            String stuck = orphans.getFirst();
            Backend partlyStuck = (Backend) Proxy.newProxyInstance(
                    Backend.class.getClassLoader(),
                    new Class<?>[] {Backend.class},
                    (proxy, method, values) -> method.getName().equals("delete") && values[0].equals(stuck)
                            ? Uni.createFrom().failure(new IOException("It is stuck"))
                            : method.invoke(backend, values));
            move(OVER_AN_HOUR);
            var removing = new OrphanRemoval(
                    ownership,
                    search,
                    removals,
                    new Blobs(partlyStuck, config),
                    config,
                    clock,
                    new SimpleMeterRegistry());
            assertThat(await(removing.runOnce())).isEqualTo(new OrphanRemoval.Counts(40, 39));
            assertThat(storage.blobs()).hasSize(42).contains(stuck);
        }

        @Test
        void removesNothingIfMoreThanHalfAreOrphans() {
            IntStream.range(0, 21).parallel().forEach(i -> upload());
            Set<String> aside = storage.blobs();
            aside.forEach(blob -> await(backend.delete(blob)));
            assertThat(await(removal.runOnce())).isEqualTo(new OrphanRemoval.Counts(21, 0));
            assertThat(StorageFixture.objects()).isEqualTo(21);
        }

        @Test
        void findsNoOrphanWhileObjectsAreAddedAndRemoved() {
            IntStream.range(0, 60).parallel().forEach(i -> upload());
            StorageFixture.age(Duration.ofHours(6));
            move(Duration.ofHours(6));
            IntStream.range(0, 20).parallel().forEach(i -> upload());
            await(janitor.runOnce());
            StorageFixture.age(Duration.ofSeconds(10));
            var removing = CompletableFuture.runAsync(() -> await(janitor.runOnce()), Thread::startVirtualThread);
            var adding = CompletableFuture.runAsync(
                    () -> IntStream.range(0, 20).forEach(i -> upload()), Thread::startVirtualThread);
            do {
                OrphanSearch.Orphans found = await(search.run());
                assertThat(found.objects().first()).isEmpty();
                // The moved clock makes a new blob look old, although its row may still be inserted.
                assertThat(found.blobs().first())
                        .allMatch(blob -> blob.writtenAt().isAfter(Instant.now().minusSeconds(30)));
            } while (!removing.isDone() || !adding.isDone());
            removing.join();
            adding.join();
            assertThat(report().path("orphans").asLong(-1)).isZero();
        }
    }

    @Nested
    class Refuses {

        @Test
        void theIdentityOfAStoreAndNoIdentity() {
            given().header("Authorization", TestIdentities.store(store))
                    .get("/internal/v1/storage/orphans")
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("NOT_FOUND"));
            given().get("/internal/v1/storage/orphans").then().statusCode(401);
        }

        @Test
        void aSecondSearchWhileOneRuns() {
            OrphansResource resource = new OrphansResource(search, config);
            Uni<OrphansResource.Report> first = resource.orphans();
            assertThatThrownBy(resource::orphans).hasMessageContaining("Another search");
            assertThat(await(first).orphans()).isZero();
            assertThat(await(resource.orphans()).orphans()).isZero();
        }
    }
}
