package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What PostgreSQL says about itself. */
final class DatabaseWatch implements AutoCloseable {

    /** Of every process of the server: the WAL writer flushes too, and somebody pays for it. */
    private static final String FLUSHES = "SELECT sum(fsyncs)::BIGINT FROM pg_stat_io WHERE object = 'wal'";

    private static final String END_CONNECTIONS =
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = ?";

    private static final String SETTINGS = """
            SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s, wal_sync_method %s',
                          split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'),
                          current_setting('synchronous_commit'), current_setting('wal_sync_method'))
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;

    DatabaseWatch(PostgresAddress superuser) throws SQLException {
        connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
    }

    /** Version, and the settings on which durability hangs, as the server has them. */
    String settings() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SETTINGS)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /**
     * Flushes of the write-ahead log since the server started. A connection reports its own once a second at most, and
     * what it did last when it ends: so {@linkplain #endConnections end} those whose flushes are to be in the number.
     */
    long walFlushes() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(FLUSHES)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Ends the connections of a role, which must be at rest; pools open new ones when they next need them. */
    void endConnections(String role) throws SQLException, IOException, UserError {
        try (PreparedStatement statement = connection.prepareStatement(END_CONNECTIONS)) {
            statement.setString(1, role);
            if (!Waiting.until(PATIENCE, () -> noneLeft(statement))) {
                throw new UserError("Connections of " + role + " did not end.", "run the benchmark again");
            }
        }
    }

    private static boolean noneLeft(PreparedStatement statement) throws IOException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1) == 0;
        } catch (SQLException failed) {
            throw new IOException(failed);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
