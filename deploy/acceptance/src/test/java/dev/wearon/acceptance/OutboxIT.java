package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.Await;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage learns that a store was deactivated, whatever dies or is away, and nothing comes of hearing it twice. */
class OutboxIT {

    private static final Duration SOON = Duration.ofSeconds(5);

    /** Longer than the longest wait of the outbox in these tests. */
    private static final Duration LATER = Duration.ofSeconds(40);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(SOON)
            .build();

    @TempDir
    private static Path folder;

    private static OutboxProcesses suite;
    private static OutboxProcesses.Gateway gateway;

    private final UUID store = newStore();

    @BeforeAll
    static void start() throws Exception {
        suite = new OutboxProcesses(folder);
        gateway = suite.startGateway();
    }

    @AfterAll
    static void stop() throws IOException {
        suite.close();
        assertThat(Secrets.inLogsBelow(folder, OutboxProcesses.ADMIN_TOKEN, OutboxProcesses.SIGNING_KEY))
                .isEmpty();
    }

    private static UUID newStore() {
        UUID id = UUID.randomUUID();
        sql("INSERT INTO gateway.stores (id, shop_domain) VALUES ('%s', 'shop-%s.example.com')".formatted(id, id));
        return id;
    }

    private static void sql(String statement) {
        try (var connection = suite.connect()) {
            connection.createStatement().execute(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String ask(String query) {
        try (var connection = suite.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void turn(UUID store, String status) {
        sql("UPDATE gateway.stores SET status = '%s' WHERE id = '%s'".formatted(status, store));
    }

    private static HttpResponse<String> call(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.timeout(SOON).build(), BodyHandlers.ofString());
    }

    /** A URL under which an image of the store can be read. */
    private static String uploaded(UUID store) throws Exception {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
        HttpResponse<String> granted =
                call(HttpRequest.newBuilder(URI.create(suite.storageUrl() + "/api/v1/storage/uploads"))
                        .header("Authorization", suite.identities().store(store))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"files\":[{\"file_name\":\"a.jpg\",\"content_type\":\"image/jpeg\",\"size\":%d}]}"
                                        .formatted(jpeg.size()))));
        JsonNode upload = JSON.readTree(granted.body()).get("uploads").get(0);
        assertThat(call(HttpRequest.newBuilder(
                                        URI.create(upload.get("upload_url").textValue()))
                                .header("Content-Type", "image/jpeg")
                                .PUT(BodyPublishers.ofByteArray(jpeg.toByteArray())))
                        .statusCode())
                .isEqualTo(201);
        String url = upload.get("image_url").textValue();
        assertThat(read(url)).isEqualTo(200);
        return url;
    }

    private static int read(String url) throws Exception {
        return call(HttpRequest.newBuilder(URI.create(url))).statusCode();
    }

    private static String waitingOf(UUID store) {
        return ask("SELECT count(*) FROM gateway.outbox WHERE store_id = '%s'".formatted(store));
    }

    private void assertClosed(String url, Duration patience) throws Exception {
        Await.until(patience, () -> read(url), status -> status == 404);
        Await.until(patience, () -> waitingOf(store), "0"::equals);
    }

    @Test
    void closesAStoreWithinSecondsAndLetsItStartAnew() throws Exception {
        String old = uploaded(store);
        turn(store, "inactive");
        assertClosed(old, SOON);
        turn(store, "active");
        Await.until(SOON, () -> waitingOf(store), "0"::equals);
        assertThat(read(old)).isEqualTo(404);
        assertThat(read(uploaded(store))).isEqualTo(200);
    }

    @Test
    void keepsTheImagesOfAStoreAsShortAsItWants() throws Exception {
        String before = uploaded(store);
        sql("UPDATE gateway.stores SET image_retention_seconds = 1800 WHERE id = '%s'".formatted(store));
        Await.until(SOON, () -> waitingOf(store), "0"::equals);
        uploaded(store);
        assertThat(ask("SELECT string_agg((expires_at - created_at)::text, ' ' ORDER BY created_at)"
                        + " FROM storage.objects WHERE store_id = '%s'".formatted(store)))
                .isEqualTo("06:00:00 00:30:00");
        assertThat(read(before)).isEqualTo(200);
    }

    @Test
    void isToldWhenStorageIsThereAgain() throws Exception {
        String url = uploaded(store);
        try (var away = suite.wire().refuse()) {
            turn(store, "inactive");
            Await.until(
                    LATER,
                    () -> ask("SELECT attempts FROM gateway.outbox WHERE store_id = '%s'".formatted(store)),
                    attempts -> Integer.parseInt(attempts) >= 1);
            assertThat(read(url)).isEqualTo(200);
        }
        assertClosed(url, LATER);
    }

    @Test
    void isToldWhenStorageGoesOnAfterAPause() throws Exception {
        String url = uploaded(store);
        signal("STOP");
        try {
            turn(store, "inactive");
            Await.until(
                    LATER,
                    () -> ask("SELECT attempts FROM gateway.outbox WHERE store_id = '%s'".formatted(store)),
                    attempts -> Integer.parseInt(attempts) >= 2);
        } finally {
            signal("CONT");
        }
        assertClosed(url, LATER);
        assertThat(ask("SELECT status FROM storage.store_states WHERE store_id = '%s'".formatted(store)))
                .isEqualTo("inactive");
    }

    private static void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(suite.storage().pid()))
                .start()
                .waitFor();
    }

