package dev.wearon.storage.urls;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithServers
class DownloadsResourceTest {

    private static final UUID STORE = UUID.randomUUID();

    private static Response sign(UUID store, List<String> paths) {
        return given().header("Authorization", TestIdentities.store(store))
                .contentType(ContentType.JSON)
                .body(Map.of("paths", paths))
                .post("/api/v1/storage/downloads");
    }

    @Nested
    class Returns200 {

        @Test
        void signsUploadsAndResults() {
            UUID session = UUID.randomUUID();
            byte[] result = Client.jpeg(700, 5);
            Client.storeResult(STORE, session, result).then().statusCode(200);
            Upload upload = Client.upload(STORE, "image/png", Client.sample("t-shirt_01.png"));
            String generated = "stores/%s/generated/%s.jpg".formatted(STORE, session);

            var answer = sign(STORE, List.of(generated, upload.path()))
                    .then()
                    .statusCode(200)
                    .body("downloads.path", is(List.of(generated, upload.path())))
                    .extract()
                    .jsonPath();
            assertThat(Client.get(answer.getString("downloads[0].download_url")).asByteArray())
                    .isEqualTo(result);
            assertThat(Client.get(answer.getString("downloads[1].download_url")).asByteArray())
                    .isEqualTo(Client.sample("t-shirt_01.png"));
        }

        @Test
        void limitsTheUrlToTheObjectsLifetime() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.age(upload.path(), Duration.ofHours(4));
            var answer = sign(STORE, List.of(upload.path())).jsonPath();
            assertThat(Instant.parse(answer.getString("downloads[0].expires_at")))
                    .isBetween(
                            Instant.now().plus(Duration.ofHours(2)).minusSeconds(60),
                            Instant.now().plus(Duration.ofHours(2)));
        }

        @Test
        void givesTheSameAnswerForForeignMissingExpiredAndInvalidPaths() {
            Upload foreign = Client.upload(UUID.randomUUID(), "image/jpeg", Client.jpeg(100, 1));
            Upload missing = Client.requestUpload(STORE, "image/jpeg");
            Upload expired = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.age(expired.path(), Duration.ofHours(6));
            for (String path : List.of(
                    foreign.path(),
                    foreign.path().replace("/uploads/", "/../%s/uploads/".formatted(STORE)),
                    expired.path().replace(STORE.toString(), STORE + "0"),
                    "/" + expired.path(),
                    expired.path().replace("/uploads/", "/uploads%2f"),
                    missing.path(),
                    expired.path(),
                    "../secret",
                    "")) {
                sign(STORE, List.of(path))
                        .then()
                        .statusCode(200)
                        .body("downloads[0].path", is(path))
                        .body("downloads[0].download_url", nullValue())
                        .body("downloads[0].expires_at", nullValue());
            }
        }
    }

    @Nested
    class Returns400 {

        @Test
        void forTooManyTooFewOrTooLongPaths() {
            sign(STORE, List.of()).then().statusCode(400);
            sign(STORE, Collections.nCopies(101, "a")).then().statusCode(400);
            sign(STORE, List.of("a".repeat(256))).then().statusCode(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "true", "{}", "[\"a\"]", "LONG"})
    void namesTheInvalidPath(String path) {
        String json = path.replace("LONG", "\"" + "a".repeat(256) + "\"");
        given().header("Authorization", TestIdentities.store(STORE))
                .contentType(ContentType.JSON)
                .body("{\"paths\":[\"a\",\"b\",\"c\"," + json + "]}")
                .post("/api/v1/storage/downloads")
                .then()
                .statusCode(400)
                .body("message", startsWith("paths[3] "));
    }

    @Nested
    class Returns401 {

        @Test
        void withoutAnIdentity() {
            given().contentType(ContentType.JSON)
                    .body("{\"paths\":[\"a\"]}")
                    .post("/api/v1/storage/downloads")
                    .then()
                    .statusCode(401)
                    .body("code", is("INVALID_API_KEY"));
        }
    }
}
