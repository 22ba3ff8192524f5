package dev.wearon.credits.ledger;

import dev.wearon.processes.PostgresAddress;
import dev.wearon.testkit.SuiteServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;

/** A ledger with the schema of an earlier version, in a database of its own. */
record EarlierLedger(PostgresAddress database, int version) {

    /** @param migrations all versioned migrations of the earlier version */
    static EarlierLedger create(String database, String... migrations) throws SQLException, IOException {
        PostgresAddress superuser = SuiteServers.superuser();
        try (Connection connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties())) {
            connection.createStatement().execute("CREATE DATABASE " + database);
        }
        EarlierLedger ledger =
                new EarlierLedger(superuser.with(database, superuser.user(), superuser.password()), migrations.length);
        ledger.run("CREATE SCHEMA credits");
        for (String migration : migrations) {
            ledger.run(script(migration));
        }
        return ledger;
    }

    /** Migrates to the current version. */
    void migrate() {
        Flyway flyway = Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .schemas("credits")
                .createSchemas(false)
                .baselineVersion(Integer.toString(version))
                .load();
        flyway.baseline();
        flyway.migrate();
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties());
    }

    private static String script(String name) throws IOException {
        try (var script = EarlierLedger.class.getResourceAsStream("/db/migration/%s.sql".formatted(name))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
