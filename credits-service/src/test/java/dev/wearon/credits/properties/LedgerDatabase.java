package dev.wearon.credits.properties;

import dev.wearon.processes.Database;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import org.flywaydb.core.Flyway;

/**
 * A PostgreSQL server with the ledger's schema and empty tables, for tests without a running service. The tests roll back
 * their transactions, so that every try starts with empty tables.
 */
final class LedgerDatabase implements AutoCloseable {

    private static final String SCHEMA = "credits";

    private final Path folder;
    private final Postgres postgres;
    private final Process process;
    private final Connection connection;

    LedgerDatabase() throws IOException, SQLException {
        folder = Files.createTempDirectory("wearon-properties-");
        postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        process = postgres.start(folder.resolve("postgres.log"), Duration.ofSeconds(60));
        // Stops PostgreSQL also if the test JVM exits before close().
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        PostgresAddress service = Database.layOut(postgres.address(), Database.NAME, Map.of(SCHEMA, "test"))
                .get(SCHEMA);
        Flyway.configure()
                .dataSource(service.jdbcUrl(), service.user(), service.password())
                .schemas(SCHEMA)
                .createSchemas(false)
                .load()
                .migrate();
        connection = DriverManager.getConnection(service.jdbcUrl(), service.jdbcProperties());
        try (Statement settings = connection.createStatement()) {
            // Compiling the long queries of TableReader takes longer than running them.
            settings.execute("SET jit = off");
        }
        connection.setAutoCommit(false);
    }

    /** Returns the only connection, with the service's role. Tests never commit on it. */
    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws Exception {
        connection.rollback();
        connection.close();
        postgres.stop(process.toHandle(), Duration.ofSeconds(10));
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(LedgerDatabase::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
