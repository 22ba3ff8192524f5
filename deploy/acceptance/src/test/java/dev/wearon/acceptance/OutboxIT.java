package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.PausedProcess;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.TestKeys;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage receives each change of a store, also if processes die or hang. A repeated event has no effect. */
@Tag("thorough")
class OutboxIT {

    private static final Duration SOON = Duration.ofSeconds(5);

    /** Longer than the longest retry delay of the outbox in these tests. */
    private static final Duration LATER = Duration.ofSeconds(40);

    /** The janitor runs often. The grace of 5 s leaves time to kill storage before it deletes bytes. */
    private static final Map<String, String> BUSY_JANITOR =
            Map.of("WEARON_UPKEEP_JANITOR_EVERY", "1s", "WEARON_UPKEEP_GRACE", "5s");

    private static final Map<String, String> SHORT_WAITS =
            Map.of("WEARON_OUTBOX_EVERY", "0.2s", "WEARON_OUTBOX_RETRY_AFTER", "4s");

    @TempDir
    private static Path folder;

    private static Rig rig;
    private static RunningService storage;
    private static RunningService gateway;

    /** The proxy between the gateways and storage. */
    private static FaultProxy toStorage;

    private final UUID store = newStore();

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.useKeys(TestKeys::ofThisModule);
        storage = rig.start("storage", BUSY_JANITOR);
        toStorage = new FaultProxy("127.0.0.1", storage.port());
        rig.reach("storage", toStorage.through(storage.url()));
        gateway = startGateway();
    }

    private static RunningService startGateway() throws IOException {
        return rig.start("gateway", SHORT_WAITS);
    }

    @AfterAll
    static void stop() throws IOException {
        rig.close();
        toStorage.close();
        assertThat(Secrets.inLogsBelow(folder, Rig.ADMIN_TOKEN, Rig.SIGNING_KEY))
                .isEmpty();
    }

    private static UUID newStore() {
        UUID id = UUID.randomUUID();
        sql("INSERT INTO gateway.stores (id, shop_domain) VALUES ('%s', 'shop-%s.example.com')".formatted(id, id));
        return id;
    }

    private static void sql(String statement) {
        try (var connection = rig.connect()) {
            connection.createStatement().execute(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String query(String query) {
        try (var connection = rig.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void setStatus(UUID store, String status) {
        sql("UPDATE gateway.stores SET status = '%s' WHERE id = '%s'".formatted(status, store));
    }

    /** Uploads an image of the store and returns the URL under which it can be read. */
    private static String uploaded(UUID store) throws Exception {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
        Map<String, ?> file = Map.of("file_name", "a.jpg", "content_type", "image/jpeg", "size", jpeg.size());
        JsonNode upload = toStorageItself()
                .as(rig.identities().store(store))
                .post("/api/v1/storage/uploads", Map.of("files", List.of(file)))
                .expect(201)
                .json()
                .get("uploads")
                .get(0);
        toStorageItself()
                .put(upload.get("upload_url").textValue(), "image/jpeg", jpeg.toByteArray())
                .expect(201);
        String url = upload.get("image_url").textValue();
        assertThat(read(url)).isEqualTo(200);
        return url;
    }

    /** Does not pass the fault proxy. */
    private static ApiClient toStorageItself() {
        return ApiClient.of(storage.url()).within(SOON);
    }

    private static int read(String url) {
        return toStorageItself().get(url).status();
    }

    private static String eventsOf(UUID store) {
        return query("SELECT count(*) FROM gateway.outbox WHERE store_id = '%s'".formatted(store));
    }

    private void assertClosed(String url, Duration timeout) throws Exception {
        Await.until(timeout, () -> read(url), status -> status == 404);
        Await.until(timeout, () -> eventsOf(store), "0"::equals);
    }

    @Test
    void closesAStoreWithinSecondsAndAllowsItsReactivation() throws Exception {
        String old = uploaded(store);
        setStatus(store, "inactive");
        assertClosed(old, SOON);
        setStatus(store, "active");
        Await.until(SOON, () -> eventsOf(store), "0"::equals);
        assertThat(read(old)).isEqualTo(404);
        assertThat(read(uploaded(store))).isEqualTo(200);
    }

    @Test
    void appliesTheRetentionThatAStoreSets() throws Exception {
        String before = uploaded(store);
        sql("UPDATE gateway.stores SET image_retention_seconds = 1800 WHERE id = '%s'".formatted(store));
        Await.until(SOON, () -> eventsOf(store), "0"::equals);
        uploaded(store);
        assertThat(query("SELECT string_agg((expires_at - created_at)::text, ' ' ORDER BY created_at)"
                        + " FROM storage.objects WHERE store_id = '%s'".formatted(store)))
                .isEqualTo("06:00:00 00:30:00");
        assertThat(read(before)).isEqualTo(200);
    }

    @Test
    void storageGetsTheEventWhenItIsReachableAgain() throws Exception {
        String url = uploaded(store);
        try (var down = toStorage.refuse()) {
            setStatus(store, "inactive");
            Await.until(
                    LATER,
                    () -> query("SELECT attempts FROM gateway.outbox WHERE store_id = '%s'".formatted(store)),
                    attempts -> Integer.parseInt(attempts) >= 1);
            assertThat(read(url)).isEqualTo(200);
        }
        assertClosed(url, LATER);
    }

    @Test
    void storageGetsTheEventWhenItContinuesAfterAPause() throws Exception {
        String url = uploaded(store);
        try (PausedProcess paused = storage.paused()) {
            setStatus(store, "inactive");
            Await.until(
                    LATER,
                    () -> query("SELECT attempts FROM gateway.outbox WHERE store_id = '%s'".formatted(store)),
                    attempts -> Integer.parseInt(attempts) >= 2);
        }
        assertClosed(url, LATER);
        assertThat(query("SELECT status FROM storage.store_states WHERE store_id = '%s'".formatted(store)))
                .isEqualTo("inactive");
    }

    /** The gateway dies after storage has processed the event and before the reply arrives. */
    @Test
    void anotherGatewayRepeatsTheEventOfAGatewayThatDiedBeforeItRecordedTheReply() throws Exception {
        String url = uploaded(store);
        try (var events = toStorage.on("POST /internal/v1/stores/" + store).count();
                var held =
                        toStorage.on("POST /internal/v1/stores/" + store).once().holdReply()) {
            setStatus(store, "inactive");
            Await.until(SOON, () -> read(url), status -> status == 404);
            held.awaitMatched(1);
            gateway.kill();
            assertThat(eventsOf(store)).isEqualTo("1");
            String state = storedState(store);
            gateway = startGateway();
            assertClosed(url, LATER);
            assertThat(events.matched()).isEqualTo(2);
            assertThat(storedState(store)).isEqualTo(state);
        }
    }

    /** Storage dies after it has deleted the row and before it has deleted the bytes. */
    @Test
    void deletesTheBytesAlsoWhenStorageDiesBetweenRowAndBytes() throws Exception {
        uploaded(store);
        String blob = query("SELECT blob FROM storage.objects WHERE store_id = '%s'".formatted(store));
        Path bytes = rig.images()
                .resolve("blobs")
                .resolve(blob.substring(blob.length() - 2))
                .resolve(blob);
        Instant begun = Instant.now();
        setStatus(store, "inactive");
        Await.until(
                SOON,
                () -> query("SELECT count(*) FROM storage.removals WHERE blob = '%s'".formatted(blob)),
                "1"::equals);
        storage.kill();
        assertThat(bytes).exists();
        assertThat(query("SELECT count(*) FROM storage.objects WHERE store_id = '%s'".formatted(store)))
                .isEqualTo("0");
        storage.restart();
        Await.until(LATER, () -> Files.exists(bytes), there -> !there);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(60));
        Await.until(
                SOON,
                () -> query("SELECT count(*) FROM storage.removals WHERE blob = '%s'".formatted(blob)),
                "0"::equals);
    }

    private static String storedState(UUID store) {
        return query("SELECT store_states::text FROM storage.store_states WHERE store_id = '%s'".formatted(store));
    }

    @Test
    void twoGatewaysSendEachEventOnce() throws Exception {
        RunningService second = startGateway();
        List<UUID> stores = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            stores.add(newStore());
        }
        try (var events = toStorage.on("POST /internal/v1/stores/").count()) {
            for (UUID each : stores) {
                setStatus(each, "inactive");
                setStatus(each, "active");
                setStatus(each, "inactive");
            }
            Await.until(LATER, () -> query("SELECT count(*) FROM gateway.outbox"), "0"::equals);
            assertThat(events.matched()).isEqualTo(180);
        } finally {
            second.kill();
        }
        for (UUID each : stores) {
            assertThat(query("SELECT state.status || ' ' || (state.changed_at <= store.changed_at)"
                            + " FROM storage.store_states AS state JOIN gateway.stores AS store"
                            + " ON store.id = state.store_id WHERE state.store_id = '%s'".formatted(each)))
                    .isEqualTo("inactive true");
        }
    }
}
