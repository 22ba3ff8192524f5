package dev.wearon.storage.upkeep;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class MissingResourceTest {

    @Inject
    Backend backend;

    @Inject
    Objects objects;

    private static Response missing(String identity, Object paths) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("paths", paths))
                .post("/internal/v1/objects/missing");
    }

    private static Response missing(Object paths) {
        return missing(TestIdentities.service("generation"), paths);
    }

    private static String path(UUID store) {
        return ObjectPath.generated(store, UUID.randomUUID()).text();
    }

    private static String stored(UUID store) {
        return Client.storeResult(store, UUID.randomUUID(), Client.jpeg(900, 1))
                .then()
                .statusCode(200)
                .extract()
                .path("path");
    }

    @Nested
    class Returns200 {

        private final UUID store = UUID.randomUUID();
        private final UUID otherStore = UUID.randomUUID();

        @Test
        void listsPathsWithoutARow() {
            String here = stored(store);
            String there = stored(otherStore);
            String never = path(store);
            String nonsense = "stores/../etc/passwd";
            missing(List.of(here, never, there, nonsense, never))
                    .then()
                    .statusCode(200)
                    .body("missing", containsInAnyOrder(never, nonsense));
            missing(List.of(here, there)).then().statusCode(200).body("missing", is(empty()));
        }

        @Test
        void listsPathsWhoseBytesAreIncomplete() {
            String truncated = stored(store);
            String whole = stored(store);
            StoredObject object = objects.find(ObjectPath.parse(truncated).orElseThrow())
                    .await()
                    .atMost(Duration.ofSeconds(20))
                    .orElseThrow();
            backend.delete(object.blob()).await().atMost(Duration.ofSeconds(20));

            missing(List.of(truncated, whole)).then().statusCode(200).body("missing", is(List.of(truncated)));
            assertThat(Client.rows(truncated)).as("a report changes nothing").isEqualTo(1);

            // Other tests expect that every row has its blob.
            backend.write(object.blob(), 5, Multi.createFrom().item(Buffer.buffer("again")))
                    .await()
                    .atMost(Duration.ofSeconds(20));
            missing(List.of(truncated, whole)).then().statusCode(200).body("missing", is(List.of(truncated)));
        }

        @Test
        void listsExpiredPaths() {
            String old = stored(store);
            Client.age(old, Duration.ofHours(6));
            missing(List.of(old)).then().statusCode(200).body("missing", is(List.of(old)));
        }

        @Test
        void accepts500Paths() {
            List<String> paths = new ArrayList<>(List.of(stored(store)));
            while (paths.size() < 500) {
                paths.add(path(UUID.randomUUID()));
            }
            List<String> missing =
                    missing(paths).then().statusCode(200).extract().path("missing");
            assertThat(missing).containsExactlyInAnyOrderElementsOf(paths.subList(1, 500));
        }
    }

    @Nested
    class Refuses {

        @Test
        void tooManyTooFewAndTooLongPaths() {
            for (Object paths : List.of(
                    List.of(),
                    Collections.nCopies(501, "stores/x"),
                    Collections.singletonList(null),
                    List.of("x".repeat(256)))) {
                missing(paths)
                        .then()
                        .statusCode(400)
                        .body("code", is("VALIDATION_ERROR"))
                        .body("message", containsString("paths"));
            }
        }

        @Test
        void theIdentityOfAStore() {
            missing(TestIdentities.store(UUID.randomUUID()), List.of("stores/x"))
                    .then()
                    .statusCode(404)
                    .body("code", is("NOT_FOUND"));
        }
    }
}
