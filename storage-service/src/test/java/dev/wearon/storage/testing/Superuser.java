package dev.wearon.storage.testing;

import dev.wearon.processes.PostgresAddress;
import dev.wearon.testkit.SuiteServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Queries the database as its superuser. All tests share one connection, because PostgreSQL starts a process for each new one.
 */
public final class Superuser {

    private static PostgresAddress server;
    private static Connection connection;

    private Superuser() {}

    /** Returns the first column of the first row as text, or null if there is no row. */
    public static synchronized String query(String sql, Object... values) {
        try (var statement = connection().prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    /** A test with a profile has a server of its own. */
    private static Connection connection() throws SQLException {
        PostgresAddress current = SuiteServers.superuser();
        if (!current.equals(server)) {
            if (connection != null) {
                connection.close();
            }
            connection = DriverManager.getConnection(current.jdbcUrl(), current.jdbcProperties());
            server = current;
        }
        return connection;
    }
}
