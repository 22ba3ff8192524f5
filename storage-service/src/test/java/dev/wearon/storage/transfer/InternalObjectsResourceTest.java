package dev.wearon.storage.transfer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class InternalObjectsResourceTest {

    private static final UUID STORE = UUID.randomUUID();

    private static Response read(String identity, UUID store, String path) {
        return given().header("Authorization", identity)
                .queryParam("path", path)
                .get("/internal/v1/stores/{store}/objects", store);
    }

    private static Response store(String identity, String contentType, byte[] bytes) {
        return Client.exactly()
                .header("Authorization", identity)
                .header("Content-Type", contentType)
                .body(bytes)
                .put("/internal/v1/stores/{store}/generated/{session}", STORE, UUID.randomUUID());
    }

    @Nested
    class Returns200 {

        @Test
        void readsAnInput() {
            byte[] person = Client.sample("person.png");
            Upload upload = Client.upload(STORE, "image/png", person);
            Response got = read(TestIdentities.service("generation"), STORE, upload.path());
            got.then()
                    .statusCode(200)
                    .header("Content-Type", "image/png")
                    .header("Content-Length", String.valueOf(person.length));
            assertThat(got.asByteArray()).isEqualTo(person);
        }

        @Test
        void answersHeadLikeGetWithoutBytes() {
            Upload upload = Client.upload(STORE, "image/png", Client.sample("t-shirt_01.png"));
            Response got = read(TestIdentities.service("generation"), STORE, upload.path());
            Response head = given().header("Authorization", TestIdentities.service("generation"))
                    .queryParam("path", upload.path())
                    .head("/internal/v1/stores/{store}/objects", STORE);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo(got.header("Content-Length"));
            assertThat(head.header("ETag")).isEqualTo(got.header("ETag"));
            assertThat(head.asByteArray()).isEmpty();
        }

        @Test
        void storesAResultOnce() {
            UUID session = UUID.randomUUID();
            String path = "stores/%s/generated/%s.jpg".formatted(STORE, session);
            Client.storeResult(STORE, session, Client.jpeg(900, 1))
                    .then()
                    .statusCode(200)
                    .body("outcome", is("stored"))
                    .body("path", is(path));
            for (int fill : new int[] {1, 2}) {
                Client.storeResult(STORE, session, Client.jpeg(900, fill))
                        .then()
                        .statusCode(200)
                        .body("outcome", is("exists"))
                        .body("path", is(path));
            }
            assertThat(read(TestIdentities.service("generation"), STORE, path).asByteArray())
                    .isEqualTo(Client.jpeg(900, 1));
        }

        @Test
        void storesTheResultOfOneOfSeveralWorkers() {
            UUID session = UUID.randomUUID();
            List<CompletableFuture<String>> calls = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> Client.storeResult(STORE, session, Client.jpeg(300_000, i))
                                    .jsonPath()
                                    .<String>get("outcome"),
                            Thread::startVirtualThread))
                    .toList();
            assertThat(calls.stream().map(CompletableFuture::join))
                    .containsOnlyOnce("stored")
                    .containsOnly("stored", "exists");
        }
    }

    @Nested
    class Refuses {

        @Test
        void otherTypesAndLargeBodies() {
            String service = TestIdentities.service("generation");
            store(service, "image/png", Client.sample("t-shirt_01.png"))
                    .then()
                    .statusCode(415)
                    .body("code", is("UNSUPPORTED_MEDIA_TYPE"));
            store(service, "image/jpeg", Client.sample("t-shirt_01.png")).then().statusCode(400);
            store(service, "image/jpeg", new byte[0]).then().statusCode(400);
            store(service, "image/jpeg", Client.jpeg(2_097_153, 1))
                    .then()
                    .statusCode(413)
                    .body("code", is("PAYLOAD_TOO_LARGE"));
        }

        @Test
        void theIdentityOfAStoreAndAnInvalidOne() {
            Upload upload = Client.upload(STORE, "image/png", Client.sample("t-shirt_01.png"));
            read(TestIdentities.store(STORE), STORE, upload.path()).then().statusCode(404);
            store(TestIdentities.store(STORE), "image/jpeg", Client.jpeg(2_000_000, 1))
                    .then()
                    .statusCode(404);
            store("Bearer nonsense", "image/jpeg", Client.jpeg(2_000_000, 1))
                    .then()
                    .statusCode(401)
                    .body("code", is("INVALID_API_KEY"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAPathOfAnotherStore() {
            Upload upload = Client.upload(STORE, "image/png", Client.sample("t-shirt_01.png"));
            String service = TestIdentities.service("generation");
            read(service, UUID.randomUUID(), upload.path())
                    .then()
                    .statusCode(404)
                    .body("code", is("NOT_FOUND"));
            for (String path : List.of(
                    "/" + upload.path(),
                    upload.path() + "/",
                    "..",
                    "stores/x",
                    upload.path().toUpperCase(),
                    "/etc/passwd")) {
                read(service, STORE, path).then().statusCode(404).body("code", is("NOT_FOUND"));
            }
        }
    }
}
