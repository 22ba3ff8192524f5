package dev.wearon.storage.imports;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Superuser;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imports from a real server at a private address, which the settings of the tests except. */
@QuarkusTest
@WithServers
class ImportsResourceTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    /** The common pool may have one thread only. */
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    /** {@code localhost} and the port of the server. */
    @ConfigProperty(name = "wearon.imports.allowed-hosts")
    String host;

    private final UUID store = UUID.randomUUID();
    private final String merchant = TestIdentities.store(store);
    private final String ann = TestIdentities.shopperToken(store, UUID.randomUUID(), "ann@shop.example");
    private final String bob = TestIdentities.shopperToken(store, UUID.randomUUID(), "ref:4711");
    private final String anonymous = TestIdentities.shopperToken(store, UUID.randomUUID(), null);

    @Inject
    Backend backend;

    @AfterEach
    void leaveNoBlobWithoutARow() {
        Client.deleteRemovedBlobs(backend);
    }

    private String url(String path) {
        return "http://" + host + path;
    }

    /** A path that no other test has. */
    private String jpeg() {
        return "/jpeg/" + 900 + "/" + UUID.randomUUID();
    }

    private static Response imported(String identity, String url) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("url", url))
                .post("/api/v1/storage/imports");
    }

    private static String path(Response answer, int status) {
        return answer.then().statusCode(status).extract().path("path");
    }

    private String requests(String path) {
        return given().get(url("/requests" + path)).asString();
    }

    @Test
    void becomeAnObjectLikeAnUpload() {
        Response answer = imported(merchant, url(jpeg()));
        String path = path(answer, 201);
        assertThat(path).matches("stores/" + store + "/uploads/[0-9a-f-]{36}\\.jpg");
        assertThat(Client.get(answer.path("image_url"))
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray())
                .isEqualTo(Client.jpeg(900, 1));
        assertThat(Superuser.query(
                        "SELECT extract(epoch FROM expires_at - created_at)::int || ' ' || kept FROM storage.objects"
                                + " WHERE path = ?",
                        path))
                .isEqualTo("21600 false");
        given().header("Authorization", merchant)
                .contentType(ContentType.JSON)
                .body(Map.of("image_urls", List.of(answer.path("image_url").toString()), "live_for_seconds", 60))
                .post("/internal/v1/objects/resolve")
                .then()
                .statusCode(200)
                .body("paths", is(List.of(path)));
    }

    @Test
    void needNoLengthOfTheirHost() {
        path(imported(merchant, url("/chunked/900/" + UUID.randomUUID())), 201);
    }

    @Test
    void areTheSameObjectForAnHourAndThenANewOne() {
        String image = jpeg();
        String first = path(imported(merchant, url(image)), 201);
        assertThat(path(imported(merchant, url(image).replace("http", "HTTP") + "#x"), 200))
                .isEqualTo(first);
        assertThat(requests(image)).isEqualTo("1");
        assertThat(path(imported(merchant, url(image) + "?v=2"), 201)).isNotEqualTo(first);

        Superuser.query(
                "UPDATE storage.imports SET created_at = created_at - interval '1 hour' WHERE path = ? RETURNING path",
                first);
        String second = path(imported(merchant, url(image)), 201);
        assertThat(second).isNotEqualTo(first);
        assertThat(path(imported(merchant, url(image)), 200)).isEqualTo(second);
        assertThat(Client.rows(first)).as("it lives until its own end").isEqualTo(1);
    }

    /** A create needs an image that lives for a while; the store of this one deletes images after half an hour. */
    @Test
    void areFetchedAgainWhenHalfOfTheirLifeIsOver() {
        String image = url(jpeg());
        String first = path(imported(merchant, image), 201);
        age(first, 14);
        assertThat(path(imported(merchant, image), 200)).isEqualTo(first);
        age(first, 2);
        assertThat(path(imported(merchant, image), 201)).isNotEqualTo(first);
    }

    /** Makes the import of an object that lives for half an hour older. */
    private static void age(String path, int minutes) {
        Superuser.query(
                "UPDATE storage.imports SET created_at = created_at - make_interval(mins => %d),".formatted(minutes)
                        + " expires_at = created_at - make_interval(mins => %d) + interval '30 minutes'"
                                .formatted(minutes)
                        + " WHERE path = ? RETURNING path",
                path);
    }

    @Test
    void belongToTheirCaller() {
        String image = url(jpeg());
        Set<String> paths = new HashSet<>();
        for (String caller : List.of(merchant, ann, bob, anonymous, TestIdentities.store(UUID.randomUUID()))) {
            String path = path(imported(caller, image), 201);
            assertThat(path(imported(caller, image), 200)).isEqualTo(path);
            paths.add(path);
        }
        assertThat(paths).hasSize(5);
        String ofAnn = path(imported(ann, image), 200);
        for (String other : List.of(bob, anonymous)) {
            given().header("Authorization", other)
                    .contentType(ContentType.JSON)
                    .body(Map.of("paths", List.of(ofAnn)))
                    .post("/api/v1/storage/downloads")
                    .then()
                    .body("downloads[0].download_url", is((String) null));
        }
    }

    @Test
    void areFetchedAgainAfterTheirDeletion() {
        String image = url(jpeg());
        String first = path(imported(ann, image), 201);
        given().header("Authorization", ann)
                .delete("/api/v1/storage/objects/{name}", first.replaceFirst(".*/", ""))
                .then()
                .statusCode(200);
        assertThat(path(imported(ann, image), 201)).isNotEqualTo(first);
    }

    @Test
    void ofAReactivatedStoreAreFetchedAgain() {
        String image = url(jpeg());
        String first = path(imported(merchant, image), 201);
        Superuser.query(
                "INSERT INTO storage.store_states (store_id, status, closed_until, changed_at, event_id)"
                        + " VALUES (?, 'active', clock_timestamp(), now(), gen_random_uuid()) RETURNING status",
                store);
        assertThat(path(imported(merchant, image), 201)).isNotEqualTo(first);
    }

    /** The database decides: each import may fetch the image, and all get one object. */
    @Test
    void ofTheSameTimeAreOneObject() {
        String name = UUID.randomUUID().toString();
        String image = url("/held/" + name);
        List<CompletableFuture<Response>> running = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> imported(merchant, image), THREADS))
                .limit(3)
                .toList();
        Await.until(SOON, () -> requests("/held/" + name), "3"::equals);
        given().get(url("/release/" + name));

        List<Response> answers = running.stream().map(CompletableFuture::join).toList();
        assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(201, 200, 200);
        assertThat(answers)
                .extracting(answer -> answer.<String>path("path"))
                .containsOnly(answers.getFirst().<String>path("path"));
    }

    @Test
    void areLimitedAtTheSameTimeForEachStore() {
        List<String> names = IntStream.range(0, 3)
                .mapToObj(i -> UUID.randomUUID().toString())
                .toList();
        List<CompletableFuture<Response>> running = names.stream()
                .map(name -> CompletableFuture.supplyAsync(() -> imported(merchant, url("/held/" + name)), THREADS))
                .toList();
        names.forEach(name -> Await.until(SOON, () -> requests("/held/" + name), "1"::equals));

        imported(merchant, url(jpeg())).then().statusCode(503).header("Retry-After", "1");
        path(imported(TestIdentities.store(UUID.randomUUID()), url(jpeg())), 201);

        names.forEach(name -> given().get(url("/release/" + name)));
        running.forEach(answer -> path(answer.join(), 201));
        path(imported(merchant, url(jpeg())), 201);
    }

    @Test
    void needAHostThatTheOperatorAllowed() {
        for (String other : List.of("https://cdn.shopify.com/a.jpg", "https://example.com/a.jpg")) {
            imported(merchant, other)
                    .then()
                    .statusCode(403)
                    .body("code", is("HOST_NOT_ALLOWED"))
                    .body("message", not(containsString("a.jpg")));
        }
    }

    /** The store is allowed localhost, but the port is not excepted, so its address must be public. */
    @Test
    void needAPublicAddress() {
        imported(merchant, "https://localhost/secret.jpg")
                .then()
                .statusCode(422)
                .body("code", is("IMPORT_FAILED"))
                .body("message", containsString("not in the public internet"))
                .body("message", not(containsString("secret")));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost/a.jpg, https://",
        "http://localhost:1/a.jpg, https://",
        "https://localhost:444/a.jpg, port 443",
        "https://127.0.0.1/a.jpg, not an address",
        "https://u:p@localhost/a.jpg, no user name",
        "ftp://localhost/a.jpg, https://",
        "nonsense, https://",
        "'', https://"
    })
    void needAValidUrl(String url, String why) {
        imported(merchant, url)
                .then()
                .statusCode(400)
                .body("code", is("VALIDATION_ERROR"))
                .body("message", containsString(why));
    }

    @Test
    void needAUrl() {
        for (String body : List.of("", "null", "{}", "{\"url\":null}", "{\"url\":7}", "{\"url\":\"x\",\"y\":1}")) {
            given().header("Authorization", merchant)
                    .contentType(ContentType.JSON)
                    .body(body)
                    .post("/api/v1/storage/imports")
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));
        }
        given().header("Authorization", TestIdentities.service("generation"))
                .contentType(ContentType.JSON)
                .body("{\"url\":\"" + url(jpeg()) + "\"}")
                .post("/api/v1/storage/imports")
                .then()
                .statusCode(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/missing, 422, IMPORT_FAILED, status 404",
        "/redirect, 422, IMPORT_FAILED, redirects",
        "/empty, 422, IMPORT_FAILED, without an image",
        "/text, 400, UNSUPPORTED_IMAGE, a web page",
        "/cut, 400, VALIDATION_ERROR, end before the image is complete",
        "/jpeg/1048577, 413, PAYLOAD_TOO_LARGE, 1048576"
    })
    void storeNothingThatIsNoImage(String path, int status, String code, String why) {
        imported(merchant, url(path))
                .then()
                .statusCode(status)
                .body("code", is(code))
                .body("message", containsString(why));
        assertThat(Superuser.query("SELECT count(*) FROM storage.objects WHERE store_id = ?", store))
                .isEqualTo("0");
        assertThat(Superuser.query("SELECT count(*) FROM storage.imports WHERE store_id = ?", store))
                .isEqualTo("0");
    }

    @Test
    void endInTimeIfTheirHostIsSilent() {
        imported(merchant, url("/held/for-ever"))
                .then()
                .statusCode(422)
                .body("code", is("IMPORT_FAILED"))
                .body("message", containsString("in time"));
    }

    @Test
    void leaveNoUrlInTheDatabase() {
        String secret = UUID.randomUUID().toString();
        String path = path(imported(merchant, url("/jpeg/900?token=" + secret)), 201);
        assertThat(Superuser.query(
                        "SELECT (SELECT to_jsonb(o) FROM storage.objects o WHERE path = ?)::text"
                                + " || (SELECT to_jsonb(i) FROM storage.imports i WHERE path = ?)::text",
                        path,
                        path))
                .doesNotContain(secret)
                .doesNotContain("jpeg/900");
    }
}
