package dev.wearon.acceptance;

import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;

import dev.wearon.testkit.Await;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The server of a merchant, which calls the gateway: a store for one test, with its key. */
record Merchant(URI gateway, UUID storeId, String apiKey) {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    static final Path PERSON = Suite.ROOT.resolve("deploy/local/samples/person.png");
    static final Path GARMENT = Suite.ROOT.resolve("deploy/local/samples/garment.png");

    /** A new store in absorb mode with {@code credits} in its pool. */
    static Merchant with(Suite suite, int credits) throws IOException {
        return with(suite, "absorb_mode", credits);
    }

    static Merchant with(Suite suite, String billingMode, int credits) throws IOException {
        return with(suite.gateway(), suite.run().get("admin_token").textValue(), billingMode, credits);
    }

    static Merchant ofTestStore(Suite suite, int credits) throws IOException {
        return with(suite.gateway(), suite.run().get("admin_token").textValue(), credits, Map.of("test", true));
    }

    static Merchant with(URI gateway, String admin, String billingMode, int credits) {
        return with(gateway, admin, credits, Map.of("billing_mode", billingMode));
    }

    private static Merchant with(URI gateway, String admin, int credits, Map<String, ?> terms) {
        Map<String, Object> store = new HashMap<>(terms);
        String domain = "shop-" + UUID.randomUUID() + ".example";
        store.put("shop_domain", domain);
        UUID id = operator(gateway, admin)
                .body(store)
                .post("/admin/v1/stores")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("data.store_id");
        String key = operator(gateway, admin)
                .body(Map.of("allowed_domains", List.of()))
                .post("/admin/v1/stores/{id}/api-keys", id)
                .then()
                .statusCode(201)
                .extract()
                .path("data.api_key");
        if (credits > 0) {
            operator(gateway, admin)
                    .header("Idempotency-Key", "first-" + id)
                    .body(Map.of("amount", credits, "type", "purchase"))
                    .post("/admin/v1/stores/{id}/credits", id)
                    .then()
                    .statusCode(201);
        }
        return new Merchant(gateway, id, key);
    }

    private static RequestSpecification operator(URI gateway, String adminToken) {
        return given().baseUri(gateway.toString())
                .auth()
                .preemptive()
                .oauth2(adminToken)
                .contentType(ContentType.JSON);
    }

    RequestSpecification call() {
        return given().baseUri(gateway.toString())
                .auth()
                .preemptive()
                .oauth2(apiKey)
                .contentType(ContentType.JSON);
    }

    int balance() {
        return call().get("/api/v1/credits/balance")
                .then()
                .statusCode(200)
                .extract()
                .path("data.balance");
    }

    /** Uploads an image through its signed URL. */
    String imageUrl(Path image) throws IOException {
        return imageUrl(Files.readAllBytes(image));
    }

    String imageUrl(byte[] image) {
        String type = ResultPicture.contentType(image).orElseThrow();
        JsonPath upload = place(image.length, type);
        put(upload, image, type).then().statusCode(201);
        return upload.getString("data.uploads[0].image_url");
    }

    /** Requests signed URLs for an image of this size. */
    JsonPath place(int size, String contentType) {
        return call().body(Map.of(
                        "files", List.of(Map.of("file_name", "photo", "content_type", contentType, "size", size))))
                .post("/api/v1/storage/uploads")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    /** Uploads to such a URL, and does not check the reply. */
    Response put(JsonPath upload, byte[] image, String contentType) {
        // The signature covers the exact type, so no charset may be appended.
        return given().config(config().encoderConfig(
                                encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .urlEncodingEnabled(false)
                .contentType(contentType)
                .body(image)
                .put(upload.getString("data.uploads[0].upload_url"));
    }

    /** Uploads the pictures of a person and a garment. */
    List<String> images() throws Exception {
        return List.of(imageUrl(PERSON), imageUrl(GARMENT));
    }

    /** Creates a try-on, and does not check the reply. */
    Response create(List<?> imageUrls) {
        return call().body(Map.of("age_verified", true, "image_urls", imageUrls))
                .post("/api/v1/generation/create");
    }

    Response create(List<?> imageUrls, String prompt) {
        return call().body(Map.of("age_verified", true, "image_urls", imageUrls, "prompt", prompt))
                .post("/api/v1/generation/create");
    }

    UUID created(List<?> imageUrls, String prompt) {
        return create(imageUrls, prompt)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("data.session_id");
    }

    UUID created(List<?> imageUrls) {
        return create(imageUrls).then().statusCode(201).extract().jsonPath().getUUID("data.session_id");
    }

    /** The session when it is completed or failed. */
    JsonPath ended(UUID id) {
        return Await.until(TIMEOUT, () -> session(id), session -> List.of("completed", "failed")
                .contains(session.getString("data.status")));
    }

    JsonPath session(UUID id) {
        return call().get("/api/v1/generation/{id}", id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
