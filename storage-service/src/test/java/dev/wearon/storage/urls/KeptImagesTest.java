package dev.wearon.storage.urls;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images that a store keeps until it deletes them, and the deletion of images on request. */
@QuarkusTest
@WithServers
class KeptImagesTest {

    private static final byte[] PICTURE = Client.jpeg(300, 3);
    private static final Map<String, Object> KEPT_FILE =
            Map.of("file_name", "shirt.jpg", "content_type", "image/jpeg", "size", PICTURE.length, "keep", true);

    private final UUID store = UUID.randomUUID();
    private final String keeper = TestIdentities.storeThatKeeps(store, null);
    private final String ann = TestIdentities.shopperToken(store, UUID.randomUUID(), "ann@shop.example");
    private final String bob = TestIdentities.shopperToken(store, UUID.randomUUID(), "ref:4711");
    private final String anonymous = TestIdentities.shopperToken(store, UUID.randomUUID(), null);

    @Inject
    Backend backend;

    @AfterEach
    void leaveNoRowWithoutBytes() {
        Superuser.query("WITH filled AS (DELETE FROM storage.objects WHERE sha256 = repeat('0', 64) RETURNING path)"
                + " SELECT count(*) FROM filled");
        Client.deleteRemovedBlobs(backend);
    }

