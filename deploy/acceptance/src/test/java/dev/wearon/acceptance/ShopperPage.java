package dev.wearon.acceptance;

import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;

import dev.wearon.testkit.Await;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A page of a shop in the browser of a shopper, which calls the gateway with a shopper token. */
record ShopperPage(URI gateway, String origin, String token) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** A server of a merchant whose key may request tokens for pages of {@code origin}. */
    record Shop(Merchant merchant, String origin) {

        private static final List<String> SCOPES = List.of(
                "generations:write", "generations:read", "credits:read", "shoppers:read", "shopper-tokens:mint");

        static Shop of(Suite suite, Merchant merchant) throws Exception {
            String domain = "pages-" + merchant.storeId() + ".example";
            String key = given().baseUri(merchant.gateway().toString())
                    .auth()
                    .preemptive()
                    .oauth2(suite.run().get("admin_token").textValue())
                    .contentType(ContentType.JSON)
                    .body(Map.of("allowed_domains", List.of("https://" + domain), "scopes", SCOPES))
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("data.api_key");
            return new Shop(new Merchant(merchant.gateway(), merchant.storeId(), key), "https://" + domain);
        }

        /** A page of a shopper who is named by {@code field}: {@code shopper_email} or {@code shopper_ref}. */
        ShopperPage page(String field, String shopper) {
            return page(Map.of(field, shopper));
        }

        ShopperPage anonymousPage() {
            return page(Map.of());
        }

        private ShopperPage page(Map<String, Object> shopper) {
            Map<String, Object> body = new HashMap<>(shopper);
            body.putAll(Map.of("origin", origin, "max_generations", 5, "expires_in", 600));
            String token = merchant.call()
                    .body(body)
                    .post("/api/v1/shopper-tokens")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("data.token");
            return new ShopperPage(merchant.gateway(), origin, token);
        }
    }

    RequestSpecification call() {
        return given().baseUri(gateway.toString())
                .header("Authorization", "Bearer " + token)
                .header("Origin", origin)
                .contentType(ContentType.JSON);
    }

    String imageUrl(Path file) throws Exception {
        byte[] image = Files.readAllBytes(file);
        String type = ResultPicture.contentType(image).orElseThrow();
        JsonPath upload = call().body(Map.of(
                        "files", List.of(Map.of("file_name", "photo", "content_type", type, "size", image.length))))
                .post("/api/v1/storage/uploads")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        // The signature covers the exact type, so no charset may be appended.
        given().config(config().encoderConfig(
                                encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .urlEncodingEnabled(false)
                .header("Origin", origin)
                .contentType(type)
                .body(image)
                .put(upload.getString("data.uploads[0].upload_url"))
                .then()
                .statusCode(201);
        return upload.getString("data.uploads[0].image_url");
    }

    /** Creates a try-on, and does not check the reply. */
    Response create(String idempotencyKey, String... imageUrls) {
        return call().header("Idempotency-Key", idempotencyKey)
                .body(Map.of("age_verified", true, "image_urls", imageUrls))
                .post("/api/v1/generation/create");
    }

    UUID created(String idempotencyKey, String... imageUrls) {
        return create(idempotencyKey, imageUrls)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("data.session_id");
    }

    Response session(UUID id) {
        return call().get("/api/v1/generation/{id}", id);
    }

    /** The session when it is completed. A token may read only once a second. */
    JsonPath completed(UUID id) {
        return Await.until(
                TIMEOUT,
                Duration.ofSeconds(2),
                () -> session(id).then().statusCode(200).extract().jsonPath(),
                session -> "completed".equals(session.getString("data.status")));
    }

    /** Returns a signed URL of the object; null if there is none for this page. */
    String downloadUrl(String path) {
        return call().body(Map.of("paths", List.of(path)))
                .post("/api/v1/storage/downloads")
                .then()
                .statusCode(200)
                .extract()
                .path("data.downloads[0].download_url");
    }
}
