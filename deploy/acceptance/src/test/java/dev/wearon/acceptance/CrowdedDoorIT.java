package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a heap of 128 MB serves more clients, and passes more bytes, than fit into its heap. */
@Tag("thorough")
class CrowdedDoorIT {

    private static final int HEAP_MB = 128;
    private static final int MOST_CONNECTIONS = 1_200;
    private static final int IDLE = 1_000;

    /** Their bytes are nearly twice the heap. */
    private static final int UPLOADS = 24;

    private static final int UPLOAD_BYTES = 10 * 1024 * 1024;

    /** Long, because the machine is busy; a starved client would wait for ever. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private static final Map<String, String> RECEIVED = new ConcurrentHashMap<>();
    private static final ExecutorService READING = Executors.newVirtualThreadPerTaskExecutor();
    private static Rig rig;
    private static HttpServer storage;
    private static RunningService gateway;
    private static String apiKey;

    @BeforeAll
    static void start() throws IOException {
        storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        storage.setExecutor(READING);
        storage.createContext("/", CrowdedDoorIT::readSlowly);
        storage.start();
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.reach("storage", "http://127.0.0.1:" + storage.getAddress().getPort());
        gateway = rig.start(
                "gateway",
                HEAP_MB,
                Map.of(
                        "WEARON_HTTP_MAX_CONNECTIONS",
                        Integer.toString(MOST_CONNECTIONS),
                        "WEARON_KEYS_LOOKUP_TIMEOUT",
                        "1s"));
        String store = operator(
                        "/admin/v1/stores", "{\"shop_domain\":\"shop-%s.example\"}".formatted(UUID.randomUUID()))
                .get("store_id");
        apiKey = operator("/admin/v1/stores/" + store + "/api-keys", "{\"allowed_domains\":[]}")
                .get("api_key");
    }

    @AfterAll
    static void stop() {
        rig.close();
        storage.stop(0);
        READING.close();
    }

    private static Map<String, String> operator(String path, String body) {
        return given().header("Authorization", "Bearer " + Rig.ADMIN_TOKEN)
                .body(body)
                .post(gateway.url() + path)
                .then()
                .statusCode(201)
                .extract()
                .path("data");
    }

    /** Reads about 5 MiB a second, so faster uploads have to wait. */
    private static void readSlowly(HttpExchange call) throws IOException {
        try (call;
                InputStream body = call.getRequestBody()) {
            MessageDigest digest = sha256();
            for (byte[] part = body.readNBytes(256 * 1024); part.length > 0; part = body.readNBytes(256 * 1024)) {
                digest.update(part);
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
            RECEIVED.put(call.getRequestURI().getPath(), HexFormat.of().formatHex(digest.digest()));
            call.sendResponseHeaders(201, -1);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void assertOthersAreServed() {
        for (int call = 0; call < 20; call++) {
            long asked = System.nanoTime();
            // A path without a rate limit.
            given().get(gateway.url() + "/openapi").then().statusCode(200);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(TIMEOUT);
        }
        given().header("Authorization", "Bearer " + apiKey)
                .get(gateway.url() + "/api/v1/health")
                .then()
                .statusCode(200);
    }

    @Test
    void passesMoreUploadsThanItsHeapHolds() throws Exception {
        byte[] image = new byte[UPLOAD_BYTES];
        new Random(1).nextBytes(image);
        List<CompletableFuture<HttpResponse<Void>>> uploads = new ArrayList<>();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int upload = 0; upload < UPLOADS; upload++) {
                uploads.add(client.sendAsync(
                        HttpRequest.newBuilder(URI.create(gateway.url() + "/stores/x/uploads/" + upload + ".png"))
                                .PUT(BodyPublishers.ofByteArray(image))
                                .build(),
                        BodyHandlers.discarding()));
            }
            assertOthersAreServed();
            for (var upload : uploads) {
                assertThat(upload.join().statusCode()).isEqualTo(201);
            }
        }
        String sent = HexFormat.of().formatHex(sha256().digest(image));
        assertThat(RECEIVED).hasSize(UPLOADS).allSatisfy((path, kept) -> assertThat(kept)
                .isEqualTo(sent));
    }

    @Test
    void servesOthersBesideAThousandIdleConnections() throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            connect(IDLE, clients);
            assertOthersAreServed();
            // More than the limit: the gateway closes those beyond it and keeps the rest.
            connect(MOST_CONNECTIONS - IDLE + 50, clients);
            Await.until(TIMEOUT, () -> ended(clients), count -> count >= 50);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        Await.until(TIMEOUT, () -> given().get(gateway.url() + "/openapi").statusCode(), status -> status == 200);
    }

    /** Some clients send nothing, some the beginning of a request, some a whole request. */
    private static void connect(int count, List<Socket> clients) throws IOException {
        URI url = URI.create(gateway.url());
        for (int i = 0; i < count; i++) {
            Socket client = new Socket(url.getHost(), url.getPort());
            clients.add(client);
            String sent =
                    switch (i % 3) {
                        case 0 -> "";
                        case 1 -> "GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: ";
                        default -> "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n";
                    };
            send(client, sent);
        }
    }

    private static void send(Socket client, String text) {
        try {
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException turnedAway) {
            // The gateway has closed it; ended() counts it.
        }
    }

    private static long ended(List<Socket> clients) throws IOException {
        long ended = 0;
        for (Socket client : clients.subList(IDLE, clients.size())) {
            client.setSoTimeout(1);
            ended += hasEnded(client) ? 1 : 0;
        }
        return ended;
    }

    private static boolean hasEnded(Socket client) {
        try {
            byte[] answer = new byte[4096];
            int read = client.getInputStream().read(answer);
            while (read > 0) {
                read = client.getInputStream().read(answer);
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
