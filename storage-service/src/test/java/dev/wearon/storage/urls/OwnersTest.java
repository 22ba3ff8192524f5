package dev.wearon.storage.urls;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.identity.Principal;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.Superuser;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import dev.wearon.testkit.contract.OpenRoutes;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which callers may use an object: its store everything, a shopper's token only the objects of the same shopper. */
@QuarkusTest
@WithServers
class OwnersTest {

    private static final byte[] PICTURE = Client.jpeg(300, 3);
    private static final UUID STORE = UUID.randomUUID();
    private static final UUID SESSION = UUID.randomUUID();
    private static final String ANN = "ann@shop.example";
    private static final String BOB = "ref:4711";

    /** All callers by name, in the order of their names. */
    private static final Map<String, String> CALLERS = new TreeMap<>(Map.of(
            "ann", TestIdentities.shopperToken(STORE, UUID.randomUUID(), ANN),
            "ann, another token", TestIdentities.shopperToken(STORE, UUID.randomUUID(), ANN),
            "ann, another store", TestIdentities.shopperToken(UUID.randomUUID(), UUID.randomUUID(), ANN),
            "bob", TestIdentities.shopperToken(STORE, UUID.randomUUID(), BOB),
            "anonymous", TestIdentities.shopperToken(STORE, UUID.randomUUID(), null),
            "anonymous, another", TestIdentities.shopperToken(STORE, UUID.randomUUID(), null),
            "store", TestIdentities.store(STORE),
            "store for ann", TestIdentities.store(STORE, Principal.BillingMode.ABSORB_MODE, ANN),
            "store for bob", TestIdentities.store(STORE, Principal.BillingMode.ABSORB_MODE, BOB),
            "store, another", TestIdentities.store(UUID.randomUUID())));

    private static final Set<String> KEYS_OF_THE_STORE = Set.of("store", "store for ann", "store for bob");

    @TestHTTPResource(value = "/openapi", management = true)
    URL document;

    @Test
    void anUploadOfAShopperIsUsableByEachTokenOfTheShopper() {
        assertUsersOfAnUploadBy("ann", "ann", "ann, another token");
        assertUsersOfAnUploadBy("bob", "bob");
    }

    @Test
    void anUploadOfAStoreForAShopperBelongsToTheShopper() {
        assertUsersOfAnUploadBy("store for ann", "ann", "ann, another token");
        assertUsersOfAnUploadBy("store for bob", "bob");
    }

    @Test
    void anUploadOfAnAnonymousTokenBelongsToThisTokenOnly() {
        assertUsersOfAnUploadBy("anonymous", "anonymous");
    }

    @Test
    void anUploadOfAStoreAloneIsUsableByNoToken() {
        assertUsersOfAnUploadBy("store");
    }

    @Test
    void aResultBelongsToTheOwnerThatTheWorkerNames() throws Exception {
        UUID owner = Principal.OfStore.owner(STORE, Optional.of(ANN), Optional.empty())
                .orElseThrow();
        storeResult(SESSION, "?owner=" + owner);
        assertThat(downloaders(generated(SESSION))).isEqualTo(with("ann", "ann, another token"));

        // The bytes of a second attempt are dropped, and its owner too.
        storeResult(SESSION, "?owner=" + UUID.randomUUID());
        assertThat(downloaders(generated(SESSION))).isEqualTo(with("ann", "ann, another token"));
    }

    /** A worker of the previous version names no owner. */
    @Test
    void aResultWithoutAnOwnerBelongsToTheStoreAlone() {
        UUID session = UUID.randomUUID();
        storeResult(session, "");
        assertThat(downloaders(generated(session))).isEqualTo(KEYS_OF_THE_STORE);
    }

    @Test
    void refusesAMalformedOwnerOfAResult() {
        result(UUID.randomUUID(), "?owner=ann").then().statusCode(400).body("message", is("owner must be a UUID."));
    }

    @Test
    void neitherTheUrlNorTheRowNamesTheShopper() throws Exception {
        Upload upload = Client.upload(CALLERS.get("ann"), "image/jpeg", PICTURE);
        assertThat(upload.uploadUrl() + upload.imageUrl())
                .doesNotContainIgnoringCase("ann")
                .doesNotContain("shop.ex");
        assertThat(Superuser.query("SELECT to_jsonb(o) FROM storage.objects o WHERE path = ?", upload.path()))
                .contains("\"owner\": \"")
                .doesNotContain("shop.example");
    }

