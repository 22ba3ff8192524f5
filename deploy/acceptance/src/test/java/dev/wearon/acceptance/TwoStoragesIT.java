package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.Pictures;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two storage processes with one bucket: each does the background work of both, and knows what the other was told. */
@Tag("thorough")
class TwoStoragesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** A process reuses what it read of a store for a second. */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

    private static final int OBJECTS = 60;
    private static final int ORPHANS = 15;

    @TempDir
    private Path folder;

    private final UUID store = UUID.randomUUID();
    private Rig rig;
    private S3Server bucket;
    private List<RunningService> both;

    @BeforeEach
    void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        bucket = S3Server.in(folder.resolve("s3"), Suite.ROOT);
        rig.start(bucket);
        Map<String, String> variables = new HashMap<>(bucket.variables());
        variables.put("WEARON_UPKEEP_JANITOR_EVERY", "100ms");
        variables.put("WEARON_UPKEEP_ORPHANS_EVERY", "1s");
        both = List.of(rig.start("storage", variables), rig.start("storage", variables));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** Uploads through both in turn; returns the signed URLs for reading. */
    private List<String> upload(int count) throws Exception {
        byte[] png = Files.readAllBytes(Merchant.GARMENT);
        List<String> urls = new ArrayList<>();
        for (int object = 0; object < count; object++) {
            ApiClient client = ApiClient.of(both.get(object % 2).url());
            Map<String, ?> file = Map.of("file_name", "photo.png", "content_type", "image/png", "size", png.length);
            JsonNode upload = client.as(rig.identities().store(store))
                    .post("/api/v1/storage/uploads", Map.of("files", List.of(file)))
                    .expect(201)
                    .json()
                    .get("uploads")
                    .get(0);
            client.put(upload.get("upload_url").textValue(), "image/png", png).expect(201);
            urls.add(upload.get("image_url").textValue());
        }
        return urls;
    }

    /** The blobs in the bucket, without the mark of its owner. */
    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.walk(bucket.objects())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("owner"))
                    .toList();
        }
    }

    private double repaired(String job) {
        Pattern counter = Pattern.compile(
                "^wearon_storage_%s_repaired_total(?:\\{[^}]*})? ([\\d.E+]+)$".formatted(job), Pattern.MULTILINE);
        return both.stream()
                .flatMap(process -> counter.matcher(ApiClient.of(process.managementUrl())
                                .get("/q/metrics")
                                .text())
                        .results())
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = rig.connect();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    @Test
    void expiredObjectsAreRemovedOnce() throws Exception {
        upload(OBJECTS);
        assertThat(blobs()).hasSize(OBJECTS);
        sql("UPDATE storage.objects SET created_at = created_at - interval '1 day',"
                + " expires_at = expires_at - interval '1 day'");
        Await.until(TIMEOUT, this::blobs, List::isEmpty);
        assertThat(repaired("janitor")).isEqualTo(OBJECTS);
    }

    @Test
    void orphansAreRemovedAndNothingElse() throws Exception {
        upload(OBJECTS);
        Path place = blobs().getFirst().getParent();
        for (int orphan = 0; orphan < ORPHANS; orphan++) {
            Path blob = Files.write(place.resolve(UUID.randomUUID().toString()), Pictures.torn());
            Files.setLastModifiedTime(blob, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        }
        Await.until(TIMEOUT, this::blobs, found -> found.size() == OBJECTS);
        assertThat(repaired("orphans")).isGreaterThanOrEqualTo(ORPHANS);
    }

    @Test
    void aStoreThatOneWasToldToCloseIsClosedAtBoth() throws Exception {
        List<String> urls = upload(2);
        for (String url : urls) {
            ApiClient.of(both.get(0).url()).get(url).expect(200);
            ApiClient.of(both.get(1).url())
                    .get(url.replace(both.get(0).url(), both.get(1).url()))
                    .expect(200);
        }
        ApiClient.of(both.get(0).url())
                .as(rig.identities().service("gateway"))
                .post(
                        "/internal/v1/stores/" + store + "/state",
                        Map.of(
                                "event_id", UUID.randomUUID().toString(),
                                "status", "inactive",
                                "status_changed_at", Instant.now().toString(),
                                "changed_at", Instant.now().toString()))
                .expect(200);
        for (RunningService process : both) {
            for (String url : urls) {
                String there = process.url() + url.substring(url.indexOf("/stores/"));
                Await.until(
                        CLOSED_WITHIN,
                        () -> ApiClient.of(process.url()).get(there).status(),
                        status -> status == 404);
            }
        }
    }
}
