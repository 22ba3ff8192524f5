package dev.wearon.storage.transfer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.RawRequest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters that a URI must not contain, behind and inside signed URLs. */
@QuarkusTest
@WithServers
class StrayCharactersTest {

    private static final UUID STORE = UUID.randomUUID();

    @TestHTTPResource(value = "/metrics", management = true)
    String metrics;

    private static String send(String method, String uri) {
        return RawRequest.send(RestAssured.port, method, uri, "X-Request-Id: stray-1");
    }

    private static String uri(String url) {
        URI local = URI.create(Client.local(url));
        return local.getRawPath() + "?" + local.getRawQuery();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%", "%zz", "%4", "|", "{{campaign.name}}|a", "^", "`", "\"", "<", ">", "[", "\\", "é", "%FF"})
    void areIgnoredBehindASignedUrl(String stray) {
        Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(2_000, 1));
        String read = uri(upload.imageUrl());
        for (String method : List.of("GET", "HEAD")) {
            assertThat(send(method, read + "&x=" + stray)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(send("GET", read.replace("expires=", "x=" + stray + "&expires=")))
                .startsWith("HTTP/1.1 200 ");
        assertThat(send("GET", read + "&" + stray)).startsWith("HTTP/1.1 200 ");
    }

    /** The body is still unread when the request gets its new URI. */
    @Test
    void areIgnoredBehindTheUrlOfAnUpload() throws Exception {
        for (int size : new int[] {100, 300_000}) {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            byte[] photo = Client.jpeg(size, 1);
            assertThat(RawPut.withLength(upload.uploadUrl() + "&x={%|", "image/jpeg", photo, size))
                    .startsWith("HTTP/1.1 201 ");
            assertThat(Client.get(upload.imageUrl()).asByteArray()).isEqualTo(photo);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%zz", "|", "{", "}", "^", "`", "\"", "<", ">"})
    void areARefusalWhereTheyAreSigned(String stray) {
        String read = uri(Client.requestUpload(STORE, "image/jpeg").imageUrl());
        String write = uri(Client.requestUpload(STORE, "image/jpeg").uploadUrl());
        for (String uri :
                List.of(read + stray, read.replace("?", stray + "?"), read.replace("expires=", "expires=" + stray))) {
            assertThat(send("GET", uri))
                    .startsWith("HTTP/1.1 403 ")
                    .containsIgnoringCase("X-Request-Id: stray-1")
                    .contains("\"code\":\"SIGNATURE_INVALID\"");
        }
        assertThat(send("PUT", write + stray)).startsWith("HTTP/1.1 403 ").contains("SIGNATURE_INVALID");
        assertThat(send("GET", "/stores/" + stray)).startsWith("HTTP/1.1 404 ").contains("\"code\":\"NOT_FOUND\"");
    }

    @Test
    void areNoLabelOfAMetric() {
        String typed = "typed" + UUID.randomUUID().toString().substring(0, 8);
        send("GET", "/stores/{" + typed + "}/uploads/a?x=%");
        send("DELETE", "/stores/{" + typed + "}/uploads/a?x=%");
        send("POST", "/api/v1/storage/uploads{" + typed);
        send("DELETE", "/api/v1/storage/{" + typed);
        assertThat(given().get(metrics).asString()).doesNotContain(typed);
        assertThat(RawRequest.send(
                        URI.create(metrics).getPort(),
                        "GET",
                        URI.create(metrics).getPath() + "?x={%|"))
                .startsWith("HTTP/1.1 200 ");
    }
}
