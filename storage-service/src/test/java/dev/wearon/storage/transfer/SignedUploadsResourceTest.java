package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.MovableClock;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithServers
class SignedUploadsResourceTest extends UploadTestBase {

    /** @return the statuses, in the order of the bodies */
    private static List<Integer> putConcurrently(Upload upload, List<byte[]> bodies) {
        return bodies.stream()
                .map(bytes -> CompletableFuture.supplyAsync(
                        () -> Client.put(upload.uploadUrl(), "image/jpeg", bytes)
                                .statusCode(),
                        Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Nested
    class Returns201 {

        @Test
        void keepsTheBytesAsTheyAre() {
            byte[] person = Client.sample("person.png");
            Upload upload = Client.requestUpload(STORE, "image/png");
            Client.put(upload.uploadUrl(), "image/png", person)
                    .then()
                    .statusCode(201)
                    .body("path", is(upload.path()))
                    .body("size", is(person.length));
            Response got = Client.get(upload.imageUrl());
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.asByteArray()).isEqualTo(person);
        }

        @Test
        void answersARepeatLikeTheFirstUpload() {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            for (int i = 0; i < 3; i++) {
                Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(500, 1))
                        .then()
                        .statusCode(201)
                        .body("path", is(upload.path()))
                        .body("size", is(500));
            }
            assertThat(Client.rows()).isEqualTo(rows + 1);
        }

        @Test
        void answersExpectContinue() throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            assertThat(RawPut.expectingContinue(upload.uploadUrl(), "image/jpeg", Client.jpeg(1000, 1)))
                    .containsExactly("HTTP/1.1 100 Continue", "HTTP/1.1 201 Created");
        }
    }

    @Nested
    class Returns403 {

        private void refuses(String url, String contentType, String code) {
            Client.put(url, contentType, Client.jpeg(LIMIT, 1))
                    .then()
                    .statusCode(403)
                    .body("code", is(code));
            assertThat(Client.rows()).isEqualTo(rows);
        }

        @Test
        void refusesAChangedUrl() {
            String url = Client.requestUpload(STORE, "image/jpeg").uploadUrl();
            refuses(url.replace("image%2Fjpeg", "image%2Fpng"), "image/png", "SIGNATURE_INVALID");
            refuses(url.replace("limit=", "limit=9"), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.replace("expires=", "expires=9"), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.replace(STORE.toString(), UUID.randomUUID().toString()), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.replace(".jpg?", ".png?"), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.replace("/uploads/", "/upl%6fads/"), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.replace("key=", "key=0"), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.replace("signature=", "signature=A"), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url + "&limit=1", "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.substring(0, url.length() - 1), "image/jpeg", "SIGNATURE_INVALID");
            refuses(url.substring(0, url.indexOf('?')), "image/jpeg", "SIGNATURE_INVALID");
        }

        @Test
        void refusesAnotherContentType() {
            String url = Client.requestUpload(STORE, "image/jpeg").uploadUrl();
            refuses(url, "image/png", "SIGNATURE_INVALID");
            refuses(url, "image/jpeg; charset=x", "SIGNATURE_INVALID");
        }

        @Test
        void refusesToWriteWithAReadUrlAndToReadWithAWriteUrl() {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            refuses(upload.imageUrl(), "image/jpeg", "SIGNATURE_INVALID");
            Client.get(upload.uploadUrl()).then().statusCode(403).body("code", is("SIGNATURE_INVALID"));
        }

        @Test
        void refusesAnExpiredUrl() {
            String url = Client.requestUpload(STORE, "image/jpeg").uploadUrl();
            ((MovableClock) clock).move(Duration.ofMinutes(11));
            refuses(url, "image/jpeg", "URL_EXPIRED");
        }
    }

    @Nested
    class Refuses {

        @Test
        void everyManipulatedPath() throws Exception {
            String url = Client.requestUpload(STORE, "image/jpeg").uploadUrl();
            byte[] bytes = Client.jpeg(1_000, 1);
            for (String path : List.of(
                    "/uploads/%2e%2e/",
                    "/uploads/../",
                    "/uploads//",
                    "/./uploads/",
                    "/uploads%2f",
                    "/uploads%5c",
                    "/uploads/%00",
                    "0/uploads/",
                    "/generated/",
                    "/UPLOADS/",
                    "/uploads;x=/",
                    "/uploads/../../" + UUID.randomUUID() + "/uploads/")) {
                // A plain socket is used, because a client would normalize the path.
                // Some paths match no route, the others match no signature.
                String answer = RawPut.withLength(url.replace("/uploads/", path), "image/jpeg", bytes, bytes.length);
                assertThat(answer).as(path).containsPattern("^HTTP/1.1 40[34] ");
            }
            assertThat(Client.rows()).isEqualTo(rows);
        }
    }

