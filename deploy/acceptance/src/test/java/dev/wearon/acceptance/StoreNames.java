package dev.wearon.acceptance;

import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A store, and the names of its objects, sessions, keys.
 *
 * @param image the signed URL of an upload
 * @param upload the signed URL of an upload that was not sent
 * @param picture the signed URL of a result
 * @param idempotencyKey the key of a create that was answered
 * @param cursor into its transactions
 * @param listCursor into its try-ons
 */
record StoreNames(
        Merchant merchant,
        UUID keyId,
        UUID sessionId,
        String image,
        String upload,
        String picture,
        String idempotencyKey,
        String cursor,
        String listCursor) {

    static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    static StoreNames of(Suite suite, Merchant merchant) throws Exception {
        String image = merchant.imageUrl(Merchant.PERSON);
        UUID session = merchant.created(List.of(image, image));
        JsonPath completed = merchant.ended(session);
        String key = "used-" + merchant.storeId();
        merchant.call()
                .header("Idempotency-Key", key)
                .body(Map.of("age_verified", true, "image_urls", List.of(image, image)))
                .post("/api/v1/generation/create")
                .then()
                .statusCode(201);
        String cursor = merchant.call()
                .get("/api/v1/credits/transactions?limit=1")
                .then()
                .statusCode(200)
                .extract()
                .path("data.next_cursor");
        return new StoreNames(
                merchant,
                suite.operator()
                        .get("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                        .jsonPath()
                        .getUUID("data.keys[0].key_id"),
                session,
                image,
                merchant.call()
                        .body(filesOf("b.png"))
                        .post("/api/v1/storage/uploads")
                        .path("data.uploads[0].upload_url"),
                completed.getString("data.generated_image_url"),
                key,
                cursor,
                merchant.call()
                        .get("/api/v1/generation?limit=1")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("data.next_cursor"));
    }

    /** The same names with other ids, which do not exist. */
    StoreNames unknown() {
        Map<String, String> others = new TreeMap<>();
        texts().forEach(text -> ID.matcher(text)
                .results()
                .forEach(id -> others.putIfAbsent(id.group(), UUID.randomUUID().toString())));
        return new StoreNames(
                new Merchant(
                        merchant.gateway(),
                        UUID.fromString(others.get(merchant.storeId().toString())),
                        ""),
                UUID.fromString(others.get(keyId.toString())),
                UUID.fromString(others.get(sessionId.toString())),
                renamed(image, others),
                renamed(upload, others),
                renamed(picture, others),
                renamed(idempotencyKey, others),
                cursor,
                listCursor);
    }

    private static String renamed(String text, Map<String, String> others) {
        return ID.matcher(text).replaceAll(id -> others.get(id.group()));
    }

    private List<String> texts() {
        return List.of(
                merchant.storeId().toString(),
                keyId.toString(),
                sessionId.toString(),
                image,
                upload,
                picture,
                idempotencyKey);
    }

    /** Every id in these names. */
    Set<String> ids() {
        return texts().stream()
                .flatMap(text -> ID.matcher(text).results())
                .map(id -> id.group())
                .collect(Collectors.toSet());
    }

    /** The body of a request for the upload URL of a small picture. */
    static Map<String, ?> filesOf(String name) {
        return Map.of("files", List.of(Map.of("file_name", name, "content_type", "image/png", "size", 67)));
    }
}
