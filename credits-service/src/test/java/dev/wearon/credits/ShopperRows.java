package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.LedgerRows.Wallet;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Reads and identifies shoppers in the database, without the service. */
public final class ShopperRows {

    public record Purchase(
            UUID id,
            String email,
            String orderId,
            int credits,
            BigDecimal amountPaid,
            String currency,
            String status) {}

    /** A movement of a shopper's wallet, or of the pool for a purchase. {@code amount} is signed. */
    public record Movement(String type, int amount, UUID purchaseId, String requestId, int balanceAfter) {}

    /** The result of {@code credits.identify_shopper}. */
    public record Shopper(UUID id, String walletKey) {}

    public record Names(String email, String externalRef, String walletKey) {}

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private ShopperRows() {}

    /** Runs {@code credits.identify_shopper}; one of the two names may be null. */
    public static Shopper identify(UUID storeId, String email, String externalRef) throws SQLException {
        try (Connection connection = LedgerRows.connect();
                PreparedStatement query =
                        connection.prepareStatement("SELECT * FROM credits.identify_shopper(?, ?, ?)")) {
            query.setObject(1, storeId);
            query.setString(2, email);
            query.setString(3, externalRef);
            ResultSet row = query.executeQuery();
            row.next();
            return new Shopper(row.getObject("shopper_id", UUID.class), row.getString("wallet_key"));
        }
    }

    /** Returns all shoppers of a store, in no order. */
    public static List<Names> shoppers(UUID storeId) throws SQLException {
        return all(
                "SELECT email, external_ref, wallet_key FROM credits.store_shoppers WHERE store_id = ?",
                storeId,
                row -> new Names(row.getString(1), row.getString(2), row.getString(3)));
    }

    /** Returns all shoppers' wallets at a store, by key. */
    public static Map<String, Wallet> wallets(UUID storeId) throws SQLException {
        Map<String, Wallet> wallets = new TreeMap<>();
        all(
                """
                SELECT shopper_email, balance, total_purchased, total_spent
                  FROM credits.store_shopper_credits WHERE store_id = ?
                """,
                storeId,
                row -> wallets.put(row.getString(1), new Wallet(row.getInt(2), row.getInt(3), row.getInt(4))));
        return wallets;
    }

    /** Returns a store's purchases, oldest first. */
    public static List<Purchase> purchases(UUID storeId) throws SQLException {
        return all(
                """
                SELECT id, shopper_email, shopify_order_id, credits_purchased, amount_paid, currency, status
                  FROM credits.store_shopper_purchases WHERE store_id = ? ORDER BY created_at, id
                """,
                storeId,
                row -> new Purchase(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getBigDecimal(5),
                        row.getString(6),
                        row.getString(7)));
    }

    /** Returns the orders of a store with this status, oldest first. */
    public static List<String> orders(UUID storeId, String status) throws SQLException {
        return purchases(storeId).stream()
                .filter(purchase -> purchase.status().equals(status))
                .map(Purchase::orderId)
                .toList();
    }

    /** Returns the movements of all shoppers of a store, oldest first. */
    public static List<Movement> movements(UUID storeId) throws SQLException {
        return movements("credits.store_shopper_credit_transactions", "TRUE", storeId);
    }

    /** Returns the movements of the pool for shoppers' purchases, oldest first. */
    public static List<Movement> poolMovements(UUID storeId) throws SQLException {
        return movements("credits.store_credit_transactions", "purchase_id IS NOT NULL", storeId);
    }

    /** Checks the wallets of the pool and of all shoppers, and that each completed purchase has a movement in both ledgers. */
    public static void assertAddsUp(UUID storeId) throws SQLException {
        LedgerRows.assertAddsUp(storeId);
        assertThat(all("""
                SELECT w.id
                  FROM credits.store_shopper_credits w
                  LEFT JOIN credits.store_shopper_credit_transactions t ON t.wallet_id = w.id
                 WHERE w.store_id = ?
                 GROUP BY w.id
                HAVING w.balance <> w.total_purchased - w.total_spent OR w.balance <> COALESCE(sum(t.amount), 0)
                """, storeId, row -> row.getObject(1, UUID.class)))
                .as("wallets that do not add up")
                .isEmpty();
        assertThat(all("""
                SELECT t.id
                  FROM (SELECT id, balance_after,
                               sum(amount) OVER (PARTITION BY wallet_id ORDER BY entry_no) AS running
                          FROM credits.store_shopper_credit_transactions WHERE store_id = ?) t
                 WHERE t.balance_after <> t.running
                """, storeId, row -> row.getObject(1, UUID.class)))
                .as("movements whose balance_after does not add up")
                .isEmpty();
        assertThat(all("""
                SELECT p.id
                  FROM credits.store_shopper_purchases p
                  LEFT JOIN credits.store_credit_transactions pool ON pool.purchase_id = p.id AND pool.type = 'deduction'
                  LEFT JOIN credits.store_shopper_credit_transactions own ON own.purchase_id = p.id AND own.type = 'purchase'
                 WHERE p.store_id = ?
                   AND CASE p.status
                           WHEN 'completed' THEN pool.amount IS DISTINCT FROM p.withheld - p.credits_purchased
                                              OR own.amount IS DISTINCT FROM p.credits_purchased - p.withheld
                           ELSE pool.id IS NOT NULL OR own.id IS NOT NULL
                       END
                """, storeId, row -> row.getObject(1, UUID.class)))
                .as("purchases whose two movements are missing or wrong")
                .isEmpty();
    }

    private static List<Movement> movements(String ledger, String which, UUID storeId) throws SQLException {
        return all(
                """
                SELECT type, amount, purchase_id, request_id, balance_after
                  FROM %s WHERE store_id = ? AND %s ORDER BY entry_no
                """.formatted(ledger, which),
                storeId,
                row -> new Movement(
                        row.getString(1),
                        row.getInt(2),
                        row.getObject(3, UUID.class),
                        row.getString(4),
                        row.getInt(5)));
    }

    private static <T> List<T> all(String sql, UUID storeId, Reader<T> reader) throws SQLException {
        return LedgerRows.query(connection -> all(connection, sql, storeId, reader));
    }

    private static <T> List<T> all(Connection connection, String sql, UUID storeId, Reader<T> reader)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, storeId);
            ResultSet rows = query.executeQuery();
            List<T> read = new ArrayList<>();
            while (rows.next()) {
                read.add(reader.read(rows));
            }
            return read;
        }
    }
}
