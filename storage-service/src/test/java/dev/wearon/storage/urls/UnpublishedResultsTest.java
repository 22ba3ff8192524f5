package dev.wearon.storage.urls;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.signing.SignedUrls;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A result that was stored unpublished: nobody reads it before it is published, although its name is known in advance. */
@QuarkusTest
@WithServers
class UnpublishedResultsTest {

    private static final byte[] PICTURE = Client.jpeg(300, 3);

    @Inject
    SignedUrls signedUrls;

    private final UUID store = UUID.randomUUID();
    private final UUID session = UUID.randomUUID();
    private final String path = "stores/%s/generated/%s.jpg".formatted(store, session);

    private Response storeResult(String query) {
        return Client.exactly()
                .header("Authorization", TestIdentities.service("generation"))
                .header("Content-Type", "image/jpeg")
                .body(PICTURE)
                .put("/internal/v1/stores/%s/generated/%s%s".formatted(store, session, query));
    }

    private String downloadUrl() {
        return given().header("Authorization", TestIdentities.store(store))
                .contentType(ContentType.JSON)
                .body(Map.of("paths", List.of(path)))
                .post("/api/v1/storage/downloads")
                .then()
                .statusCode(200)
                .extract()
                .path("downloads[0].download_url");
    }

    private int statusOfTheSignedPath() {
        String url =
                signedUrls.read(path, Instant.now().plus(Duration.ofHours(1))).url();
        return Client.get(url).statusCode();
    }

    private Response publish(String identity, Object paths) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("paths", paths))
                .post("/internal/v1/objects/publish");
    }

    @Test
    void areReadableOnlyAfterTheyWerePublished() {
        storeResult("?unpublished=true").then().statusCode(200).body("outcome", is("stored"));

        assertThat(downloadUrl()).isNull();
        assertThat(statusOfTheSignedPath()).isEqualTo(404);

        publish(TestIdentities.service("generation"), List.of(path))
                .then()
                .statusCode(200)
                .body("published", is(1));

        assertThat(downloadUrl()).isNotNull();
        assertThat(statusOfTheSignedPath()).isEqualTo(200);
        publish(TestIdentities.service("generation"), List.of(path))
                .then()
                .statusCode(200)
                .body("published", is(0));
    }

    /** A second attempt finds the first one's result. */
    @Test
    void stayUnpublishedWhenTheyAreStoredAgain() {
        storeResult("?unpublished=true");
        storeResult("?unpublished=true").then().statusCode(200).body("outcome", is("exists"));
        storeResult("").then().statusCode(200).body("outcome", is("exists"));
        assertThat(downloadUrl()).isNull();
    }

    /** A worker of the previous version does not publish. */
    @Test
    void areNotWhatAnEarlierWorkerStores() {
        storeResult("").then().statusCode(200);
        assertThat(downloadUrl()).isNotNull();
    }

    @Test
    void arePublishedOnlyByAServiceAndByTheirPath() {
        storeResult("?unpublished=true");
        publish(TestIdentities.store(store), List.of(path)).then().statusCode(404);
        publish(TestIdentities.service("generation"), List.of("stores/x", path + "x"))
                .then()
                .statusCode(200)
                .body("published", is(0));
        publish(TestIdentities.service("generation"), List.of()).then().statusCode(400);
        assertThat(downloadUrl()).isNull();
    }
}
