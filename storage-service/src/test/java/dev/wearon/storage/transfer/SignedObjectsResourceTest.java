package dev.wearon.storage.transfer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.MovableClock;
import dev.wearon.storage.testing.WithServers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Method;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class SignedObjectsResourceTest {

    private static final UUID STORE = UUID.randomUUID();

    @Inject
    Clock clock;

    @AfterEach
    void resetTheClock() {
        ((MovableClock) clock).move(Duration.ZERO);
    }

    private static Response get(Map<String, String> headers, Upload upload) {
        return Client.exactly().headers(headers).get(Client.local(upload.imageUrl()));
    }

    private static String name(Upload upload) {
        return upload.path().substring(upload.path().lastIndexOf('/') + 1);
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(hash) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Nested
    class Returns200 {

        @Test
        void sendsBytesWithTheirHeaders() {
            byte[] shirt = Client.sample("t-shirt_01.png");
            Upload upload = Client.upload(STORE, "image/png", shirt);
            Response got = Client.get(upload.imageUrl());
            got.then()
                    .statusCode(200)
                    .header("Content-Type", "image/png")
                    .header("Content-Length", String.valueOf(shirt.length))
                    .header("ETag", etag(shirt))
                    .header("Accept-Ranges", "bytes")
                    .header("Content-Disposition", "inline; filename=\"%s\"".formatted(name(upload)))
                    .header("Content-Security-Policy", endsWith("sandbox"))
                    .header("X-Content-Type-Options", "nosniff");
            assertThat(got.asByteArray()).isEqualTo(shirt);
        }

        @Test
        void allowsPrivateCachingForTheObjectsLifetime() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            assertThat(maxAge(upload)).isBetween(21_590, 21_600);
            Client.age(upload.path(), Duration.ofHours(5));
            assertThat(maxAge(upload)).isBetween(3_590, 3_600);
        }

        /** Reads more often than a bucket has connections, so each read must return its connection. */
        @Test
        void survivesReadersThatDisconnect() throws IOException {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(1_000_000, 1));
            URI url = URI.create(Client.local(upload.imageUrl()));
            for (int reader = 0; reader < 20; reader++) {
                try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                    socket.setReceiveBufferSize(4_096);
                    socket.getOutputStream()
                            .write("GET %s?%s HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .formatted(url.getRawPath(), url.getRawQuery())
                                    .getBytes(StandardCharsets.US_ASCII));
                    assertThat(socket.getInputStream().readNBytes(12))
                            .asString()
                            .isEqualTo("HTTP/1.1 200");
                    socket.setSoLinger(true, 0);
                }
            }
            assertThat(Client.get(upload.imageUrl()).asByteArray()).hasSize(1_000_000);
        }

        private static int maxAge(Upload upload) {
            String header = Client.get(upload.imageUrl()).header("Cache-Control");
            assertThat(header).startsWith("private, max-age=");
            return Integer.parseInt(header.substring("private, max-age=".length()));
        }

        @Test
        void ignoresUnsupportedRangesAndOtherEtags() {
            byte[] shirt = Client.sample("t-shirt_01.png");
            Upload upload = Client.upload(STORE, "image/png", shirt);
            for (Map<String, String> headers : List.of(
                    Map.of("Range", "bytes=0-1,5-6"),
                    Map.of("Range", "nonsense"),
                    Map.of("Range", "bytes=0-1", "If-Range", "\"other\""),
                    Map.of("If-None-Match", "\"other\""))) {
                Response got = get(headers, upload);
                got.then().statusCode(200).header("Content-Length", String.valueOf(shirt.length));
                assertThat(got.header("Content-Range")).isNull();
                assertThat(got.asByteArray()).isEqualTo(shirt);
            }
        }

        @Test
        void answersHeadLikeGetWithoutBytes() {
            byte[] shirt = Client.sample("t-shirt_01.png");
            Upload upload = Client.upload(STORE, "image/png", shirt);
            for (Map<String, String> headers : List.of(Map.<String, String>of(), Map.of("Range", "bytes=0-1"))) {
                Response head =
                        given().headers(headers).urlEncodingEnabled(false).head(Client.local(upload.imageUrl()));
                head.then().statusCode(200);
                assertThat(head.asByteArray()).isEmpty();
                for (String name : List.of(
                        "Content-Type",
                        "Content-Length",
                        "ETag",
                        "Accept-Ranges",
                        "Content-Disposition",
                        "X-Content-Type-Options")) {
                    assertThat(head.header(name))
                            .isEqualTo(Client.get(upload.imageUrl()).header(name))
                            .isNotNull();
                }
            }
        }
    }

    @Nested
    class Returns206 {

        @Test
        void sendsTheRequestedRange() {
            byte[] person = Client.sample("person.png");
            Upload upload = Client.upload(STORE, "image/png", person);
            int size = person.length;
            for (int[] part : new int[][] {{0, 1}, {0, size}, {1, 70_000}, {size - 3, size}}) {
                String range = "bytes=%d-%d".formatted(part[0], part[1] - 1);
                Response got = get(Map.of("Range", range, "If-Range", etag(person)), upload);
                got.then()
                        .statusCode(206)
                        .header("Content-Range", "%s/%d".formatted(range.replace('=', ' '), size))
                        .header("Content-Length", String.valueOf(part[1] - part[0]))
                        .header("Content-Type", "image/png")
                        .header("ETag", etag(person));
                assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(person, part[0], part[1]));
            }
            assertThat(get(Map.of("Range", "bytes=-5"), upload).asByteArray())
                    .isEqualTo(Arrays.copyOfRange(person, size - 5, size));
        }
    }

    @Nested
    class Returns304 {

        @Test
        void whenTheEtagMatches() {
            byte[] photo = Client.jpeg(100, 1);
            Upload upload = Client.upload(STORE, "image/jpeg", photo);
            for (Method method : new Method[] {Method.GET, Method.HEAD}) {
                Response got = Client.exactly()
                        .headers("If-None-Match", "\"x\", W/" + etag(photo), "Range", "bytes=0-1")
                        .request(method, Client.local(upload.imageUrl()));
                got.then().statusCode(304).header("ETag", etag(photo)).header("Cache-Control", startsWith("private"));
                assertThat(got.asByteArray()).isEmpty();
            }
        }
    }

    @Nested
    class Returns416 {

        @Test
        void withTheObjectsLength() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Response got = get(Map.of("Range", "bytes=100-"), upload);
            got.then().statusCode(416).header("Content-Range", "bytes */100");
            assertThat(got.asByteArray()).isEmpty();
        }
    }

    @Nested
    class Returns403 {

        @Test
        void forAnotherObjectThanTheSignedOne() {
            Upload one = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Upload two = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 2));
            String swapped = one.imageUrl().replace(one.path(), two.path());
            Client.get(swapped).then().statusCode(403).body("code", is("SIGNATURE_INVALID"));
            given().urlEncodingEnabled(false).head(Client.local(swapped)).then().statusCode(403);
        }

        @Test
        void forAnEncodedSpellingOfTheSignedPath() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.get(upload.imageUrl().replace("/uploads/", "/%75ploads/"))
                    .then()
                    .statusCode(403);
        }

        @Test
        void afterSixHours() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            ((MovableClock) clock).move(Duration.ofHours(6).plusSeconds(1));
            Client.get(upload.imageUrl()).then().statusCode(403).body("code", is("URL_EXPIRED"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void beforeTheObjectIsUploaded() {
            Upload upload = Client.requestUpload(STORE, "image/png");
            Client.get(upload.imageUrl()).then().statusCode(404).body("code", is("NOT_FOUND"));
        }

        @Test
        void ifTheObjectHasExpiredBeforeItsUrl() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.age(upload.path(), Duration.ofHours(6));
            Client.get(upload.imageUrl()).then().statusCode(404).body("code", is("NOT_FOUND"));
        }
    }

    @Nested
    class Returns405 {

        @Test
        void forDelete() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(100, 1));
            given().urlEncodingEnabled(false)
                    .delete(Client.local(upload.imageUrl()))
                    .then()
                    .statusCode(405)
                    .body("code", is("METHOD_NOT_ALLOWED"));
        }
    }
}
