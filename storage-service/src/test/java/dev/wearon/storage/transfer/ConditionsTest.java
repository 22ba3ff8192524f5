package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.WithServers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that make a request depend on the stored object or on a checksum are honoured or refused. */
@QuarkusTest
@WithServers
class ConditionsTest extends UploadTestBase {

    private static final byte[] PHOTO = Client.jpeg(2_000, 1);

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Response put(Upload upload, Map<String, String> headers) {
        return Client.exactly()
                .headers(headers)
                .header("Content-Type", "image/jpeg")
                .body(PHOTO)
                .put(Client.local(upload.uploadUrl()));
    }

    @Test
    void aReadWithIfMatchNeedsTheTagOfTheObject() {
        Upload upload = Client.upload(STORE, "image/jpeg", PHOTO);
        String url = Client.local(upload.imageUrl());
        String tag = Client.get(upload.imageUrl()).header("ETag");
        for (String same : new String[] {tag, "*", "\"x\", " + tag}) {
            Client.exactly().header("If-Match", same).get(url).then().statusCode(200);
            Client.exactly().header("If-Match", same).head(url).then().statusCode(200);
        }
        for (String other : new String[] {"\"x\"", "W/" + tag, tag.replace("\"", ""), "\"x\", \"y\""}) {
            Client.exactly()
                    .headers("If-Match", other, "If-None-Match", tag, "Range", "bytes=0-1")
                    .get(url)
                    .then()
                    .statusCode(412)
                    .body("code", is("PRECONDITION_FAILED"));
            Client.exactly()
                    .header("If-Match", other)
                    .head(url)
                    .then()
                    .statusCode(412)
                    .body(is(emptyString()));
        }
        // Two headers are one list.
        Client.exactly().header("If-Match", "\"x\"", tag).get(url).then().statusCode(200);
        Client.exactly().header("If-None-Match", "\"x\"", tag).get(url).then().statusCode(304);
    }

    @Test
    void anUploadHasTheChecksumOfItsHeader() {
        Upload upload = Client.requestUpload(STORE, "image/jpeg", PHOTO.length);
        put(upload, Map.of("Content-MD5", md5(Client.jpeg(2_000, 2))))
                .then()
                .statusCode(400)
                .body("code", is("VALIDATION_ERROR"))
                .body("message", is("The bytes do not have the checksum in Content-MD5. Nothing was stored."));
        assertNothingStored(upload);
        for (int i = 0; i < 2; i++) {
            put(upload, Map.of("Content-MD5", md5(PHOTO))).then().statusCode(201);
        }
        assertThat(Client.get(upload.imageUrl()).asByteArray()).isEqualTo(PHOTO);
    }

    /** The bytes that arrived are a whole picture and have the checksum, but the request says that more follow. */
    @Test
    void anAbortedUploadIsNotStoredWhateverItsChecksum() throws Exception {
        Upload upload = Client.requestUpload(STORE, "image/jpeg", 2 * PHOTO.length);
        for (byte[] sent : List.of(PHOTO, Arrays.copyOf(PHOTO, 1_000))) {
            RawPut.cutOff(
                    "Content-MD5: %s\nContent-Length: %d".formatted(md5(sent), 2 * PHOTO.length),
                    upload.uploadUrl(),
                    "image/jpeg",
                    sent);
            leavesNothingBehind();
            assertNothingStored(upload);
        }
        put(upload, Map.of("Content-MD5", md5(PHOTO))).then().statusCode(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAA", "d41d8cd98f00b204e9800998ecf8427e", "1B2M2Y8AsgTpgAmY7PhCfg==="})
    void anUploadWithAMalformedChecksumIsRefused(String md5) {
        Upload upload = Client.requestUpload(STORE, "image/jpeg", PHOTO.length);
        put(upload, Map.of("Content-MD5", md5)).then().statusCode(400).body("message", containsString("Content-MD5"));
        assertNothingStored(upload);
    }

    @Test
    void anUploadSupportsOnlyTheConditionThatItMeetsAnyway() {
        Upload upload = Client.requestUpload(STORE, "image/jpeg", PHOTO.length);
        for (Map<String, String> condition :
                List.of(Map.of("If-Match", "*"), Map.of("If-Match", "\"x\""), Map.of("If-None-Match", "\"x\""))) {
            put(upload, condition)
                    .then()
                    .statusCode(400)
                    .body(
                            "message",
                            containsString(condition.keySet().iterator().next()));
        }
        assertNothingStored(upload);
        put(upload, Map.of("If-None-Match", "*")).then().statusCode(201);
    }
}