    @Nested
    class Returns409 {

        @Test
        void keepsTheFirstUpload() {
            Upload upload = Client.upload(STORE, "image/jpeg", Client.jpeg(500, 1));
            Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(500, 2))
                    .then()
                    .statusCode(409)
                    .body("code", is("OBJECT_EXISTS"));
            assertThat(Client.get(upload.imageUrl()).asByteArray()).isEqualTo(Client.jpeg(500, 1));
        }

        @Test
        void storesOneOfSeveralConcurrentUploads() {
            for (int round = 0; round < 5; round++) {
                Upload upload = Client.requestUpload(STORE, "image/jpeg");
                List<byte[]> bodies = IntStream.range(0, 6)
                        .mapToObj(i -> Client.jpeg(400_000, i))
                        .toList();
                List<Integer> statuses = putConcurrently(upload, bodies);
                assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
                assertThat(Client.get(upload.imageUrl()).asByteArray()).isEqualTo(bodies.get(statuses.indexOf(201)));
            }
        }

        @Test
        void answers201ToConcurrentUploadsOfTheSameBytes() {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            assertThat(putConcurrently(upload, Collections.nCopies(6, Client.jpeg(200_000, 9))))
                    .containsOnly(201);
            assertThat(Client.rows(upload.path())).isEqualTo(1);
        }
    }

    @Nested
    class Returns413 {

        @Test
        void refusesMoreBytesThanDeclaredAndKeepsTheUrlUsable() throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/jpeg", 1_000);
            for (int size : new int[] {1_001, LIMIT}) {
                Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(size, 1))
                        .then()
                        .statusCode(413)
                        .body("code", is("PAYLOAD_TOO_LARGE"))
                        .body("message", containsString("1000 bytes"));
                leavesNothingBehind();
                assertNothingStored(upload);
            }
            Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(1_000, 1))
                    .then()
                    .statusCode(201);
            Client.put(Client.requestUpload(STORE, "image/jpeg", 1_000).uploadUrl(), "image/jpeg", Client.jpeg(999, 1))
                    .then()
                    .statusCode(201);
        }
    }

    @Nested
    class Returns404 {

        @Test
        void whenTheObjectIsRemovedDuringARepeat() {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<Void> removing = CompletableFuture.runAsync(() -> removeUntil(stop, upload));
            Set<Integer> statuses = new HashSet<>();
            try {
                for (int i = 0; i < 60; i++) {
                    statuses.addAll(putConcurrently(upload, Collections.nCopies(2, Client.jpeg(500, 1))));
                }
            } finally {
                stop.set(true);
                removing.join();
            }
            // Timing decides whether a removal comes between the insert and the read of the row.
            assertThat(statuses).contains(201).isSubsetOf(201, 404);
        }

        private void removeUntil(AtomicBoolean stop, Upload upload) {
            while (!stop.get()) {
                Client.deleteRow(upload.path())
                        .ifPresent(blob -> backend.delete(blob).await().atMost(TIMEOUT));
            }
        }
    }

    @Nested
    class KeepsNothing {

        /** Unlike other buckets, the bucket of these tests lists an object during its upload. */
        private boolean begun() {
            return unfinishedFiles() == 1 || blobs() == rows + 1;
        }

        @Test
        void ofAnInterruptedUpload() throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            byte[] half = Arrays.copyOf(Client.jpeg(400_000, 1), 200_000);
            try (var connection = RawPut.begin(upload.uploadUrl(), "image/jpeg", half, 400_000)) {
                Await.until(TIMEOUT, this::begun, begun -> begun);
                connection.setSoLinger(true, 0);
            }
            leavesNothingBehind();
            assertNothingStored(upload);
            // The upload URL can be used again.
            Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(400_000, 1))
                    .then()
                    .statusCode(201);
        }
    }
}
