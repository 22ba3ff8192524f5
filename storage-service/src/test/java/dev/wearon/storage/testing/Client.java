package dev.wearon.storage.testing;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.storage.backends.Backend;
import dev.wearon.testkit.TestIdentities;
import dev.wearon.testkit.pictures.Images;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Sends the requests of a store's plugin and of a worker. It sends requests for public URLs to the tested service. */
public final class Client {

    /** REST Assured would add a charset to the type of an image, which would differ from the signed type. */
    private static final RestAssuredConfig EXACT_TYPES = RestAssuredConfig.config()
            .encoderConfig(EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private Client() {}

    /** Starts a request that is sent unchanged: no charset is added, and URLs are not encoded again. */
    public static RequestSpecification exactly() {
        return given().config(EXACT_TYPES).urlEncodingEnabled(false);
    }

    /** The path and URLs that the service returns for one upload. */
    public record Upload(String path, String uploadUrl, String imageUrl) {}

    public static byte[] sample(String name) {
        try (InputStream file = Client.class.getResourceAsStream("/samples/" + name)) {
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Makes a small JPEG of {@code size} bytes, filled with {@code fill}. */
    public static byte[] jpeg(int size, int fill) {
        return Images.jpeg(16, 16, size, fill);
    }

    public static Response grant(UUID storeId, Object body) {
        return grant(TestIdentities.store(storeId), body);
    }

    public static Response grant(String identity, Object body) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/storage/uploads");
    }

    /** Requests a URL for the largest upload that the tested service accepts. */
    public static Upload requestUpload(UUID storeId, String contentType) {
        return requestUpload(storeId, contentType, StorageSettings.UPLOAD_MAX_BYTES);
    }

    public static Upload requestUpload(UUID storeId, String contentType, int size) {
        return requestUpload(TestIdentities.store(storeId), contentType, size);
    }

    public static Upload requestUpload(String identity, String contentType, int size) {
        return requestUpload(identity, contentType, size, false);
    }

    private static Upload requestUpload(String identity, String contentType, int size, boolean keep) {
        ObjectNode file = JSON.createObjectNode()
                .put("file_name", "me.png")
                .put("content_type", contentType)
                .put("size", size);
        if (keep) {
            file.put("keep", true);
        }
        JsonNode body =
                JSON.createObjectNode().set("files", JSON.createArrayNode().add(file));
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + "/api/v1/storage/uploads"))
                .header("Authorization", identity)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        try {
            JsonNode upload = JSON.readTree(created(request)).at("/uploads/0");
            return new Upload(
                    upload.path("path").asText(),
                    upload.path("upload_url").asText(),
                    upload.path("image_url").asText());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    public static Upload upload(UUID storeId, String contentType, byte[] bytes) {
        return upload(TestIdentities.store(storeId), contentType, bytes);
    }

    public static Upload requestKept(UUID storeId, String contentType, int size) {
        return requestUpload(TestIdentities.storeThatKeeps(storeId, null), contentType, size, true);
    }

    /** Uploads an image that the store keeps. */
    public static Upload uploadKept(UUID storeId, String contentType, byte[] bytes) {
        return send(requestKept(storeId, contentType, bytes.length), contentType, bytes);
    }

    public static Upload upload(String identity, String contentType, byte[] bytes) {
        return send(requestUpload(identity, contentType, bytes.length), contentType, bytes);
    }

    private static Upload send(Upload upload, String contentType, byte[] bytes) {
        created(HttpRequest.newBuilder(URI.create(local(upload.uploadUrl())))
                .header("Content-Type", contentType)
                .PUT(BodyPublishers.ofByteArray(bytes))
                .build());
        return upload;
    }

    /** Sends a request that must be answered 201. Tests upload hundreds of images, and REST Assured is slow. */
    private static String created(HttpRequest request) {
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new AssertionError(
                        "%s was answered %d %s".formatted(request, answer.statusCode(), answer.body()));
            }
            return answer.body();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }

    public static Response put(String url, String contentType, byte[] bytes) {
        return exactly().header("Content-Type", contentType).body(bytes).put(local(url));
    }

    public static Response get(String url) {
        return exactly().get(local(url));
    }

    public static Response storeResult(UUID storeId, UUID sessionId, byte[] bytes) {
        return exactly()
                .header("Authorization", TestIdentities.service("generation"))
                .header("Content-Type", "image/jpeg")
                .body(bytes)
                .put("/internal/v1/stores/{store}/generated/{session}", storeId, sessionId);
    }

    /** Replaces the public base by the address of the tested service, as a proxy does. */
    public static String local(String url) {
        if (!url.startsWith(StorageSettings.PUBLIC_URL + "/")) {
            throw new AssertionError("The URL does not begin with the public base");
        }
        return address() + url.substring(StorageSettings.PUBLIC_URL.length());
    }

    private static String address() {
        return "http://127.0.0.1:" + RestAssured.port;
    }

    public static long rows(String path) {
        return Long.parseLong(Superuser.query("SELECT count(*) FROM storage.objects WHERE path = ?", path));
    }

    /**
     * Deletes a row, as the janitor does.
     *
     * @return its blob, which the caller must delete
     */
    public static Optional<String> deleteRow(String path) {
        return Optional.ofNullable(Superuser.query("DELETE FROM storage.objects WHERE path = ? RETURNING blob", path));
    }

    /** Deletes the blobs of objects that were deleted on request, as the janitor does. Other tests compare rows and blobs. */
    public static void deleteRemovedBlobs(Backend backend) {
        String next =
                "DELETE FROM storage.removals WHERE blob = (SELECT min(blob) FROM storage.removals) RETURNING blob";
        for (String blob = Superuser.query(next); blob != null; blob = Superuser.query(next)) {
            backend.delete(blob).await().atMost(Duration.ofSeconds(10));
        }
    }

    /** Makes the row of an object older. */
    public static void age(String path, Duration by) {
        double seconds = by.toMillis() / 1_000.0;
        String aged = Superuser.query("""
                UPDATE storage.objects
                SET created_at = created_at - make_interval(secs => ?),
                    expires_at = expires_at - make_interval(secs => ?)
                WHERE path = ?
                RETURNING path""", seconds, seconds, path);
        if (aged == null) {
            throw new AssertionError("There is no object at " + path);
        }
    }

    /** Returns the number of all objects. */
    public static long rows() {
        return Long.parseLong(Superuser.query("SELECT count(*) FROM storage.objects"));
    }

    /** Returns the number of files in a folder of the data folder. */
    public static long files(Path dataDir, String folder) {
        try (var files = Files.walk(dataDir.resolve(folder))) {
            return files.filter(Files::isRegularFile).count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
