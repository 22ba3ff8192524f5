package dev.wearon.storage.upkeep;

import static dev.wearon.storage.upkeep.Keep.done;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Place;
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

    private static final Duration LIFE = Duration.ofHours(6);
    private static final Duration GRACE = Duration.ofSeconds(10);

    @Inject
    Janitor janitor;

    @Inject
    Backend backend;

    @ConfigProperty(name = "wearon.storage.data-dir")
    Path dataDir;

    private final UUID store = UUID.randomUUID();
    private Keep keep;

    @BeforeEach
    void begin() {
        keep = new Keep(backend);
        keep.empty();
    }

    @AfterEach
    void end() {
        keep.empty();
    }

    private Place uploaded() {
        return Client.uploaded(store, "image/jpeg", Client.jpeg(500, 1));
    }

    @Test
    void removesTheRowOfWhatExpiredAndItsBytesWhenNobodyCanBeReadingThem() {
        Place place = uploaded();
        String blob = Keep.blobOf(place.path());

        Keep.age(LIFE.minusSeconds(5));
        assertThat(done(janitor.runOnce())).as("it still lives").isEqualTo(new Counts(0, 0, Duration.ZERO));

        Keep.age(Duration.ofSeconds(5));
        assertThat(done(janitor.runOnce())).isEqualTo(new Counts(1, 0, Duration.ZERO));
        assertThat(Keep.objects()).isZero();
        assertThat(keep.blobs()).as("somebody may have begun to read").containsExactly(blob);

        Keep.age(GRACE);
        Counts counts = done(janitor.runOnce());
        assertThat(counts.removed()).isEqualTo(1);
        assertThat(counts.oldest()).isBetween(GRACE, GRACE.plusSeconds(5));
        assertThat(keep.blobs()).isEmpty();
        assertThat(Keep.removals()).isZero();
    }

    @Test
    void removesWhatAStoreHadUntilItWasClosedAndWhatCameThenAndNothingElse() {
        UUID other = UUID.randomUUID();
        uploaded();
        Place onItsWay = Client.place(store, "image/jpeg");
        Place foreign = Client.uploaded(other, "image/jpeg", Client.jpeg(500, 1));
        Keep.turn(store, "inactive");
        Client.put(onItsWay.uploadUrl(), "image/jpeg", Client.jpeg(500, 1))
                .then()
                .statusCode(201);
        assertThat(done(janitor.runOnce()).ended()).isEqualTo(2);

        Client.uploaded(store, "image/jpeg", Client.jpeg(500, 2));
        Keep.turn(store, "active");
        Place anew = uploaded();
        assertThat(done(janitor.runOnce()).ended())
                .as("came while it was closed")
                .isEqualTo(1);
        Keep.age(GRACE);
        assertThat(done(janitor.runOnce()).removed()).isEqualTo(3);
        assertThat(keep.blobs()).isEqualTo(Set.of(Keep.blobOf(foreign.path()), Keep.blobOf(anew.path())));
    }

    @Test
    void makesNoAuditMissWhatWasRemovedWithItsStore() {
        UUID session = UUID.randomUUID();
        Client.storeResult(store, session, Client.jpeg(700, 5)).then().statusCode(200);
        String path = "stores/%s/generated/%s.jpg".formatted(store, session);
        for (String status : List.of("inactive", "active")) {
            Keep.turn(store, status);
            done(janitor.runOnce());
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
    void goesOnWhereOneDied() {
        Instant since = Instant.now().minusSeconds(60);
        String beforeTheBytes = keep.written();
        String beforeTheNote = UUID.randomUUID().toString();
        Keep.note(beforeTheBytes, since);
        Keep.note(beforeTheNote, since);
        assertThat(done(janitor.runOnce()).removed()).isEqualTo(2);
        assertThat(keep.blobs()).isEmpty();
        assertThat(Keep.removals()).isZero();
    }

    @Test
    @DisabledIfSystemProperty(
            named = StorageSettings.IN_A_BUCKET,
            matches = "true",
            disabledReason = "A bucket has no folder that cannot be removed")
    void letsOneThatCannotBeRemovedKeepNoOtherWaiting() throws Exception {
        Instant since = Instant.now().minusSeconds(60);
        String stuck = "00000000-0000-0000-0000-000000000000";
        Path inTheWay = Files.createDirectories(
                dataDir.resolve("blobs/00").resolve(stuck).resolve("a-file-is-no-folder"));
        try {
            Keep.note(stuck, since);
            IntStream.range(0, 20).forEach(i -> Keep.note(keep.written(), since));
            Counts counts = done(janitor.runOnce());
            assertThat(counts.removed()).isEqualTo(20);
            assertThat(counts.oldest()).isGreaterThan(Duration.ofSeconds(59));
            assertThat(Keep.ask("SELECT string_agg(blob, ',') FROM storage.removals"))
                    .isEqualTo(stuck);
        } finally {
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
        }
    }

    @RepeatedTest(3)
    void doesEverythingOnceWhenManyRunAtOnce() {
        IntStream.range(0, 40).parallel().forEach(i -> uploaded());
        UUID closed = UUID.randomUUID();
        Place mine = Client.uploaded(closed, "image/jpeg", Client.jpeg(500, 1));
        assertThat(Client.get(mine.imageUrl()).statusCode()).isEqualTo(200);
        Keep.turn(closed, "inactive");

        Keep.age(LIFE);
        assertThat(atOnce().mapToInt(Counts::ended).sum()).isEqualTo(41);
        assertThat(Keep.removals()).isEqualTo(41);
        Keep.age(GRACE);
        assertThat(atOnce().mapToInt(Counts::removed).sum()).isEqualTo(41);
        assertThat(keep.blobs()).isEmpty();
        assertThat(Keep.removals()).isZero();
    }

    /** One that meets the rows another has locked leaves them; together they leave none. */
    private Stream<Counts> atOnce() {
        return IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> done(janitor.runOnce()), Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join);
    }
}
