package dev.wearon.storage.urls;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.StorageSettings;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Arrays;
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
class ResolveResourceTest {

    private static final UUID STORE = UUID.randomUUID();
    private static final String PREFIX = StorageSettings.PUBLIC_URL + "/stores/" + STORE + "/uploads/";

    private static Upload image;

    private static Upload image() {
        if (image == null) {
            image = Client.upload(STORE, "image/png", Client.sample("t-shirt_01.png"));
        }
        return image;
    }

    private static Response resolve(UUID store, String... urls) {
        return resolve(TestIdentities.store(store), Map.of("image_urls", Arrays.asList(urls), "live_for_seconds", 900));
    }

    private static Response resolve(String identity, Object body) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/internal/v1/objects/resolve");
    }

    @Nested
    class Returns200 {

        @Test
        void answersInRequestOrder() {
            Upload other = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            resolve(STORE, other.imageUrl(), image().imageUrl(), other.imageUrl())
                    .then()
                    .statusCode(200)
                    .body("paths", is(List.of(other.path(), image().path(), other.path())));
        }

        @Test
        void ignoresTheSignatureAndEquivalentSpellings() {
            String plain = StorageSettings.PUBLIC_URL + "/" + image().path();
            for (String url : List.of(
                    plain,
                    plain + "?signature=old#part",
                    plain.replace("http://images.test", "HTTP://IMAGES.TEST"),
                    plain.replace("uploads", "%75ploads"))) {
                resolve(STORE, url).then().statusCode(200).body("paths", is(List.of(image().path())));
            }
        }

        @Test
        void acceptsAnImageThatLivesLongEnough() {
            Upload old = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.age(old.path(), Duration.ofHours(6).minusMinutes(16));
            resolve(STORE, old.imageUrl()).then().statusCode(200);
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "nonsense",
                    "{path}",
                    "/{path}",
                    "http://images.test:9000/{path}",
                    "http://images.test:9000/WEARON/{path}",
                    "https://images.test:9000/wearon/{path}",
                    "http://images.test/wearon/{path}",
                    "http://images.test:9001/wearon/{path}",
                    "http://evil.test:9000/wearon/{path}",
                    "http://images.test:9000@evil.test/wearon/{path}",
                    "http://evil@images.test:9000/wearon/{path}",
                    "http://images.test:9000\\@evil.test/wearon/{path}",
                    "http://images.test:9000/wearon/stores\\{store}\\uploads\\{name}",
                    "http://images.test:9000/wearon/{path}/",
                    "http://images.test:9000/wearon//{path}",
                    "http://images.test:9000/wearon/./{path}",
                    "http://images.test:9000/wearon/x/../{path}",
                    "http://images.test:9000/wearon/x/%2e%2e/{path}",
                    "http://images.test:9000/wearon/%252e%252e/wearon/{path}",
                    "http://images.test:9000/wearon/stores/{store}%252fuploads/{name}",
                    "http://images.test:9000/wearon/stores/{store}/uploads/",
                    "http://images.test:9000/wearon/stores/{store}/uploads",
                    "http://images.test:9000/wearon/stores/{store}/Uploads/{name}",
                    "http://images.test:9000/wearon/stores/{store}/uploads/%00{name}",
                    "http://images.test:9000/wearon/stores/{store}/uploads/{name}%00",
                    "http://images.test:9000/wearon/stores/{store}/generated/{name}",
                    "http://images.test:9000/wearon/stores/{STORE}/uploads/{name}",
                    "http://images.test:9000/wearon/stores/{store}0/uploads/{name}",
                    "file:///wearon/{path}",
                    "http://169.254.169.254/{path}"
                })
        void refusesUrlsThatAreNotExactlyAnUploadUrl(String form) {
            String path = image().path();
            String url = form.replace("{path}", path)
                    .replace("{store}", STORE.toString())
                    .replace("{STORE}", STORE.toString().toUpperCase())
                    .replace("{name}", path.substring(path.lastIndexOf('/') + 1));
            resolve(STORE, image().imageUrl(), url)
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"))
                    .body("message", containsString("image_urls[1] is not the URL of an uploaded image"))
                    .body("message", containsString("begins with " + PREFIX));
        }

        @Test
        void givesTheSameAnswerForForeignAndMissingImages() {
            UUID other = UUID.randomUUID();
            String missing = PREFIX.replace(STORE.toString(), other.toString()) + UUID.randomUUID() + ".png";
            Response foreign = resolve(other, image().imageUrl());
            Response nothing = resolve(other, missing);
            assertThat(foreign.statusCode()).isEqualTo(nothing.statusCode()).isEqualTo(400);
            assertThat(foreign.asString()).isEqualTo(nothing.asString());
        }

        @Test
        void refusesAnImageThatExpiresTooSoon() {
            Upload old = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.age(old.path(), Duration.ofHours(6).minusMinutes(14));
            resolve(STORE, old.imageUrl())
                    .then()
                    .statusCode(400)
                    .body("message", containsString("image_urls[0] names no image of this store that lives 900"));
        }

        @Test
        void refusesAnUnusedUploadUrl() {
            resolve(STORE, Client.requestUpload(STORE, "image/png").imageUrl())
                    .then()
                    .statusCode(400);
        }

        @Test
        void neverRepeatsTheUrlInTheMessage() {
            String answer = resolve(UUID.randomUUID(), image().imageUrl()).asString();
            assertThat(answer).doesNotContain("signature").doesNotContain(image().path());
        }

        @Test
        void refusesInvalidLists() {
            resolve(STORE).then().statusCode(400);
            resolve(STORE, Collections.nCopies(11, image().imageUrl()).toArray(String[]::new))
                    .then()
                    .statusCode(400);
            resolve(STORE, image().imageUrl(), null)
                    .then()
                    .statusCode(400)
                    .body("message", containsString("image_urls[1]"));
            resolve(TestIdentities.store(STORE), "{\"image_urls\":[\"a\"],\"live_for_seconds\":-1}")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("live_for_seconds"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forTheIdentityOfAService() {
            resolve(TestIdentities.service("generation"), Map.of("image_urls", List.of("a"), "live_for_seconds", 1))
                    .then()
                    .statusCode(404);
        }
    }
}
