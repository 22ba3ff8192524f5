package dev.wearon.generation.lists;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Stores;
import dev.wearon.paging.Cursor;
import dev.wearon.paging.PageRequest;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each page is a range of an index, in its order. */
@QuarkusTest
@WithNeighbours
class SessionPagesTest {

    private static final String FILLED = "filled by SessionPagesTest";

    /** Most have completed, some are of shoppers, few of anonymous tokens. */
    @BeforeAll
    static void fillTheTable() {
        withoutTriggers("""
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, created_at, completed_at, generated_image_url, result_published, error_code,
                    error_message, shopper_email, shopper_token_id, model_image_url, prompt_system, image_urls, image_paths,
                    request_id)
                SELECT gen_random_uuid(), md5((n %% 20)::text)::uuid,
                       CASE WHEN n %% 50 = 0 THEN 'failed' ELSE 'completed' END, moment, moment, 'p', true,
                       CASE WHEN n %% 50 = 0 THEN CASE WHEN n %% 100 = 0 THEN 'INTERNAL' ELSE 'DEADLINE' END END, 'm',
                       CASE WHEN n %% 3 = 0 THEN n %% 500 || '@example.com' END,
                       CASE WHEN n %% 7 = 0 THEN md5((n %% 700)::text)::uuid END, 'u', 'prompt', '{u}', '{p}', '%s'
                  FROM generate_series(1, 40000) AS n, LATERAL (SELECT now() - n * interval '5 minutes') AS made (moment)
                """);
        Rows.update("ANALYZE generation.store_generation_sessions");
    }

    @AfterAll
    static void emptyTheTable() {
        withoutTriggers("DELETE FROM generation.store_generation_sessions WHERE request_id = '%s'");
    }

    private static void withoutTriggers(String statement) {
        Rows.update("SET session_replication_role = replica");
        Rows.update(statement.formatted(FILLED));
        Rows.update("SET session_replication_role = DEFAULT");
    }

    private static final UUID STORE = UUID.randomUUID();

    private static final Map<String, Whose> WHOSE = Map.of(
            "all stores", new Whose.AllStores(),
            "store", new Whose.Store(STORE),
            "shopper", new Whose.Shopper(STORE, "ann@example.com"),
            "token", new Whose.Token(STORE, UUID.randomUUID()));

    @ParameterizedTest
    @CsvSource({
        "all stores, , , created_at",
        "all stores, queued, , queued|unfinished|status",
        "all stores, failed, , status",
        "all stores, , DEADLINE, error|store_error",
        "store, , , store_status",
        "store, completed, , store_status",
        "store, queued, , store_status|queued|store_unfinished|unfinished|status",
        "store, , DEADLINE, error|store_error",
        "shopper, , , shopper",
        "token, failed, , shopper_token|store_status"
    })
    void readARangeOfAnIndex(String whose, String status, String code, String indexes) throws Exception {
        var address = SuiteServers.superuser();
        Properties properties = address.jdbcProperties();
        properties.setProperty("preferQueryMode", "simple");
        String template = SessionPages.Query.of(
                        WHOSE.get(whose), Filter.of(status, code, null, null), PageRequest.of(null, null))
                .template();
        List<String> plan = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), properties);
                Statement statement = connection.createStatement();
                ResultSet lines =
                        statement.executeQuery("EXPLAIN (GENERIC_PLAN, COSTS OFF) " + Stores.B2B.sql(template))) {
            while (lines.next()) {
                plan.add(lines.getString(1).strip());
            }
        }

        assertThat(plan)
                .anyMatch(line -> line.matches(
                        ".*Index Scan (Backward )?using idx_store_generation_sessions_(" + indexes + ") on .*"));
        assertThat(plan).noneMatch(line -> line.contains("Seq Scan"));
    }

    /** PostgreSQL begins its search at one bound, and would read and leave out all that lies between that and another. */
    @ParameterizedTest
    @CsvSource({
        "'', 2026-03-12T00:00:00Z",
        "2026-03-15T00:00:00Z, 2026-03-15T00:00:00Z",
        "2026-03-09T00:00:00Z, 2026-03-12T00:00:00Z",
    })
    void beginAtTheEarlierOfCursorAndEnd(String end, String cursor) {
        var before = new Cursor(OffsetDateTime.parse(cursor), STORE);

        SessionPages.Query query = SessionPages.Query.of(
                new Whose.Store(STORE),
                Filter.of(null, null, null, end.isEmpty() ? null : end),
                new PageRequest(20, before));

        boolean ends = !end.isEmpty() && OffsetDateTime.parse(end).isBefore(before.at());
        assertThat(query.values())
                .startsWith(
                        OffsetDateTime.parse("1970-01-01T00:00:00Z"),
                        ends ? OffsetDateTime.parse(end) : before.at(),
                        ends ? new UUID(-1, -1) : before.id(),
                        21);
    }
}
