package dev.wearon.bench.loop;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What PostgreSQL reports about itself. */
final class DatabaseStatistics implements AutoCloseable {

    private static final String COSTS = """
            SELECT (SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database),
                   (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'),
                   (SELECT wal_bytes FROM pg_stat_wal)
            """;

    /** Waits up to 5 s for the end of each backend process. False also if one has ended on its own at the same time. */
    private static final String END_CONNECTIONS = """
            SELECT COALESCE(bool_and(pg_terminate_backend(pid, 5000)), TRUE)
              FROM pg_stat_activity
             WHERE usename = ANY (?)
            """;

    private static final String SETTINGS = """
            SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s, wal_sync_method %s',
                          split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'),
                          current_setting('synchronous_commit'), current_setting('wal_sync_method'))
            """;

    private static final int ATTEMPTS = 3;

    private final Connection connection;

    DatabaseStatistics(PostgresAddress superuser) throws SQLException {
        connection = Sql.connect(superuser);
    }

    /** The version, and the settings that decide what a commit costs. */
    String settings() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SETTINGS)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Since the server started. A connection reports at most once a second, and the rest when it ends. */
    DatabaseCosts costs() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COSTS)) {
            row.next();
            return new DatabaseCosts(row.getDouble(1), row.getDouble(2), row.getDouble(3));
        }
    }

    /** Ends the connections of these roles; pools open new ones when they next need them. */
    void endConnections(List<String> roles) throws SQLException, UserError {
        try (PreparedStatement statement = connection.prepareStatement(END_CONNECTIONS)) {
            statement.setArray(1, connection.createArrayOf("text", roles.toArray()));
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    if (row.getBoolean(1)) {
                        return;
                    }
                }
            }
        }
        throw new UserError("Connections of " + roles + " did not end.", "run the benchmark again");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
