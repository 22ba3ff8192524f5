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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class ResolveBatchResourceTest {

    private static final String SINGLE = "/internal/v1/objects/resolve";

    private final UUID store = UUID.randomUUID();
    private final String identity = TestIdentities.store(store);

    private static Map<String, Object> member(String identity, String... urls) {
        Map<String, Object> member = new HashMap<>();
        member.put("identity", identity);
        member.put("image_urls", Arrays.asList(urls));
        member.put("live_for_seconds", 900);
        return member;
    }

    private static Response post(String identity, String path, Object body) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(body)
                .post(path);
    }

    private static Response resolve(List<Map<String, Object>> members) {
        return post(TestIdentities.service("generation"), SINGLE + "/batch", Map.of("requests", members));
    }

    private static List<Map<String, Object>> answers(List<Map<String, Object>> members) {
        return resolve(members).then().statusCode(200).extract().jsonPath().getList("answers");
    }

    /** The answer that the store of a member would get if it asked for itself. */
    private static Map<String, Object> singleAnswer(Map<String, Object> member) {
        Map<String, Object> request = new HashMap<>(member);
        request.remove("identity");
        return post((String) member.get("identity"), SINGLE, request).jsonPath().getMap("");
    }

    private Upload upload() {
        return upload(store);
    }

    private static Upload upload(UUID store) {
        return Client.upload(store, "image/jpeg", Client.jpeg(100, 1));
    }

    @Nested
    class Returns200 {

        @Test
        void answersEachOfFiftyMembersAlthoughOneIsRefused() {
            List<Map<String, Object>> members = new ArrayList<>();
            List<Object> expected = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                UUID own = UUID.randomUUID();
                Upload photo = upload(own);
                Upload product = upload(own);
                members.add(member(TestIdentities.store(own), product.imageUrl(), photo.imageUrl()));
                expected.add(Map.of("paths", List.of(product.path(), photo.path())));
            }
            members.set(17, member(identity, upload().imageUrl(), "http://evil.test/a.jpg"));
            expected.set(
                    17,
                    Map.of(
                            "code",
                            "VALIDATION_ERROR",
                            "message",
                            "image_urls[1] is not the URL of an uploaded image; expected an image_url of an upload, which"
                                    + " begins with " + StorageSettings.PUBLIC_URL + "/stores/" + store + "/uploads/"));
            assertThat(answers(members)).isEqualTo(expected);
        }

        @Test
        void answersRefusedMembersLikeTheSingleRoute() {
            Upload image = upload();
            Upload old = upload();
            Client.age(old.path(), Duration.ofHours(6).minusMinutes(14));
            UUID other = UUID.randomUUID();
            Map<String, Object> tooLong = member(identity, image.imageUrl());
            tooLong.put("live_for_seconds", 86_401);
            Map<String, Object> negative = member(identity, image.imageUrl(), null);
            negative.put("live_for_seconds", -1);
            Map<String, Object> without = member(identity);
            without.put("image_urls", null);
            List<Map<String, Object>> members = List.of(
                    member(identity, "nonsense"),
                    member(identity, image.imageUrl(), old.imageUrl()),
                    member(identity, Client.requestUpload(store, "image/png").imageUrl()),
                    member(TestIdentities.store(other), image.imageUrl()),
                    member(identity),
                    member(identity, Collections.nCopies(11, image.imageUrl()).toArray(String[]::new)),
                    tooLong,
                    negative,
                    without,
                    member("Bearer nonsense", image.imageUrl()),
                    member(TestIdentities.service("generation"), image.imageUrl()));
            List<Map<String, Object>> answers = answers(members);
            for (int i = 0; i < members.size(); i++) {
                assertThat(answers.get(i))
                        .as("member %d", i)
                        .containsOnlyKeys("code", "message")
                        .isEqualTo(singleAnswer(members.get(i)));
            }
            assertThat(answers.toString()).doesNotContain("signature").doesNotContain(image.path());
        }

        @Test
        void refusesOnlyTheMemberWhoseIdentityHasExpired() {
            Upload image = upload();
            assertThat(answers(List.of(
                            member(identity, image.imageUrl()),
                            member(TestIdentities.storeFor(store, Duration.ofSeconds(-5)), image.imageUrl()),
                            member(null, image.imageUrl()),
                            member(identity, image.imageUrl()))))
                    .extracting(answer -> answer.getOrDefault("code", answer.get("paths")))
                    .containsExactly(
                            List.of(image.path()), "INVALID_API_KEY", "INVALID_API_KEY", List.of(image.path()));
        }

        /** Both objects exist, and both stores are in the batch. */
        @Test
        void neverGivesAMemberTheObjectOfAnotherMembersStore() {
            UUID other = UUID.randomUUID();
            Upload mine = upload();
            Upload theirs = upload(other);
            List<Map<String, Object>> answers = answers(List.of(
                    member(identity, theirs.imageUrl()),
                    member(TestIdentities.store(other), mine.imageUrl()),
                    member(identity, mine.imageUrl(), theirs.imageUrl()),
                    member(identity, mine.imageUrl()),
                    member(TestIdentities.store(other), theirs.imageUrl())));
            assertThat(answers.get(0).get("message").toString())
                    .startsWith("image_urls[0] names no image of this store")
                    .endsWith("/stores/%s/uploads/".formatted(store));
            assertThat(answers.get(1).get("message").toString())
                    .startsWith("image_urls[0] names no image of this store")
                    .endsWith("/stores/%s/uploads/".formatted(other));
            assertThat(answers.get(2).get("message").toString()).startsWith("image_urls[1] names no image");
            assertThat(answers.get(3)).isEqualTo(Map.of("paths", List.of(mine.path())));
            assertThat(answers.get(4)).isEqualTo(Map.of("paths", List.of(theirs.path())));
        }

        @Test
        void acceptsTheSameObjectTwiceWithDifferentLifetimes() {
            Upload image = upload();
            Client.age(image.path(), Duration.ofHours(6).minusMinutes(16));
            Map<String, Object> longer = member(identity, image.imageUrl());
            longer.put("live_for_seconds", 1_000);
            assertThat(answers(List.of(
                            longer,
                            member(identity, image.imageUrl(), image.imageUrl()),
                            member(identity, image.imageUrl()))))
                    .extracting(answer -> answer.getOrDefault("code", answer.get("paths")))
                    .containsExactly("VALIDATION_ERROR", List.of(image.path(), image.path()), List.of(image.path()));
        }

        @Test
        void answersABatchWithoutAnyValidMember() {
            assertThat(answers(List.of(member("Bearer x", "a"), member(identity, "a"))))
                    .extracting(answer -> answer.get("code"))
                    .containsExactly("INVALID_API_KEY", "VALIDATION_ERROR");
        }
    }

    @Nested
    class Returns400 {

        @Test
        void forAListThatIsMissingEmptyOrTooLong() {
            String service = TestIdentities.service("generation");
            post(service, SINGLE + "/batch", "{}")
                    .then()
                    .statusCode(400)
                    .body("message", is("requests must not be null."));
            resolve(List.of()).then().statusCode(400).body("message", is("requests size must be between 1 and 64."));
            resolve(Collections.nCopies(65, member(identity, "a")))
                    .then()
                    .statusCode(400)
                    .body("message", is("requests size must be between 1 and 64."));
            resolve(Arrays.asList(member(identity, "a"), null))
                    .then()
                    .statusCode(400)
                    .body("message", is("requests[1] must not be null."));
            post(service, SINGLE + "/batch", "{\"requests\":7}")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("requests does not have a value"));
        }

        @Test
        void acceptsTheLargestBatch() {
            Upload image = upload();
            assertThat(answers(Collections.nCopies(
                            64,
                            member(
                                    identity,
                                    Collections.nCopies(10, image.imageUrl()).toArray(String[]::new)))))
                    .hasSize(64)
                    .containsOnly(Map.of("paths", Collections.nCopies(10, image.path())));
        }
    }

    @Nested
    class Returns413 {

        @Test
        void aboveTwoMebibytes() {
            resolve(List.of(member(identity, "a".repeat(4 << 20))))
                    .then()
                    .statusCode(413)
                    .body("code", is("PAYLOAD_TOO_LARGE"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forTheIdentityOfAStore() {
            post(identity, SINGLE + "/batch", Map.of("requests", List.of(member(identity, "a"))))
                    .then()
                    .statusCode(404);
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutAnIdentity() {
            given().contentType(ContentType.JSON)
                    .body("{\"requests\":[]}")
                    .post(SINGLE + "/batch")
                    .then()
                    .statusCode(401);
        }
    }
}
