package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.PostgresAddress;
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

/** Reads the database directly, without the service. */
public final class LedgerRows {

    /** A movement; {@code amount} is signed. */
    public record Movement(String type, int amount, UUID chargeId, String requestId, int balanceAfter) {}

    public record Wallet(int balance, int totalPurchased, int totalSpent) {}

    /** Queries of a test that change no setting of the connection. */
    public interface Queries<T> {
        T on(Connection connection) throws SQLException;
    }

    private static PostgresAddress server;
    private static Connection shared;

    private LedgerRows() {}

    /** Opens a connection of the superuser. The caller closes it. */
    public static Connection connect() throws SQLException {
        var superuser = SuiteServers.superuser();
        return DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
    }

    /**
     * Runs queries on the connection that all tests share: opening one takes longer than most queries. Calls that race or wait for
     * a lock need connections of their own.
     */
    public static synchronized <T> T query(Queries<T> queries) throws SQLException {
        // A test with a profile has a server of its own.
        if (!SuiteServers.superuser().equals(server)) {
            if (shared != null) {
                shared.close();
            }
            shared = connect();
            server = SuiteServers.superuser();
        }
        return queries.on(shared);
    }

    public static Wallet wallet(UUID storeId) throws SQLException {
        return query(connection -> wallet(connection, storeId));
    }

    private static Wallet wallet(Connection connection, UUID storeId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                        SELECT balance, total_purchased, total_spent FROM credits.store_credits WHERE store_id = ?
                        """)) {
            query.setObject(1, storeId);
            ResultSet row = query.executeQuery();
            assertThat(row.next()).as("the store has a wallet").isTrue();
            return new Wallet(row.getInt(1), row.getInt(2), row.getInt(3));
        }
    }

    /** Returns a store's movements, oldest first. */
    public static List<Movement> movements(UUID storeId) throws SQLException {
        return query(connection -> movements(connection, storeId));
    }

    private static List<Movement> movements(Connection connection, UUID storeId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                        SELECT type, amount, charge_id, request_id, balance_after
                          FROM credits.store_credit_transactions WHERE store_id = ? ORDER BY entry_no
                        """)) {
            query.setObject(1, storeId);
            ResultSet rows = query.executeQuery();
            List<Movement> movements = new ArrayList<>();
            while (rows.next()) {
                movements.add(new Movement(
                        rows.getString(1),
                        rows.getInt(2),
                        rows.getObject(3, UUID.class),
                        rows.getString(4),
                        rows.getInt(5)));
            }
            return movements;
        }
    }

    /** Deducts from the pool as an operator does in SQL. Returns the charge's id. */
    public static UUID deduct(UUID storeId, int amount, String requestId) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement("""
                        SELECT credits.charge_id_of(store_id, request_id)
                          FROM (SELECT ?::UUID AS store_id, ?::TEXT AS request_id) AS request
                         WHERE credits.deduct_store_credits(store_id, ?, request_id, 'correction')
                        """)) {
            query.setObject(1, storeId);
            query.setString(2, requestId);
            query.setInt(3, amount);
            ResultSet row = query.executeQuery();
            assertThat(row.next()).as("the store had enough credits").isTrue();
            return row.getObject(1, UUID.class);
        }
    }

    /** Returns the plan of a query if PostgreSQL prefers an ordered index to a scan of a small table. */
    public static String planByIndex(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off; SET enable_bitmapscan = off");
            ResultSet lines = statement.executeQuery("EXPLAIN " + query);
            StringBuilder plan = new StringBuilder();
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
            return plan.toString();
        }
    }

    /** Returns the status of a charge, or null if there is no such charge. */
    public static String chargeStatus(UUID chargeId) throws SQLException {
        return query(connection -> charge(connection, "status", chargeId));
    }

    /** Returns the issuer of a charge, or null if it has none. */
    public static String issuer(UUID chargeId) throws SQLException {
        return query(connection -> charge(connection, "issuer", chargeId));
    }

    private static String charge(Connection connection, String column, UUID chargeId) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT " + column + " FROM credits.charges WHERE id = ?")) {
            query.setObject(1, chargeId);
            ResultSet row = query.executeQuery();
            return row.next() ? row.getString(1) : null;
        }
    }

    /** Checks that the wallet equals its totals and its ledger, and that each balance_after adds up. */
    public static void assertAddsUp(UUID storeId) throws SQLException {
        Wallet wallet = wallet(storeId);
        assertThat(wallet.balance()).isEqualTo(wallet.totalPurchased() - wallet.totalSpent());
        int sum = 0;
        for (Movement movement : movements(storeId)) {
            sum += movement.amount();
            assertThat(movement.balanceAfter()).as("balance after %s", movement).isEqualTo(sum);
        }
        assertThat(sum).as("sum of the ledger").isEqualTo(wallet.balance());
    }
}
