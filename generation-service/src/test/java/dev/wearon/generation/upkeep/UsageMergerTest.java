package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Stores;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes the rows of sessions as any version of the service may, and compares the usage with a count of the rows. */
@QuarkusTest
@WithNeighbours
class UsageMergerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final String INSERT = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, status, created_at, completed_at, credits_used, api_key_id, error_code, error_message,
                lease_until, attempts, deadline_at, model_image_url, prompt_system, image_urls, image_paths, request_id)
            VALUES (?, ?, ?, ?::timestamptz, CASE WHEN ? = 'failed' THEN now() + interval '1 hour' END, ?, ?::uuid,
                    'ABANDONED', 'm', now() + interval '1 hour', 1, now() + interval '1 hour', 'u', 'prompt', '{u}', '{p}', 'r')
            """;
    private static final String COMPLETE = """
            UPDATE generation.store_generation_sessions
               SET status = 'completed', completed_at = now(), generated_image_url = 'p', result_published = true,
                   processing_time_ms = ?
             WHERE id = ? AND status = 'processing'
            """;
    // The refunder skips it, because it fails in the future.
    private static final String FAIL = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now() + interval '1 hour', error_code = ?
             WHERE id = ? AND status = 'processing'
            """;
    private static final String RELEASE = """
            UPDATE generation.store_generation_sessions
               SET released_at = now(), credits_refunded = CASE WHEN ? THEN credits_used ELSE 0 END
             WHERE id = ? AND status = 'failed'
            """;
    private static final String RENEW = """
            UPDATE generation.store_generation_sessions
               SET lease_until = now() + interval '2 hours', attempts = attempts + 1
             WHERE id = ?
            """;

    private static final String COUNTED = """
            SELECT date_trunc('hour', created_at, 'UTC') AS hour, COALESCE(CASE status WHEN 'failed' THEN error_code END, status) AS outcome,
                   api_key_id, count(*) AS try_ons, COALESCE(sum(credits_used) FILTER (WHERE status = 'completed'), 0) AS used,
                   sum(credits_refunded) AS refunded, COALESCE(sum(processing_time_ms), 0) AS worked
              FROM generation.store_generation_sessions
             WHERE store_id = $store AND status IN ('completed', 'failed')
             GROUP BY 1, 2, 3
            """;
    private static final String SUMMED = """
            SELECT hour, outcome, api_key_id, sum(try_ons) AS try_ons, sum(credits_used) AS used,
                   sum(credits_refunded) AS refunded, sum(processing_time_ms) AS worked
              FROM generation.store_usage
             WHERE store_id = $store
             GROUP BY 1, 2, 3
            """;
    /** One statement, so that it sees one moment. */
    private static final String DIFFERENCE = """
            SELECT string_agg(wrong::text, ' | ')
              FROM ((SELECT 'counted', c.* FROM (%1$s EXCEPT ALL %2$s) AS c)
                    UNION ALL (SELECT 'summed', s.* FROM (%2$s EXCEPT ALL %1$s) AS s)) AS wrong
            """.formatted(COUNTED, SUMMED);

    @Inject
    Channels channels;

    @Inject
    Statements statements;

    @Inject
    OldRows rows;

    @Inject
    RetentionMark mark;

    private final Shop shop = Shop.with(0);

    @AfterEach
    void deleteSessions() {
        Rows.update("UPDATE generation.reconciler_mark SET sessions_since = 'epoch'");
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheSessionsInEveryState(long seed) {
        Random random = new Random(seed);
        List<UUID> keys = Arrays.asList(null, UUID.randomUUID(), UUID.randomUUID());
        List<UUID> sessions = new ArrayList<>();
        for (int step = 0; step < 80; step++) {
            if (sessions.isEmpty() || random.nextInt(3) == 0) {
                sessions.add(session(
                        random.nextInt(5) == 0 ? "failed" : "processing",
                        Instant.parse("2026-03-10T22:00:00Z").plusSeconds(random.nextInt(4 * 3600)),
                        1 + random.nextInt(3),
                        keys.get(random.nextInt(keys.size()))));
            }
            UUID id = sessions.get(random.nextInt(sessions.size()));
            switch (random.nextInt(7)) {
                case 0, 1 -> Rows.update(COMPLETE, random.nextInt(5000), id);
                case 2 ->
                    Rows.update(
                            FAIL,
                            List.of("CANCELLED", "DEADLINE", "MODEL_TIMEOUT").get(random.nextInt(3)),
                            id);
                case 3 -> Rows.update(RELEASE, random.nextBoolean(), id);
                case 4 -> Rows.updateAndRollBack(COMPLETE, 7, id);
                case 5 -> Rows.update(RENEW, id);
                default -> await(merger().runOnce());
            }
            assertThat(difference()).as("seed %d, step %d", seed, step).isNull();
        }
        await(merger().runOnce());
        assertThat(difference()).isNull();
        assertThat(answered("hour", "outcome")).containsExactlyElementsOf(counted("hour", "outcome"));
        assertThat(answered("hour", "api_key_id")).containsExactlyElementsOf(counted("hour", "api_key_id"));
        assertThat(answered("day", "outcome")).containsExactlyElementsOf(counted("day", "outcome"));
    }

    @Test
    void keepsOneRowForAnHourOutcomeAndKey() {
        UUID key = UUID.randomUUID();
        for (int i = 0; i < 10; i++) {
            Rows.update(COMPLETE, 5, session("processing", Instant.parse("2026-03-10T22:10:00Z"), 1, key));
            Rows.update(COMPLETE, 5, session("processing", Instant.parse("2026-03-10T22:50:00Z"), 1, null));
        }
        awaitMerged();
        // A sum that the job of the service held at the same moment stays beside the new one until the next new row.
        Await.until(
                TIMEOUT,
                () -> {
                    for (UUID of : Arrays.asList(key, null)) {
                        Rows.update(COMPLETE, 5, session("processing", Instant.parse("2026-03-10T22:59:00Z"), 1, of));
                    }
                    awaitMerged();
                    return Rows.value(
                            "SELECT count(*) FROM generation.store_usage WHERE store_id = ? AND merged",
                            shop.storeId());
                },
                "2"::equals);
        assertThat(difference()).isNull();
    }

    @Test
    void staysRightWhileManyInstancesMergeAndSessionsEnd() throws Exception {
        List<UUID> sessions = Stream.generate(
                        () -> session("processing", Instant.parse("2026-03-10T22:00:00Z"), 1, null))
                .limit(200)
                .toList();
        Thread ends = Thread.ofVirtual().start(() -> sessions.forEach(id -> Rows.update(COMPLETE, 1, id)));
        do {
            await(Uni.join()
                    .all(Stream.generate(() -> merger().runOnce()).limit(4).toList())
                    .andFailFast());
            // Sessions end meanwhile, and both sides are read in one statement.
            assertThat(difference()).isNull();
        } while (ends.isAlive());
        ends.join();
        awaitMerged();
        assertThat(Rows.value("SELECT sum(try_ons) FROM generation.store_usage WHERE store_id = ?", shop.storeId()))
                .isEqualTo("200");
    }

    @Test
    void sessionsOfOneStoreEndWithoutWaitingForEachOther() throws SQLException {
        UUID first = session("processing", Instant.parse("2026-03-10T22:00:00Z"), 1, null);
        UUID second = session("processing", Instant.parse("2026-03-10T22:00:00Z"), 1, null);
        try (Connection one = Rows.connect();
                Connection other = Rows.connect()) {
            one.setAutoCommit(false);
            end(one, first);
            try (Statement limit = other.createStatement()) {
                limit.execute("SET lock_timeout = '2s'");
            }
            assertThat(end(other, second)).isEqualTo(1);
            await(merger().runOnce());
            one.commit();
        }
        assertThat(difference()).isNull();
    }

    @Test
    void keepsTheUsageOfDeletedSessions() {
        UUID completed = session("processing", Instant.parse("2020-03-10T22:00:00Z"), 2, null);
        UUID failed = session("processing", Instant.parse("2020-03-10T23:00:00Z"), 1, null);
        Rows.update(COMPLETE, 5, completed);
        Rows.update(FAIL, "CANCELLED", failed);
        Rows.update(RELEASE, true, failed);
        List<String> before = answered("2020-03-10", "hour", "outcome");
        assertThat(before).hasSize(2);
        Rows.update(
                "UPDATE generation.reconciler_mark SET charges_before = greatest(charges_before, now() - interval '2 m')");
        await(mark.advance(Stores.B2B, Duration.ofDays(400)));
        await(rows.deleteSessions(Stores.B2B, Duration.ofDays(400), Instant.EPOCH, 1000));
        assertThat(Rows.value(
                        "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId()))
                .isEqualTo("0");
        await(merger().runOnce());
        assertThat(answered("2020-03-10", "hour", "outcome")).containsExactlyElementsOf(before);
    }

    /** Runs the statement of the migration on the sessions that are stored. */
    @Test
    void beginsWithTheSessionsThatAreStored() throws SQLException, IOException {
        Rows.update(COMPLETE, 5, session("processing", Instant.parse("2026-03-10T22:00:00Z"), 2, UUID.randomUUID()));
        UUID failed = session("failed", Instant.parse("2026-03-10T22:00:00Z"), 3, null);
        Rows.update(RELEASE, true, failed);
        session("processing", Instant.parse("2026-03-10T22:00:00Z"), 1, null);
        String migration = Files.readString(Path.of("src/main/resources/db/migration/V17__usage.sql"));
        String fill = migration.substring(migration.lastIndexOf("INSERT INTO generation.store_usage"));
        try (Connection connection = Rows.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DELETE FROM generation.store_usage");
            statement.execute(fill);
            try (var found = statement.executeQuery(ofStore(DIFFERENCE))) {
                assertThat(found.next()).isTrue();
                assertThat(found.getString(1)).isNull();
            }
            try (var found = statement.executeQuery(
                    ofStore("SELECT count(*) FROM generation.store_usage WHERE merged AND store_id = $store"))) {
                assertThat(found.next()).isTrue();
                assertThat(found.getInt(1)).isEqualTo(2);
            }
            connection.rollback();
        }
    }

    private UUID session(String status, Instant createdAt, int credits, UUID key) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Rows.update(
                INSERT,
                id,
                shop.storeId(),
                status,
                createdAt.toString(),
                status,
                credits,
                key == null ? null : key.toString());
        return id;
    }

    private static int end(Connection connection, UUID id) throws SQLException {
        try (var statement = connection.prepareStatement(COMPLETE)) {
            statement.setInt(1, 5);
            statement.setObject(2, id);
            return statement.executeUpdate();
        }
    }

    private String ofStore(String query) {
        return query.replace("$store", "'" + shop.storeId() + "'");
    }

    private String difference() {
        return Rows.value(ofStore(DIFFERENCE));
    }

    private void awaitMerged() {
        Await.until(
                TIMEOUT,
                () -> {
                    await(merger().runOnce());
                    return Rows.value(
                            "SELECT count(*) FROM generation.store_usage WHERE store_id = ? AND NOT merged",
                            shop.storeId());
                },
                "0"::equals);
    }

    private List<String> counted(String bucket, String by) {
        return Rows.values(ofStore("""
                SELECT concat_ws(' ', to_char(date_trunc('%s', hour, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                                 COALESCE(%s::text, 'null'), sum(try_ons), sum(used), sum(refunded), sum(worked))
                  FROM (%s) AS counted
                 GROUP BY date_trunc('%s', hour, 'UTC'), %s
                 ORDER BY date_trunc('%s', hour, 'UTC'), %s
                """.formatted(bucket, by, COUNTED, bucket, by, bucket, by)));
    }

    private List<String> answered(String bucket, String by) {
        return answered("2026-03-10", bucket, by);
    }

    private List<String> answered(String from, String bucket, String by) {
        List<Map<String, Object>> usage = shop.call()
                .queryParam("from", from)
                .queryParam("to", from.replace("-10", "-11"))
                .queryParam("bucket", bucket)
                .queryParam("by", by.equals("outcome") ? "outcome" : "key")
                .get("/api/v1/usage")
                .then()
                .statusCode(200)
                .extract()
                .path("usage");
        return usage.stream()
                .map(entry -> Stream.of(
                                "start", by, "try_ons", "credits_used", "credits_refunded", "processing_time_ms")
                        .map(field -> String.valueOf(entry.get(field)))
                        .reduce((one, next) -> one + " " + next)
                        .orElseThrow())
                .toList();
    }

    /** Another instance of the job, with small batches. */
    private UsageMerger merger() {
        UsageConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(UsageConfig.class)
                .withDefaultValue("wearon.usage.batch", "3")
                .build()
                .getConfigMapping(UsageConfig.class);
        return new UsageMerger(channels, statements, config);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(TIMEOUT);
    }
}
