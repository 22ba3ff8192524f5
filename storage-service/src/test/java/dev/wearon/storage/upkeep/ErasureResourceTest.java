package dev.wearon.storage.upkeep;

import static dev.wearon.storage.upkeep.StorageFixture.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.identity.Principal;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.Superuser;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class ErasureResourceTest {

    private static final byte[] PICTURE = Client.jpeg(500, 1);
    private static final String ANN = "ann@shop.example";

    @Inject
    Janitor janitor;

    @Inject
    Backend backend;

    private final UUID store = UUID.randomUUID();
    private final UUID ann =
            Principal.OfStore.owner(store, Optional.of(ANN), Optional.empty()).orElseThrow();
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

    private Response erase(String identity, Object paths, Object owners) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("paths", paths, "owners", owners))
                .post("/internal/v1/stores/{store}/objects/erase", store);
    }

    private int erased(List<String> paths, List<UUID> owners) {
        return erase(TestIdentities.service("generation"), paths, owners)
                .then()
                .statusCode(200)
                .extract()
                .path("erased");
    }

    private Upload byAnn() {
        return Client.upload(TestIdentities.shopperToken(store, UUID.randomUUID(), ANN), "image/jpeg", PICTURE);
    }

    @Test
    void deletesWhatAShopperOwnsAndWhatThePathsName() {
        Upload ofAnn = byAnn();
        Upload named = Client.upload(store, "image/jpeg", PICTURE);
        Upload other = Client.upload(store, "image/jpeg", PICTURE);
        UUID session = UUID.randomUUID();
        String result = Client.storeResult(store, session, PICTURE)
                .then()
                .statusCode(200)
                .extract()
                .path("path");

        assertThat(erased(List.of(named.path(), result, "stores/none"), List.of(ann)))
                .isEqualTo(3);

        assertThat(Client.rows(ofAnn.path()) + Client.rows(named.path()) + Client.rows(result))
                .isZero();
        assertThat(Client.rows(other.path())).isEqualTo(1);
        assertThat(erased(List.of(named.path(), result), List.of(ann)))
                .as("a repeat")
                .isZero();
        StorageFixture.age(Duration.ofSeconds(10));
        await(janitor.runOnce());
        assertThat(storage.blobs()).hasSize(1);
        Client.storeResult(store, session, PICTURE).then().statusCode(404);
        assertThat(Client.rows(result)).as("written again by a late worker").isZero();
    }

    @Test
    void leavesWhatAShopperUploadsAfterTheRequest() {
        Upload before = byAnn();
        Upload after = byAnn();
        String requested = Superuser.query(
                "UPDATE storage.objects SET created_at = created_at + interval '1 hour' WHERE path = ? RETURNING"
                        + " to_char((created_at - interval '1 minute') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                after.path());
        given().header("Authorization", TestIdentities.service("generation"))
                .contentType(ContentType.JSON)
                .body(Map.of("paths", List.of(), "owners", List.of(ann), "created_before", requested))
                .post("/internal/v1/stores/{store}/objects/erase", store)
                .then()
                .statusCode(200)
                .body("erased", is(1));
        assertThat(Client.rows(before.path())).isZero();
        assertThat(Client.rows(after.path())).isEqualTo(1);
    }

    @Test
    void leavesOtherStoresAndKeptObjects() {
        Upload foreign = Client.upload(UUID.randomUUID(), "image/jpeg", PICTURE);
        Upload kept = Client.uploadKept(store, "image/jpeg", PICTURE);
        assertThat(erased(List.of(foreign.path(), kept.path()), List.of(ann))).isZero();
        assertThat(Client.rows(foreign.path()) + Client.rows(kept.path())).isEqualTo(2);
    }

    @Test
    void isBoundedAndForServicesOnly() {
        erase(TestIdentities.store(store), List.of(), List.of()).then().statusCode(404);
        erase(TestIdentities.service("generation"), Collections.nCopies(1_001, "stores/none"), List.of())
                .then()
                .statusCode(400);
    }
}
