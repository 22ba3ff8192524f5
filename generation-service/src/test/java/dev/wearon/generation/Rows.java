package dev.wearon.generation;

import dev.wearon.local.testing.SuiteServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What is persisted, as the superuser sees it. */
public final class Rows {

    private Rows() {}

    /** The first column of the first row, as text. */
    public static String ask(String query, Object... values) {
        try (Connection connection = connect();
                PreparedStatement statement = prepared(connection, query, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static int change(String statement, Object... values) {
        try (Connection connection = connect();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            return prepared.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Connection connect() throws SQLException {
        var address = SuiteServers.superuser();
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
