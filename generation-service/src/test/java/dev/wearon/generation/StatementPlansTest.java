package dev.wearon.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.channels.Stores;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Plans of all statements on tables that grow. The plans do not know the parameters: PostgreSQL may make such a plan once and then
 * use it for years.
 */
@QuarkusTest
@WithNeighbours
class StatementPlansTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"\n(.*?)\"\"\"", Pattern.DOTALL);
    private static final Pattern GROWING = Pattern.compile("\\{(sessions|keys|events|totals|usage)}");
    private static final Pattern WHOLE_TABLE = Pattern.compile(
            "Seq Scan on (store_generation_sessions|idempotency_keys|store_analytics_events|store_daily_totals|store_usage)");

    private static final String FILLED = UUID.randomUUID().toString();
    private static final int ROWS = 40_000;

    @BeforeAll
    static void fillTheTables() {
        withoutTriggers("""
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, created_at, completed_at, generated_image_url, model_image_url, prompt_system,
                    image_urls, image_paths, request_id, result_published)
                SELECT gen_random_uuid(), md5((n %% 1000)::text)::uuid, 'completed', moment, moment, 'p', 'u', 'prompt', '{u}',
                       '{p}', '%1$s', true
                  FROM generate_series(1, %2$d) AS n,
                       LATERAL (SELECT now() - n * interval '5 minutes') AS made (moment)
                """);
        withoutTriggers("""
                INSERT INTO generation.store_analytics_events (store_id, event_type, created_at, metadata)
                SELECT store_id, 'generation_completed', created_at, '{"request_id": "%1$s"}'
                  FROM generation.store_generation_sessions WHERE request_id = '%1$s'
                """);
        withoutTriggers("""
                INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id)
                SELECT store_id, '%1$s' || id, sha256(''), id
                  FROM generation.store_generation_sessions WHERE request_id = '%1$s'
                """);
        withoutTriggers("""
                INSERT INTO generation.store_daily_totals (store_id, day, completed, failed, credits_used, credits_refunded)
                SELECT md5((n %% 1000)::text)::uuid, '1999-01-01'::date + n / 1000, 1, 0, 1, 0 FROM generate_series(1, %2$d) AS n
                """);
        withoutTriggers("""
                INSERT INTO generation.store_usage (store_id, hour, outcome, merged, try_ons, credits_used, credits_refunded,
                                                    processing_time_ms)
                SELECT md5((n %% 1000)::text)::uuid, '1999-01-01'::timestamptz + n / 1000 * interval '1 hour', 'completed', true, 1,
                       1, 0, 1
                  FROM generate_series(1, %2$d) AS n
                """);
        Rows.update("ANALYZE generation.store_generation_sessions, generation.store_analytics_events,"
                + " generation.idempotency_keys, generation.store_daily_totals, generation.store_usage");
    }

    @AfterAll
    static void emptyTheTables() {
        withoutTriggers("DELETE FROM generation.idempotency_keys WHERE key LIKE '%1$s%%'");
        withoutTriggers("DELETE FROM generation.store_analytics_events WHERE metadata ->> 'request_id' = '%1$s'");
        withoutTriggers("DELETE FROM generation.store_generation_sessions WHERE request_id = '%1$s'");
        withoutTriggers("DELETE FROM generation.store_daily_totals WHERE day < '2000-01-01'");
        withoutTriggers("DELETE FROM generation.store_usage WHERE hour < '2000-01-01'");
    }

    @Test
    void readNoWholeTable() throws IOException, SQLException {
        List<String> statements = statements();
        assertThat(statements).hasSizeGreaterThan(20);
        var address = SuiteServers.superuser();
        Properties properties = address.jdbcProperties();
        // The other protocol asks for the values of the parameters.
        properties.setProperty("preferQueryMode", "simple");
        List<String> offenders = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), properties);
                Statement explain = connection.createStatement()) {
            for (String statement : statements) {
                String plan = plan(explain, statement);
                if (WHOLE_TABLE.matcher(plan).find()) {
                    offenders.add(statement + plan);
                }
            }
        }
        assertThat(offenders).isEmpty();
    }

    private static String plan(Statement explain, String statement) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (ResultSet lines = explain.executeQuery("EXPLAIN (GENERIC_PLAN) " + statement)) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }

    private static List<String> statements() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(StatementPlansTest::textBlocks)
                    .filter(text -> GROWING.matcher(text).find())
                    // SessionPagesTest checks the plan of each of its conditions.
                    .filter(text -> !text.contains("%s"))
                    .map(Stores.B2B::sql)
                    .toList();
        }
    }

    private static Stream<String> textBlocks(Path file) {
        try {
            return TEXT_BLOCK
                    .matcher(Files.readString(file))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList()
                    .stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void withoutTriggers(String statement) {
        Rows.update("SET session_replication_role = replica");
        Rows.update(statement.formatted(FILLED, ROWS));
        Rows.update("SET session_replication_role = DEFAULT");
    }
}
