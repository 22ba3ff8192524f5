package dev.wearon.acceptance;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many large uploads at once with a small heap, and a kill during some of them, with a folder and with a bucket. */
@Tag("thorough")
class StorageIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int UPLOADS = 50;
    private static final int SIZE = 10 << 20;
    private static final int HEAP_MB = 256;
    private static final UUID STORE = UUID.randomUUID();

    @TempDir
    Path folder;

    private Rig rig;
    private RunningService storage;

    /** The place in which the backend keeps the bytes of images. */
    private Path images;

    private record Place(String uploadUrl, String imageUrl) {}

    private void start(boolean inABucket) throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        images = rig.images();
        Map<String, String> backend = Map.of();
        if (inABucket) {
            S3Server bucket = S3Server.in(folder.resolve("s3"), Suite.ROOT);
            rig.start(bucket);
            images = bucket.objects();
            backend = bucket.variables();
        }
        storage = rig.start("storage", HEAP_MB, backend);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void acceptsManyLargeUploadsAtOnceAndKeepsNoInterruptedOne(boolean inABucket) throws Exception {
        byte[] photo = jpeg();
        start(inABucket);
        List<Place> places = places(UPLOADS + 10);
        long begun = System.nanoTime();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<ApiReply>> uploads = places.subList(0, UPLOADS).stream()
                    .map(place -> CompletableFuture.supplyAsync(() -> put(place, photo), clients))
                    .toList();
            assertThat(uploads)
                    .allSatisfy(upload -> assertThat(upload.join().status()).isEqualTo(201));
        }
        System.out.printf(
                "%d uploads of %d MiB at once, %s: %d ms, heap in use %d MB%n",
                UPLOADS,
                SIZE >> 20,
                inABucket ? "bucket" : "folder",
                Duration.ofNanos(System.nanoTime() - begun).toMillis(),
                heapInUse() >> 20);
        assertThat(bytesKept()).isEqualTo((long) UPLOADS * SIZE);
        assertThat(client().get(places.getFirst().imageUrl()).body()).isEqualTo(photo);

        List<Socket> halves = new ArrayList<>();
        for (Place place : places.subList(UPLOADS, places.size())) {
            halves.add(begin(place.uploadUrl(), photo));
        }
        storage.restart();
        for (Socket half : halves) {
            half.close();
        }
        Await.until(TIMEOUT, this::bytesKept, kept -> kept == (long) UPLOADS * SIZE);
        String etag = '"' + sha256(photo) + '"';
        for (Place place : places) {
            ApiReply head = client().head(place.imageUrl());
            boolean whole = places.indexOf(place) < UPLOADS;
            assertThat(head.status()).isEqualTo(whole ? 200 : 404);
            assertThat(head.header("ETag").filter(tag -> whole))
                    .isEqualTo(whole ? Optional.of(etag) : Optional.empty());
        }
        if (!inABucket) {
            assertReportsAFullDisk(places.getLast(), photo);
        }
    }

    private void assertReportsAFullDisk(Place place, byte[] photo) throws Exception {
        limitFiles(Integer.toString(SIZE / 2));
        assertThat(put(place, photo).expect(507).text()).contains("INSUFFICIENT_STORAGE");
        Await.until(TIMEOUT, this::bytesKept, kept -> kept == (long) UPLOADS * SIZE);
        limitFiles("unlimited");
        put(place, photo).expect(201);
    }

    private ApiReply put(Place place, byte[] photo) {
        return client().put(place.uploadUrl(), "image/jpeg", photo);
    }

    private ApiClient client() {
        return ApiClient.of(storage.url()).within(TIMEOUT);
    }

    /** Imitates a full disk: the system refuses bytes beyond this size of a file. */
    private void limitFiles(String bytes) throws Exception {
        Process limit = new ProcessBuilder(
                        "prlimit", "--pid", Long.toString(storage.process().pid()), "--fsize=" + bytes + ":")
                .inheritIO()
                .start();
        assertThat(limit.waitFor()).isZero();
    }

    /** The number of bytes of images in all files, complete or not. */
    private long bytesKept() throws IOException {
        try (var files = Files.walk(images)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("owner"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
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

    private List<Place> places(int count) throws Exception {
        Map<String, ?> file = Map.of("file_name", "me.jpg", "content_type", "image/jpeg", "size", SIZE);
        ApiClient store = client().as(rig.identities().store(STORE));
        List<Place> places = new ArrayList<>();
        while (places.size() < count) {
            for (JsonNode place : store.post("/api/v1/storage/uploads", Map.of("files", nCopies(10, file)))
                    .expect(201)
                    .json()
                    .get("uploads")) {
                places.add(new Place(
                        place.get("upload_url").textValue(),
                        place.get("image_url").textValue()));
            }
        }
        return places;
    }

    private long heapInUse() {
        return ApiClient.of(storage.managementUrl())
                .get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A valid frame around random bytes. */
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