    /** Killed when storage has acted on the news and the gateway has not heard so. */
    @Test
    void isToldAgainByAnotherGatewayAfterOneDiedBetweenTellingAndNoting() throws Exception {
        String url = uploaded(store);
        try (var told = suite.wire().on("POST /internal/v1/stores/" + store).count();
                var lost = suite.wire()
                        .on("POST /internal/v1/stores/" + store)
                        .once()
                        .holdReply()) {
            turn(store, "inactive");
            Await.until(SOON, () -> read(url), status -> status == 404);
            lost.awaitMet(1);
            gateway.kill();
            assertThat(waitingOf(store)).isEqualTo("1");
            String heard = heard(store);
            gateway = suite.startGateway();
            assertClosed(url, LATER);
            assertThat(told.met()).isEqualTo(2);
            assertThat(heard(store)).isEqualTo(heard);
        }
    }

    /** Killed when the row is gone and the bytes are not. */
    @Test
    void takesTheBytesAwayAlsoWhenStorageDiesBetweenRowAndBytes() throws Exception {
        uploaded(store);
        String blob = ask("SELECT blob FROM storage.objects WHERE store_id = '%s'".formatted(store));
        Path bytes = suite.blob(blob);
        Instant begun = Instant.now();
        turn(store, "inactive");
        Await.until(
                SOON,
                () -> ask("SELECT count(*) FROM storage.removals WHERE blob = '%s'".formatted(blob)),
                "1"::equals);
        suite.killStorage();
        assertThat(bytes).exists();
        assertThat(ask("SELECT count(*) FROM storage.objects WHERE store_id = '%s'".formatted(store)))
                .isEqualTo("0");
        suite.startStorage();
        Await.until(LATER, () -> Files.exists(bytes), there -> !there);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(60));
        Await.until(
                SOON,
                () -> ask("SELECT count(*) FROM storage.removals WHERE blob = '%s'".formatted(blob)),
                "0"::equals);
    }

    private static String heard(UUID store) {
        return ask("SELECT store_states::text FROM storage.store_states WHERE store_id = '%s'".formatted(store));
    }

    @Test
    void isToldOnceByTwoGatewaysAtOnce() throws Exception {
        OutboxProcesses.Gateway second = suite.startGateway();
        List<UUID> stores = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            stores.add(newStore());
        }
        try (var told = suite.wire().on("POST /internal/v1/stores/").count()) {
            for (UUID each : stores) {
                turn(each, "inactive");
                turn(each, "active");
                turn(each, "inactive");
            }
            Await.until(LATER, () -> ask("SELECT count(*) FROM gateway.outbox"), "0"::equals);
            assertThat(told.met()).isEqualTo(180);
        } finally {
            second.kill();
        }
        for (UUID each : stores) {
            assertThat(ask("SELECT state.status || ' ' || (state.changed_at <= store.changed_at)"
                            + " FROM storage.store_states AS state JOIN gateway.stores AS store"
                            + " ON store.id = state.store_id WHERE state.store_id = '%s'".formatted(each)))
                    .isEqualTo("inactive true");
        }
    }
}
