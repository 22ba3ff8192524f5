package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.Database;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command migrates all schemas, before any service runs. */
@Tag("thorough")
class MigrateIT {

    private static final String FOREIGN = """
            SELECT count(*) FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
             WHERE nspname IN ('gateway', 'credits', 'generation', 'storage')
               AND pg_get_userbyid(relowner) <> 'wearon_' || nspname
            """;

    private static final String TABLES = """
            SELECT count(DISTINCT schemaname) FROM pg_tables
             WHERE tablename = 'flyway_schema_history' AND schemaname IN ('gateway', 'credits', 'generation', 'storage')
            """;

    @Test
    void migratesAllSchemasOfAnExistingDatabase(@TempDir Path folder) throws Exception {
        try (Rig rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED)) {
            PostgresAddress admin = rig.superuser();
            Suite suite = new Suite(
                    folder.resolve("data"), Ports.freeRange(10), Map.of("WEARON_DB_URL", admin.urlWithPassword()));
            for (int time = 0; time < 2; time++) {
                Suite.Ran ran = suite.wearon("migrate");
                assertThat(ran.exitCode()).as(ran.output()).isZero();
                assertThat(ran.output()).contains("storage", "credits", "generation", "gateway");
                assertThat(ran.output()).doesNotContain(admin.password());
            }
            try (Connection connection = rig.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(number(statement, TABLES)).isEqualTo(4);
                assertThat(number(statement, FOREIGN)).isZero();
            }
            // The rig gives each role a password. No service migrates.
            assertThat(Database.role("credits"))
                    .isEqualTo(rig.database("credits").user());
            rig.start("credits", Map.of("WEARON_DB_MIGRATE_AT_START", "false"));
        }
    }

    private static int number(Statement statement, String query) throws Exception {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
