package dev.wearon.acceptance;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.Await;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many large uploads at once in a small heap, and a kill in the middle of some, over a folder and over a bucket. */
class StorageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int UPLOADS = 50;
    private static final int SIZE = 10 << 20;
    private static final UUID STORE = UUID.randomUUID();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private record Place(String uploadUrl, String imageUrl) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesManyLargeUploadsAtOnceAndKeepsNothingOfTheInterrupted(boolean inABucket) throws Exception {
        byte[] photo = jpeg();
        try (StorageProcess storage = new StorageProcess(folder, inABucket)) {
            List<Place> places = places(storage, UPLOADS + 10);
            long begun = System.nanoTime();
            List<CompletableFuture<HttpResponse<String>>> uploads = places.subList(0, UPLOADS).stream()
                    .map(place -> CLIENT.sendAsync(
                            HttpRequest.newBuilder(URI.create(place.uploadUrl()))
                                    .header("Content-Type", "image/jpeg")
                                    .PUT(BodyPublishers.ofByteArray(photo))
                                    .build(),
                            BodyHandlers.ofString()))
                    .toList();
            assertThat(uploads)
                    .allSatisfy(upload -> assertThat(upload.join().statusCode()).isEqualTo(201));
            System.out.printf(
                    "%d uploads of %d MiB at once, %s: %d ms, heap in use %d MB%n",
                    UPLOADS,
                    SIZE >> 20,
                    inABucket ? "bucket" : "folder",
                    Duration.ofNanos(System.nanoTime() - begun).toMillis(),
                    heapInUse(storage) >> 20);
            assertThat(storage.bytesKept()).isEqualTo((long) UPLOADS * SIZE);
            byte[] got = CLIENT.send(
                            HttpRequest.newBuilder(URI.create(places.getFirst().imageUrl()))
                                    .build(),
                            BodyHandlers.ofByteArray())
                    .body();
            assertThat(got).isEqualTo(photo);

            List<Socket> halves = new ArrayList<>();
            for (Place place : places.subList(UPLOADS, places.size())) {
                halves.add(begin(place.uploadUrl(), photo));
            }
            storage.kill();
            for (Socket half : halves) {
                half.close();
            }
            Await.until(PATIENCE, storage::bytesKept, kept -> kept == (long) UPLOADS * SIZE);
            String etag = '"' + sha256(photo) + '"';
            for (Place place : places) {
                HttpResponse<Void> head = CLIENT.send(
                        HttpRequest.newBuilder(URI.create(place.imageUrl()))
                                .HEAD()
                                .build(),
                        BodyHandlers.discarding());
                boolean whole = places.indexOf(place) < UPLOADS;
                assertThat(head.statusCode()).isEqualTo(whole ? 200 : 404);
                assertThat(head.headers().firstValue("ETag").filter(tag -> whole))
                        .isEqualTo(whole ? Optional.of(etag) : Optional.empty());
            }
            if (!inABucket) {
                assertSaysThatNothingMoreFits(storage, places.getLast(), photo);
            }
        }
    }

    private static void assertSaysThatNothingMoreFits(StorageProcess storage, Place place, byte[] photo)
            throws Exception {
        storage.limitFiles(Integer.toString(SIZE / 2));
        HttpResponse<String> refused = put(place, photo);
        assertThat(refused.statusCode()).isEqualTo(507);
        assertThat(refused.body()).contains("INSUFFICIENT_STORAGE");
        Await.until(PATIENCE, storage::bytesKept, kept -> kept == (long) UPLOADS * SIZE);
        storage.limitFiles("unlimited");
        assertThat(put(place, photo).statusCode()).isEqualTo(201);
    }

    private static HttpResponse<String> put(Place place, byte[] photo) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(place.uploadUrl()))
                        .header("Content-Type", "image/jpeg")
                        .PUT(BodyPublishers.ofByteArray(photo))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends the first half and leaves the connection open. */
    private static Socket begin(String url, byte[] bytes) throws Exception {
        URI uri = URI.create(url);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        String head = "PUT %s?%s HTTP/1.1\r\nHost: %s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                .formatted(uri.getRawPath(), uri.getRawQuery(), uri.getHost(), bytes.length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes, 0, bytes.length / 2);
        return socket;
    }

    private static List<Place> places(StorageProcess storage, int count) throws Exception {
        List<Place> places = new ArrayList<>();
        while (places.size() < count) {
            String file = "{\"file_name\":\"me.jpg\",\"content_type\":\"image/jpeg\",\"size\":%d}".formatted(SIZE);
            HttpRequest ask = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:%d/api/v1/storage/uploads".formatted(storage.port())))
                    .header("Authorization", storage.identities().store(STORE))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"files\":[%s]}".formatted(String.join(",", nCopies(10, file)))))
                    .build();
            for (JsonNode place : JSON.readTree(
                            CLIENT.send(ask, BodyHandlers.ofString()).body())
                    .get("uploads")) {
                places.add(new Place(
                        place.get("upload_url").textValue(),
                        place.get("image_url").textValue()));
            }
        }
        return places;
    }

    private static long heapInUse(StorageProcess storage) throws Exception {
        HttpRequest ask = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/q/metrics".formatted(storage.managementPort())))
                .build();
        return CLIENT.send(ask, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Complete in form; its picture is noise. */
    private static byte[] jpeg() {
        byte[] noise = new byte[SIZE];
        new Random(1).nextBytes(noise);
        for (int i = 0; i < noise.length; i++) {
            noise[i] &= 0x7F;
        }
        ByteBuffer jpeg = ByteBuffer.wrap(noise);
        jpeg.putShort((short) 0xFFD8);
        jpeg.putShort((short) 0xFFC0).putShort((short) 11).put((byte) 8);
        jpeg.putShort((short) 16).putShort((short) 16).put(new byte[] {1, 1, 0x11, 0});
        jpeg.putShort((short) 0xFFDA).putShort((short) 8).put(new byte[] {1, 1, 0, 0, 63, 0});
        jpeg.putShort(SIZE - 2, (short) 0xFFD9);
        return noise;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