    private Upload keep() {
        return Client.uploadKept(store, "image/jpeg", PICTURE);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Response list(String identity, String query) {
        return given().header("Authorization", identity).get("/api/v1/storage/objects" + query);
    }

    private static Response delete(String identity, String path) {
        return given().header("Authorization", identity).delete("/api/v1/storage/objects/{name}", name(path));
    }

    private static Response resolve(String identity, String... urls) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("image_urls", List.of(urls), "live_for_seconds", 86_400))
                .post("/internal/v1/objects/resolve");
    }

    private static String end(Upload upload) {
        return Superuser.query(
                "SELECT kept || ' ' || extract(year FROM expires_at) FROM storage.objects WHERE path = ?",
                upload.path());
    }

    @Test
    void haveNoEndEvenIfTheStoreHasAShortRetention() {
        Superuser.query(
                "INSERT INTO storage.store_states (store_id, status, image_retention_seconds, changed_at, event_id)"
                        + " VALUES (?, 'active', 1800, now(), gen_random_uuid()) RETURNING status",
                store);
        Upload kept = keep();
        assertThat(end(kept)).isEqualTo("true 9999");
        Client.get(kept.imageUrl()).then().statusCode(200).header("Cache-Control", "private, max-age=86400");
    }

    @Test
    void aRepeatOfTheUploadIsAnsweredTheSame() {
        Upload kept = keep();
        Client.put(kept.uploadUrl(), "image/jpeg", PICTURE).then().statusCode(201);
        Client.put(kept.uploadUrl(), "image/jpeg", Client.jpeg(300, 4)).then().statusCode(409);
        assertThat(end(kept)).isEqualTo("true 9999");
    }

    @Test
    void anUploadUrlKeepsOnlyWhatItIsSignedFor() {
        Upload expiring = Client.requestUpload(store, "image/jpeg", PICTURE.length);
        Client.put(expiring.uploadUrl() + "&keep=true", "image/jpeg", PICTURE)
                .then()
                .statusCode(403)
                .body("code", is("SIGNATURE_INVALID"));
        assertThat(Client.rows(expiring.path())).isZero();
    }

    @Test
    void needTheScopeAndNoShopper() {
        var request = Map.of("files", List.of(KEPT_FILE));
        for (String identity : List.of(TestIdentities.store(store), ann, anonymous)) {
            Client.grant(identity, request)
                    .then()
                    .statusCode(403)
                    .body("code", is("INSUFFICIENT_SCOPE"))
                    .body("message", containsString("images:keep"));
        }
        Client.grant(TestIdentities.storeThatKeeps(store, "ann@shop.example"), request)
                .then()
                .statusCode(400)
                .body("message", containsString("files[0].keep"));
        list(TestIdentities.store(store), "?kept=true").then().statusCode(403);
        list(ann, "?kept=true").then().statusCode(404);
        delete(TestIdentities.store(store), keep().path()).then().statusCode(403);
    }

    @Test
    void areGarmentsForEveryCallerOfTheStoreAndNeverThePerson() {
        Upload shirt = keep();
        for (String caller : List.of(keeper, TestIdentities.store(store), ann, anonymous)) {
            Upload photo = Client.upload(caller, "image/jpeg", PICTURE);
            String expiring = Superuser.query(
                    "UPDATE storage.objects SET expires_at = now() + interval '2 days' WHERE path = ? RETURNING path",
                    photo.path());
            assertThat(expiring).isEqualTo(photo.path());

            resolve(caller, photo.imageUrl(), shirt.imageUrl())
                    .then()
                    .statusCode(200)
                    .body("paths", is(List.of(photo.path(), shirt.path())));
            resolve(caller, shirt.imageUrl(), photo.imageUrl())
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"))
                    .body("message", containsString("image_urls[0] is a kept image"));
            resolve(caller, shirt.imageUrl(), shirt.imageUrl()).then().statusCode(400);
        }
        UUID other = UUID.randomUUID();
        Upload theirs = Client.upload(other, "image/jpeg", PICTURE);
        resolve(TestIdentities.store(other), theirs.imageUrl(), shirt.imageUrl())
                .then()
                .statusCode(400)
                .body("message", containsString("image_urls["));
    }

    @Test
    void areListedNewestFirstAndPageByPage() {
        list(keeper, "?kept=true")
                .then()
                .statusCode(200)
                .body("objects", empty())
                .body("next_cursor", nullValue());
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            newestFirst.addFirst(keep().path());
        }
        // All written in the same moment: the id decides.
        Superuser.query(
                "WITH same AS (UPDATE storage.objects SET created_at = '2026-01-01Z' WHERE store_id = ? RETURNING path)"
                        + " SELECT count(*) FROM same",
                store);
        Client.upload(store, "image/jpeg", PICTURE);
        Client.uploadKept(UUID.randomUUID(), "image/jpeg", PICTURE);

        List<String> listed = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < 3; page++) {
            var answer = list(keeper, "?kept=true&limit=2" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            listed.addAll(answer.getList("objects.path"));
            cursor = "&cursor=" + answer.getString("next_cursor");
        }
        assertThat(listed).isEqualTo(newestFirst);
        assertThat(cursor).isEqualTo("&cursor=null");

        var first = list(keeper, "?kept=true&limit=1").then().extract().jsonPath();
        assertThat(first.getString("objects[0].name")).isEqualTo(name(newestFirst.getFirst()));
        assertThat(first.getString("objects[0].content_type")).isEqualTo("image/jpeg");
        assertThat(first.getInt("objects[0].size")).isEqualTo(PICTURE.length);
        assertThat(first.getString("objects[0].created_at")).isEqualTo("2026-01-01T00:00:00Z");
        Client.get(first.getString("objects[0].image_url")).then().statusCode(200);
    }

    @Test
    void areListedOnlyWithValidParameters() {
        for (String query : List.of("", "?kept=false", "?kept=true&limit=0", "?kept=true&cursor=x")) {
            list(keeper, query).then().statusCode(400).body("code", is("VALIDATION_ERROR"));
        }
    }

    @Test
    void areDeletedOnceByTheirStoreOnly() {
        Upload kept = keep();
        for (String other : List.of(TestIdentities.storeThatKeeps(UUID.randomUUID(), null), ann, anonymous)) {
            delete(other, kept.path()).then().statusCode(404).body("code", is("NOT_FOUND"));
        }
        Client.get(kept.imageUrl()).then().statusCode(200);

        String blob = Superuser.query("SELECT blob FROM storage.objects WHERE path = ?", kept.path());
        delete(keeper, kept.path()).then().statusCode(200).body("path", is(kept.path()));

        Client.get(kept.imageUrl()).then().statusCode(404);
        list(keeper, "?kept=true").then().body("objects", empty());
        assertThat(Superuser.query("SELECT count(*) FROM storage.removals WHERE blob = ?", blob))
                .isEqualTo("1");
        for (String path : List.of(kept.path(), "x.jpg", UUID.randomUUID() + ".gif", "%00")) {
            delete(keeper, path).then().statusCode(404).body("code", is("NOT_FOUND"));
        }
    }

    /** The deletion of other images would be new to stores: they expire. */
    @Test
    void areTheOnlyImagesThatAStoreDeletes() {
        Upload photo = Client.upload(store, "image/jpeg", PICTURE);
        delete(keeper, photo.path()).then().statusCode(404);
        assertThat(Client.rows(photo.path())).isEqualTo(1);
    }

    @Test
    void aShopperTokenDeletesItsOwnPhotoAndResult() {
        Upload photo = Client.upload(ann, "image/jpeg", PICTURE);
        String result = storeResult("ann@shop.example", "");
        for (String path : List.of(photo.path(), result)) {
            for (String other : List.of(bob, anonymous)) {
                delete(other, path).then().statusCode(404);
            }
            delete(ann, path).then().statusCode(200).body("path", is(path));
            delete(ann, path).then().statusCode(404);
            assertThat(Client.rows(path)).isZero();
        }
        Client.get(photo.imageUrl()).then().statusCode(404);
        resolve(ann, photo.imageUrl()).then().statusCode(400);
    }

    /** An unpublished result looks like a missing one. */
    @Test
    void aShopperTokenDoesNotDeleteAResultBeforeItCanReadIt() {
        String result = storeResult("ann@shop.example", "&unpublished=true");
        delete(ann, result).then().statusCode(404);
        assertThat(Client.rows(result)).isEqualTo(1);
    }

    /** A worker that lost its lease does not know that the session has completed, and its picture was deleted. */
    @Test
    void aDeletedResultIsNotStoredAgain() {
        UUID session = UUID.randomUUID();
        storeResult(session, "ann@shop.example", "").then().statusCode(200);
        String path = "stores/%s/generated/%s.jpg".formatted(store, session);
        delete(ann, path).then().statusCode(200);
        for (String query : List.of("", "&unpublished=true")) {
            storeResult(session, "ann@shop.example", query).then().statusCode(404);
        }
        assertThat(Client.rows(path)).isZero();
    }

    @Test
    void aDeletedResultIsNotReportedAsMissing() {
        String deleted = storeResult("ann@shop.example", "");
        String lost = storeResult("ann@shop.example", "");
        delete(ann, deleted).then().statusCode(200);
        backend.delete(Client.deleteRow(lost).orElseThrow()).await().atMost(Duration.ofSeconds(10));
        given().header("Authorization", TestIdentities.service("generation"))
                .contentType(ContentType.JSON)
                .body(Map.of("paths", List.of(deleted, lost)))
                .post("/internal/v1/objects/missing")
                .then()
                .statusCode(200)
                .body("missing", is(List.of(lost)));
    }

    /** The database decides, also if the uploads end at the same time. */
    @Test
    void areAtMostAThousandForAStore() {
        List<Upload> uploads = Stream.generate(() -> Client.requestKept(store, "image/jpeg", PICTURE.length))
                .limit(4)
                .toList();
        fill(998);

        List<Integer> answers = uploads.stream()
                .map(upload -> CompletableFuture.supplyAsync(
                        () -> Client.put(upload.uploadUrl(), "image/jpeg", PICTURE)
                                .statusCode(),
                        // The common pool may have one thread only.
                        Executors.newVirtualThreadPerTaskExecutor()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .sorted()
                .toList();
        assertThat(answers).containsExactly(201, 201, 409, 409);
        assertThat(kept()).isEqualTo("1000");

        Upload stored = uploads.stream()
                .filter(upload -> Client.rows(upload.path()) == 1)
                .findFirst()
                .orElseThrow();
        Client.put(stored.uploadUrl(), "image/jpeg", PICTURE).then().statusCode(201);
        Upload refused = uploads.stream()
                .filter(upload -> Client.rows(upload.path()) == 0)
                .findFirst()
                .orElseThrow();
        Client.put(refused.uploadUrl(), "image/jpeg", PICTURE)
                .then()
                .statusCode(409)
                .body("code", is("KEPT_LIMIT_REACHED"))
                .body("message", containsString("1,000"));
        Client.grant(keeper, Map.of("files", List.of(KEPT_FILE)))
                .then()
                .statusCode(409)
                .body("code", is("KEPT_LIMIT_REACHED"));
        // What expires is not limited.
        Client.upload(keeper, "image/jpeg", PICTURE);

        delete(keeper, stored.path()).then().statusCode(200);
        Client.put(refused.uploadUrl(), "image/jpeg", PICTURE).then().statusCode(201);
        assertThat(kept()).isEqualTo("1000");
    }

    @Test
    void areCountedBeforeTheirUrlsAreSigned() {
        fill(999);
        Client.grant(keeper, Map.of("files", List.of(KEPT_FILE, KEPT_FILE)))
                .then()
                .statusCode(409)
                .body("message", containsString("999"));
        Client.grant(keeper, Map.of("files", List.of(KEPT_FILE)))
                .then()
                .statusCode(201)
                .body("uploads", hasSize(1));
    }

    private String kept() {
        return Superuser.query("SELECT count(*) FROM storage.objects WHERE store_id = ? AND kept", store);
    }

    /** Inserts rows without bytes. */
    private void fill(int count) {
        Superuser.query(
                "WITH filled AS (INSERT INTO storage.objects (path, store_id, kind, blob, content_type, size_bytes, sha256,"
                        + " kept, created_at, expires_at)"
                        + " SELECT 'stores/' || ?::text || '/uploads/' || gen_random_uuid() || '.jpg', ?::uuid, 'uploads',"
                        + " gen_random_uuid(), 'image/jpeg', 1, repeat('0', 64), true, now(), '9999-12-31 00:00:00+00'"
                        + " FROM generate_series(1, ?) RETURNING path) SELECT count(*) FROM filled",
                store.toString(),
                store,
                count);
    }

    private String storeResult(String shopper, String query) {
        UUID session = UUID.randomUUID();
        storeResult(session, shopper, query).then().statusCode(200);
        return "stores/%s/generated/%s.jpg".formatted(store, session);
    }

    private Response storeResult(UUID session, String shopper, String query) {
        UUID owner = Principal.OfStore.owner(store, Optional.of(shopper), Optional.empty())
                .orElseThrow();
        return Client.exactly()
                .header("Authorization", TestIdentities.service("generation"))
                .header("Content-Type", "image/jpeg")
                .body(PICTURE)
                .put("/internal/v1/stores/%s/generated/%s?owner=%s%s".formatted(store, session, owner, query));
    }
}
