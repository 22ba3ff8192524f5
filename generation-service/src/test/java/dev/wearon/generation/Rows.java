package dev.wearon.generation;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.testkit.SuiteServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads and writes rows as the superuser. */
public final class Rows {

    private static final int ALIVE_SECONDS = 5;

    /** This connection stays open, because connecting takes longer than most queries. */
    private static Connection connection;

    private Rows() {}

    /** The first column of the first row, as text; null without a row. */
    public static synchronized String value(String query, Object... parameters) {
        try (PreparedStatement statement = prepared(connection(), query, parameters);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static synchronized int update(String statement, Object... parameters) {
        try (PreparedStatement prepared = prepared(connection(), statement, parameters)) {
            return prepared.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Runs the statement in a transaction and rolls it back. */
    public static void updateAndRollBack(String statement, Object... parameters) {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement prepared = prepared(connection, statement, parameters)) {
                prepared.executeUpdate();
            }
            connection.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Inserts a session without a charge, a permit or images. */
    public static UUID session(UUID storeId, String status, int attempts, String leaseFromNow) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        update(
                "INSERT INTO generation.store_generation_sessions (id, store_id, status, attempts, lease_until,"
                        + " model_image_url, prompt_system, image_urls, image_paths, request_id)"
                        + " VALUES (?, ?, ?, ?, now() + ?::interval, 'u', 'prompt', '{u}', '{p}', 'r')",
                id,
                storeId,
                status,
                attempts,
                leaseFromNow);
        return id;
    }

    /** The first column of all rows, as text. */
    public static synchronized List<String> values(String query, Object... parameters) {
        try (PreparedStatement statement = prepared(connection(), query, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The plan of a query when only index-only scans are allowed. */
    public static List<String> indexOnlyPlan(String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off; SET enable_indexscan = off; SET enable_bitmapscan = off");
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("EXPLAIN " + query)) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return lines;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Reconnects when the connection is broken: some tests terminate all connections. */
    private static Connection connection() throws SQLException {
        if (connection == null || !connection.isValid(ALIVE_SECONDS)) {
            connection = connect();
        }
        return connection;
    }

    public static Connection connect() throws SQLException {
        var address = SuiteServers.superuser();
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
