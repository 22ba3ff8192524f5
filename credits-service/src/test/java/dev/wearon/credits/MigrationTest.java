package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.PostgresAddress;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class MigrationTest {

    @Inject
    Flyway flyway;

    @TempDir
    Path migrations;

    /** A new index on a large ledger takes minutes. The transaction timeout is for requests, not for migrations. */
    @Test
    void mayTakeLongerThanTheTransactionTimeout() throws Exception {
        Files.writeString(migrations.resolve("V1__slow.sql"), "SELECT pg_sleep(1);");
        PostgresAddress superuser = SuiteServers.superuser();
        Flyway slow = Flyway.configure()
                .dataSource(
                        superuser.jdbcUrl() + "?options=-c%20transaction_timeout=500ms",
                        superuser.user(),
                        superuser.password())
                .initSql(flyway.getConfiguration().getInitSql())
                .locations("filesystem:" + migrations)
                .defaultSchema("slow_migrations")
                .load();
        assertThat(slow.migrate().migrationsExecuted).isEqualTo(1);
    }
}
