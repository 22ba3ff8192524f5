package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Stores;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Old rows are inserted, because the clock of the database decides. The job of the running service keeps everything. */
@QuarkusTest
@WithNeighbours
class RetentionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final String SESSIONS =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?";
    private static final String TOTALS = """
            SELECT string_agg(concat_ws(' ', day, completed, failed, credits_used, credits_refunded), ', ' ORDER BY day)
              FROM generation.store_daily_totals WHERE store_id = ?
            """;

    /** @param batch rows per statement */
    private record Settings(int batch, Duration roundLimit) implements RetentionConfig {

        @Override
        public Optional<Duration> sessions() {
            return Optional.of(Duration.ofDays(400));
        }

        @Override
        public Optional<Duration> events() {
            return Optional.of(Duration.ofDays(90));
        }

        @Override
        public Duration every() {
            return Duration.ofMinutes(1);
        }
    }

    @Inject
    Channels channels;

    @Inject
    RetentionMark mark;

    @Inject
    OldRows rows;

    private final Shop shop = Shop.with(5);

    @BeforeEach
    void seeAllCharges() {
        Rows.update(
                "UPDATE generation.reconciler_mark SET charges_before = greatest(charges_before, now() - interval '2 m')");
    }

    @AfterEach
    void resetMark() {
        Rows.update("UPDATE generation.reconciler_mark SET sessions_since = 'epoch'");
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId());
    }

    @Test
    void keepsTheFiguresOfAStore() {
        insertOldSessions();
        List<String> days = List.of("", "start_date=2020-03-10", "end_date=2020-03-10", "start_date=2020-03-11");
        List<String> before = days.stream().map(this::figures).toList();
        assertThat(before.getFirst()).isEqualTo("6 4 2 5");

        assertThat(run(retention(2)).sessions()).isGreaterThanOrEqualTo(6);
        assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
        assertThat(Rows.value(TOTALS, shop.storeId()))
                .isEqualTo("2020-03-09 1 0 1 0, 2020-03-10 2 1 3 1, 2020-03-11 1 1 1 0");
        assertThat(days.stream().map(this::figures)).containsExactlyElementsOf(before);
    }

    /** Before the mark a period consists of the days that begin in it, whether their sessions are deleted or not. */
    @Test
    void roundsAPeriodToWholeDaysOnlyBeforeTheMark() {
        insertOldSessions();
        session("completed", "now() - interval '1 hour'", 1, false);
        String morning = "start_date=2020-03-10T11:00:00Z&end_date=2020-03-10T13:00:00Z";
        String untilNoon = "end_date=2020-03-10T11:00:00Z";
        assertThat(figures(morning)).isEqualTo("1 1 0 2");
        assertThat(figures(untilNoon)).isEqualTo("3 2 1 2");

        await(mark.advance(Stores.B2B, Duration.ofDays(400)));
        for (int deleted = 0; deleted <= 6; deleted += 2) {
            assertThat(figures(morning)).as("%d deleted", deleted).isEqualTo("0 0 0 0");
            assertThat(figures(untilNoon)).as("%d deleted", deleted).isEqualTo("4 3 1 4");
            assertThat(figures("start_date=" + Instant.now().minusSeconds(7200)))
                    .isEqualTo("1 1 0 1");
            await(rows.deleteSessions(Stores.B2B, Duration.ofDays(400), Instant.EPOCH, 2));
        }
    }

    @Test
    void deletesOnlyFinishedSessionsWithASettledCredit() {
        UUID unreleased = session("processing", "now() - interval '401 days'", 1, false);
        // The refunder skips it, because it fails in the future. One statement, so that the refunder never sees another
        // time.
        Rows.update(
                "UPDATE generation.store_generation_sessions SET status = 'failed', completed_at = now() + interval '1 h'"
                        + " WHERE id = ?",
                unreleased);
        UUID ofAKey = session("completed", "now() - interval '401 days'", 1, false);
        Rows.update(
                "INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id)"
                        + " VALUES (?, 'k', sha256(''), ?)",
                shop.storeId(),
                ofAKey);
        UUID old = session("failed", "now() - interval '402 days'", 1, true);
        UUID young = session("completed", "now() - interval '399 days'", 1, false);
        UUID unfinished = session("processing", "now() - interval '402 days'", 1, false);

        assertThat(run(retention(100)).unsettled()).isGreaterThanOrEqualTo(2);
        assertThat(ids())
                .containsExactlyInAnyOrder(unreleased, ofAKey, young, unfinished)
                .doesNotContain(old);
        assertThat(shop.call().get("/api/v1/generation/{id}", old).statusCode()).isEqualTo(404);

        Rows.update("DELETE FROM generation.idempotency_keys WHERE store_id = ?", shop.storeId());
        run(retention(100));
        assertThat(ids()).contains(unreleased, young).doesNotContain(ofAKey);
    }

    @Test
    void deletesOldEventsOfEveryType() {
        for (String type : List.of("a", "b")) {
            for (String age : List.of("91 days", "91 days", "91 days", "89 days")) {
                Rows.update(
                        "INSERT INTO generation.store_analytics_events (store_id, event_type, created_at)"
                                + " VALUES (?, ?, now() - ?::interval)",
                        shop.storeId(),
                        type,
                        age);
            }
        }
        assertThat(run(retention(2)).events()).isEqualTo(6);
        assertThat(Rows.value(
                        "SELECT string_agg(event_type, ' ' ORDER BY event_type) FROM generation.store_analytics_events"
                                + " WHERE store_id = ?",
                        shop.storeId()))
                .isEqualTo("a b");
    }

    @Test
    void endsARoundAfterItsLimitAndContinuesInTheNext() {
        insertOldSessions();
        Retention short2 = retention(2, Duration.ofNanos(1));
        assertThat(run(short2).sessions()).isEqualTo(2);
        assertThat(figures("")).isEqualTo("6 4 2 5");
        assertThat(run(short2).sessions() + run(short2).sessions()).isEqualTo(4);
        assertThat(figures("")).isEqualTo("6 4 2 5");
    }

    /** The process dies when a batch has deleted its rows and is adding their totals. */
    @Test
    void repeatsABatchThatDiedBeforeItsCommit() throws Exception {
        insertOldSessions();
        try (HeldTotals held = new HeldTotals(shop.storeId())) {
            CompletableFuture<Retention.Counts> dying = start(retention(100));
            Rows.value("SELECT pg_terminate_backend(?::integer)", held.awaitWaiting());
            assertThatThrownBy(dying::join).isNotNull();
        }
        assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("6");
        assertThat(figures("")).isEqualTo("6 4 2 5");
        run(retention(100));
        assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
        assertThat(figures("")).isEqualTo("6 4 2 5");
    }

    /** The process dies during a batch, and the server commits it. */
    @Test
    void countsABatchOnceWhoseProcessDiedBeforeTheReply() throws Exception {
        insertOldSessions();
        try (HeldTotals held = new HeldTotals(shop.storeId())) {
            CompletableFuture<Retention.Counts> dying = start(retention(100));
            held.awaitWaiting();
            SuiteServers.faultProxy("postgres").cut();
            assertThatThrownBy(dying::join).isNotNull();
        }
        Await.until(TIMEOUT, () -> Rows.value(SESSIONS, shop.storeId()), "0"::equals);
        Await.until(TIMEOUT, () -> shop.call().get("/api/v1/stores/analytics").statusCode(), status -> status == 200);
        run(retention(100));
        assertThat(figures("")).isEqualTo("6 4 2 5");
    }

    /** A transaction that inserts a row of the shop's totals. A batch that adds to this row waits for it. */
    private static final class HeldTotals implements AutoCloseable {

        private final Connection connection;

        private HeldTotals(UUID storeId) throws SQLException {
            var address = SuiteServers.superuser();
            connection = DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO generation.store_daily_totals VALUES ('" + storeId
                        + "', '2020-03-11', 0, 0, 0, 0)");
            }
        }

        /** Returns the process of the server in which the batch waits. */
        private String awaitWaiting() {
            return Await.until(
                    TIMEOUT,
                    () -> Rows.value("SELECT pid FROM pg_stat_activity WHERE query LIKE '%store_daily_totals AS total%'"
                            + " AND wait_event_type = 'Lock'"),
                    pid -> pid != null);
        }

        @Override
        public void close() throws SQLException {
            connection.rollback();
            connection.close();
        }
    }

    @Test
    void countsEachSessionOnceInManyInstances() {
        for (int i = 0; i < 300; i++) {
            session("completed", "'2020-03-%02dT00:00:00Z'".formatted(1 + i % 20), 1, false);
        }
        await(Uni.join()
                .all(Stream.generate(() -> retention(7).runOnce()).limit(4).toList())
                .andFailFast());
        run(retention(7));
        assertThat(Rows.value(SESSIONS, shop.storeId())).isEqualTo("0");
        assertThat(figures("")).isEqualTo("300 300 0 300");
    }

    private void insertOldSessions() {
        session("completed", "'2020-03-09T23:59:59.999999Z'", 1, false);
        session("completed", "'2020-03-10T00:00:00Z'", 1, false);
        session("failed", "'2020-03-10T01:00:00Z'", 1, true);
        session("completed", "'2020-03-10T12:00:00Z'", 2, false);
        session("completed", "'2020-03-11T00:00:00Z'", 1, false);
        UUID neverCharged = session("failed", "'2020-03-11T12:00:00Z'", 1, true);
        Rows.update("UPDATE generation.store_generation_sessions SET credits_refunded = 0 WHERE id = ?", neverCharged);
    }

    private UUID session(String status, String createdAt, int credits, boolean released) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Rows.update("""
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, created_at, completed_at, credits_used, released_at, credits_refunded,
                    generated_image_url, error_code, error_message, lease_until, attempts,
                    model_image_url, prompt_system, image_urls, image_paths, request_id)
                SELECT ?, ?, status, created, CASE WHEN status <> 'processing' THEN created END, credits,
                       CASE WHEN released THEN created END, CASE WHEN released THEN credits ELSE 0 END,
                       'p', 'INTERNAL', 'm', now() + interval '1 h', 1, 'u', 'prompt', '{u}', '{p}', 'r'
                  FROM (SELECT ?, (%s)::timestamptz, ?, ?) AS made (status, created, credits, released)
                """.formatted(createdAt), id, shop.storeId(), status, credits, released);
        return id;
    }

    private String figures(String query) {
        JsonPath figures = shop.call()
                .get("/api/v1/stores/analytics" + (query.isEmpty() ? "" : "?" + query))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        return Stream.of("total_generations", "completed_generations", "failed_generations", "credits_used")
                .map(figures::getString)
                .reduce((one, next) -> one + " " + next)
                .orElseThrow();
    }

    private List<UUID> ids() {
        return Rows.values("SELECT id FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId())
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    private Retention retention(int batch) {
        return retention(batch, Duration.ofSeconds(10));
    }

    /** Another instance of the job. */
    private Retention retention(int batch, Duration roundLimit) {
        return new Retention(channels, mark, rows, new Settings(batch, roundLimit), new SimpleMeterRegistry());
    }

    private static Retention.Counts run(Retention retention) {
        return await(retention.runOnce());
    }

    private static CompletableFuture<Retention.Counts> start(Retention retention) {
        return retention.runOnce().subscribeAsCompletionStage();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(TIMEOUT);
    }
}
