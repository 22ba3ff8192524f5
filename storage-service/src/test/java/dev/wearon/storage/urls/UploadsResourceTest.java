package dev.wearon.storage.urls;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.StorageSettings;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithServers
class UploadsResourceTest {

    private static final UUID STORE = UUID.randomUUID();
    private static final String VALID_FILE = "{\"file_name\":\"me.png\",\"content_type\":\"image/png\",\"size\":5}";

    @Nested
    class Returns201 {

        @Test
        void ignoresTheClientsFileName() {
            var file = Map.of("file_name", "../../etc/passwd", "content_type", "image/webp", "size", 10);
            var answer = Client.grant(STORE, Map.of("files", List.of(file)))
                    .then()
                    .statusCode(201)
                    .body("uploads", hasSize(1))
                    .body("uploads[0].path", startsWith("stores/" + STORE + "/uploads/"))
                    .body("uploads[0].method", is("PUT"))
                    .body("uploads[0].headers", is(Map.of("Content-Type", "image/webp")))
                    .body("uploads[0].max_bytes", is(10))
                    .extract()
                    .jsonPath();
            String path = answer.getString("uploads[0].path");
            assertThat(path).endsWith(".webp").doesNotContain("passwd");
            assertThat(answer.getString("uploads[0].upload_url"))
                    .startsWith(StorageSettings.PUBLIC_URL + "/" + path + "?");
            assertThat(answer.getString("uploads[0].image_url"))
                    .startsWith(StorageSettings.PUBLIC_URL + "/" + path + "?");
            assertThat(Instant.parse(answer.getString("uploads[0].expires_at")))
                    .isBetween(
                            Instant.now().plus(Duration.ofMinutes(9)),
                            Instant.now().plus(Duration.ofMinutes(10)));
        }

        @Test
        void givesTenDifferentPaths() {
            var file = Map.of("file_name", "a", "content_type", "image/jpeg", "size", 1);
            List<String> paths = Client.grant(STORE, Map.of("files", Collections.nCopies(10, file)))
                    .then()
                    .statusCode(201)
                    .extract()
                    .jsonPath()
                    .getList("uploads.path");
            assertThat(paths).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "nonsense",
                    "null",
                    "[]",
                    "{}",
                    "{\"files\":null}",
                    "{\"files\":[]}",
                    "{\"files\":[null]}",
                    "{\"files\":[{\"content_type\":\"image/png\",\"size\":5}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"size\":5}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/png\"}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/png\",\"size\":0}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/png\",\"size\":-1}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/png\",\"size\":1.5}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/png\",\"size\":1048577}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/gif\",\"size\":5}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"image/svg+xml\",\"size\":5}]}",
                    "{\"files\":[{\"file_name\":\"a\",\"content_type\":\"IMAGE/PNG\",\"size\":5}]}"
                })
        void refusesInvalidLists(String body) {
            Client.grant(STORE, body).then().statusCode(400).body("code", is("VALIDATION_ERROR"));
        }

        @Test
        void namesTheInvalidFileAndField() {
            Client.grant(STORE, "{\"files\":[" + VALID_FILE + "," + VALID_FILE.replace("image/png", "text/html") + "]}")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("files[1].content_type must be image/jpeg"));
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '~',
                delimiter = '|',
                value = {
                    "null | files[1] must not be null.",
                    "7 | files[1] ",
                    "[] | files[1] ",
                    "{`file_name`:`a`,`content_type`:`image/png`,`size`:0} | files[1].size must be",
                    "{`file_name`:`a`,`content_type`:`image/png`} | files[1].size must be",
                    "{`file_name`:`a`,`content_type`:`image/png`,`size`:1048577} | files[1].size may be at most",
                    "{`file_name`:`a`,`content_type`:`image/png`,`size`:`5`} | files[1].size ",
                    "{`file_name`:`a`,`content_type`:`image/png`,`size`:1.5} | files[1].size ",
                    "{`file_name`:`a`,`content_type`:`image/png`,`size`:1,`size`:2} | files[1]",
                    "{`file_name`:` `,`content_type`:`image/png`,`size`:5} | files[1].file_name must not be blank.",
                    "{`content_type`:`image/png`,`size`:5} | files[1].file_name must not be blank.",
                    "{`file_name`:7,`content_type`:`image/png`,`size`:5} | files[1].file_name ",
                    "{`file_name`:`a`,`size`:5} | files[1].content_type must not be null.",
                    "{`file_name`:`a`,`content_type`:`image/gif`,`size`:5} | files[1].content_type must be image/jpeg",
                })
        void namesTheInvalidFile(String file, String message) {
            Client.grant(STORE, "{\"files\":[" + VALID_FILE + "," + file.replace('`', '"') + "]}")
                    .then()
                    .statusCode(400)
                    .body("message", startsWith(message));
        }

        @Test
        void refusesAnEleventhFileAndALongName() {
            Client.grant(STORE, "{\"files\":[" + String.join(",", Collections.nCopies(11, VALID_FILE)) + "]}")
                    .then()
                    .statusCode(400);
            Client.grant(STORE, "{\"files\":[" + VALID_FILE.replace("me.png", "n".repeat(256)) + "]}")
                    .then()
                    .statusCode(400);
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutAnIdentityOrWithAForgedOne() {
            for (String header : List.of("Bearer nonsense", TestIdentities.storeForgedBy("generation", STORE))) {
                given().header("Authorization", header)
                        .contentType(ContentType.JSON)
                        .body("{\"files\":[" + VALID_FILE + "]}")
                        .post("/api/v1/storage/uploads")
                        .then()
                        .statusCode(401);
            }
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forTheIdentityOfAService() {
            given().header("Authorization", TestIdentities.service("generation"))
                    .contentType(ContentType.JSON)
                    .body("{\"files\":[" + VALID_FILE + "]}")
                    .post("/api/v1/storage/uploads")
                    .then()
                    .statusCode(404);
        }
    }

    @Nested
    class Returns413 {

        @Test
        void limitsTheJsonBody() {
            Client.grant(STORE, "{\"files\":[" + VALID_FILE + "]}" + " ".repeat(70_000))
                    .then()
                    .statusCode(413)
                    .body("code", is("PAYLOAD_TOO_LARGE"));
        }
    }
}
