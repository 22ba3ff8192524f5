package dev.wearon.generation;

import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;

import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.Pictures;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A store for one test, with a wallet in the real ledger and images in the real storage.
 *
 * @param shopper of each call; null if it names none
 * @param tokenId the shopper's token that calls instead of the store; null if the store calls
 */
public record Shop(UUID storeId, BillingMode mode, String shopper, UUID tokenId) {

    private static final Path SAMPLES = Path.of("../deploy/local/samples");

    public static Shop with(int credits) {
        Shop shop = new Shop(UUID.randomUUID(), BillingMode.ABSORB_MODE, null, null);
        if (credits > 0) {
            shop.topUp(credits);
        }
        return shop;
    }

    public void topUp(int credits) {
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.service("gateway"))
                .contentType(ContentType.JSON)
                .body(Map.of("request_id", UUID.randomUUID(), "amount", credits, "type", "purchase"))
                .post("/internal/v1/stores/{id}/grants", storeId)
                .then()
                .statusCode(201);
    }

    public Shop payingThroughShoppers(String email) {
        return new Shop(storeId, BillingMode.RESELL_MODE, email, null);
    }

    /** The store, calling for a shopper. */
    public Shop namingShopper(String shopper) {
        return new Shop(storeId, mode, shopper, null);
    }

    /** A new token of a shopper of the store; it is anonymous if the shopper is null. */
    public Shop token(String shopper) {
        return new Shop(storeId, mode, shopper, UUID.randomUUID());
    }

    public String identity() {
        return tokenId == null
                ? TestIdentities.store(storeId, mode, shopper)
                : TestIdentities.shopperToken(storeId, tokenId, mode, shopper);
    }

    public int balance() {
        return given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.store(storeId))
                .get("/api/v1/credits/balance")
                .then()
                .statusCode(200)
                .extract()
                .path("balance");
    }

    /** Makes only the charge, like a create that dies right after it. */
    public void charge(UUID id) {
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", identity())
                .contentType(ContentType.JSON)
                .body(Map.of("charge_id", id, "amount", 1, "request_id", "r"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(200);
    }

    /** Makes the shop's charges older than a create can take. A trigger forbids it, so this statement runs without triggers. */
    public void ageCharges() {
        Rows.update("""
                WITH unguarded AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', TRUE))
                UPDATE credits.charges SET created_at = now() - interval '90 seconds'
                  FROM unguarded WHERE store_id = ?
                """, storeId);
    }

    public String person() throws Exception {
        return imageUrl(Files.readAllBytes(SAMPLES.resolve("person.png")));
    }

    /** An image that storage accepts and the model cannot decode. */
    public String unreadableImage() throws Exception {
        return imageUrl(Pictures.torn());
    }

    public String imageUrl(byte[] png) {
        String storage = SuiteServers.neighbour("storage").url();
        JsonPath upload = given().baseUri(storage)
                .header("Authorization", identity())
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "files",
                        List.of(Map.of("file_name", "a.png", "content_type", "image/png", "size", png.length))))
                .post("/api/v1/storage/uploads")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        // The signature covers the content type; a charset would change it.
        given().config(config().encoderConfig(
                                encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .urlEncodingEnabled(false)
                .contentType("image/png")
                .body(png)
                .put(upload.getString("uploads[0].upload_url"))
                .then()
                .statusCode(201);
        return upload.getString("uploads[0].image_url");
    }

    /** A request to the service under test. */
    public RequestSpecification call() {
        return given().header("Authorization", identity());
    }

    /** A single URL is the picture of the person and of the garment. */
    public Response create(String... imageUrls) {
        return call().contentType(ContentType.JSON)
                .body(Map.of("age_verified", true, "image_urls", withGarment(imageUrls)))
                .post("/api/v1/generation/create");
    }

    private static List<String> withGarment(String... imageUrls) {
        return imageUrls.length == 1 ? List.of(imageUrls[0], imageUrls[0]) : List.of(imageUrls);
    }

    /** A create with an Idempotency-Key. */
    public Response createWithKey(String key, String... imageUrls) {
        return call().header("Idempotency-Key", key)
                .contentType(ContentType.JSON)
                .body(Map.of("age_verified", true, "image_urls", withGarment(imageUrls)))
                .post("/api/v1/generation/create");
    }

    public UUID created(String... imageUrls) {
        return create(imageUrls).then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }

    public JsonPath session(UUID id) {
        return call().get("/api/v1/generation/{id}", id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