    @Test
    void aUrlWithAChangedOrWithoutItsOwnerIsRefusedAndStoresNothing() {
        String other = Principal.OfStore.owner(STORE, Optional.of(BOB), Optional.empty())
                .orElseThrow()
                .toString();
        for (String change : List.of("", "&owner=" + other)) {
            Upload upload = Client.requestUpload(CALLERS.get("ann"), "image/jpeg", PICTURE.length);
            String changed = upload.uploadUrl().replaceFirst("&owner=[0-9a-f-]{36}", change);
            assertThat(changed).isNotEqualTo(upload.uploadUrl());

            Client.put(changed, "image/jpeg", PICTURE).then().statusCode(403).body("code", is("SIGNATURE_INVALID"));
            assertThat(Client.rows(upload.path())).isZero();
        }
    }

    @Test
    void otherRoutesDoNotExistForAToken() {
        assertThat(OpenRoutes.of(document, CALLERS.get("ann")))
                .containsExactlyInAnyOrder(
                        "POST /api/v1/storage/uploads",
                        "POST /api/v1/storage/downloads",
                        "DELETE /api/v1/storage/objects/{name}",
                        "POST /api/v1/storage/imports",
                        "POST /internal/v1/objects/resolve",
                        // The signature of the URL is the permission.
                        "GET /stores/{store_id}/{kind}/{name}",
                        "PUT /stores/{store_id}/{kind}/{name}");
    }

    /** The same callers may download it and use it for a try-on; for the others it does not exist. */
    private static void assertUsersOfAnUploadBy(String uploader, String... tokens) {
        Upload upload = Client.upload(CALLERS.get(uploader), "image/jpeg", PICTURE);

        assertThat(downloaders(upload.path())).isEqualTo(with(tokens));
        assertThat(usersInTryOns(upload)).isEqualTo(with(tokens));
        assertThat(usersInABatch(upload)).isEqualTo(with(tokens));
    }

    private static Set<String> with(String... tokens) {
        Set<String> users = new TreeSet<>(KEYS_OF_THE_STORE);
        users.addAll(List.of(tokens));
        return users;
    }

    private static Set<String> downloaders(String path) {
        Set<String> users = new TreeSet<>();
        CALLERS.forEach((name, identity) -> {
            String url = given().header("Authorization", identity)
                    .contentType(ContentType.JSON)
                    .body(Map.of("paths", List.of(path)))
                    .post("/api/v1/storage/downloads")
                    .then()
                    .statusCode(200)
                    .body("downloads.path", is(List.of(path)))
                    .extract()
                    .path("downloads[0].download_url");
            if (url != null) {
                Client.get(url).then().statusCode(200);
                users.add(name);
            }
        });
        return users;
    }

    private static Set<String> usersInTryOns(Upload upload) {
        Set<String> users = new TreeSet<>();
        CALLERS.forEach((name, identity) -> {
            var answer = given().header("Authorization", identity)
                    .contentType(ContentType.JSON)
                    .body(Map.of("image_urls", List.of(upload.imageUrl()), "live_for_seconds", 60))
                    .post("/internal/v1/objects/resolve");
            if (answer.statusCode() == 200) {
                answer.then().body("paths", is(List.of(upload.path())));
                users.add(name);
            } else {
                answer.then().statusCode(400).body("message", is(refusalOfAMissingImage(identity, upload)));
            }
        });
        return users;
    }

    private static String refusalOfAMissingImage(String identity, Upload upload) {
        String missing = upload.imageUrl().replaceFirst("uploads/[0-9a-f-]+", "uploads/" + UUID.randomUUID());
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("image_urls", List.of(missing), "live_for_seconds", 60))
                .post("/internal/v1/objects/resolve")
                .then()
                .statusCode(400)
                .extract()
                .path("message");
    }

    private static Set<String> usersInABatch(Upload upload) {
        List<Map<String, Object>> members = CALLERS.values().stream()
                .<Map<String, Object>>map(identity ->
                        Map.of("identity", identity, "image_urls", List.of(upload.imageUrl()), "live_for_seconds", 60))
                .toList();
        List<Map<String, Object>> answers = given().header("Authorization", TestIdentities.service("generation"))
                .contentType(ContentType.JSON)
                .body(Map.of("requests", members))
                .post("/internal/v1/objects/resolve/batch")
                .then()
                .statusCode(200)
                .extract()
                .path("answers");
        List<String> names = new ArrayList<>(CALLERS.keySet());
        Set<String> users = new TreeSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (answers.get(i).containsKey("paths")) {
                users.add(names.get(i));
            }
        }
        return users;
    }

    private static String generated(UUID session) {
        return "stores/%s/generated/%s.jpg".formatted(STORE, session);
    }

    private static void storeResult(UUID session, String query) {
        result(session, query).then().statusCode(200);
    }

    private static Response result(UUID session, String query) {
        return Client.exactly()
                .header("Authorization", TestIdentities.service("generation"))
                .header("Content-Type", "image/jpeg")
                .body(PICTURE)
                .put("/internal/v1/stores/%s/generated/%s%s".formatted(STORE, session, query));
    }
}
