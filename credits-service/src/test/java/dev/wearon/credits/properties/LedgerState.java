package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Wallets, charges, overage and purchases, read from the tables or computed by {@link LedgerModel}. */
record LedgerState(
        Map<UUID, Wallet> pools,
        Map<Shopper, Wallet> shoppers,
        Map<UUID, ChargeState> charges,
        Map<UUID, Integer> owedCents,
        Map<Order, PurchaseState> purchases) {

    private static final String POOLS =
            "SELECT store_id, balance, total_purchased, total_spent FROM credits.store_credits";
    private static final String SHOPPERS = """
            SELECT store_id, shopper_email, balance, total_purchased, total_spent FROM credits.store_shopper_credits
            """;
    private static final String CHARGES = """
            SELECT c.id, c.store_id, c.issuer, c.paid_by, s.shopper_email, COALESCE(c.amount, 0), COALESCE(c.price_cents, 0),
                   c.status = 'released'
              FROM credits.charges c
              LEFT JOIN credits.store_shopper_credits s ON s.id = c.wallet_id
            """;
    private static final String OVERAGE =
            "SELECT store_id, sum(price_cents)::INTEGER FROM credits.store_overage GROUP BY store_id";

    private static final String PURCHASES = """
            SELECT store_id, shopify_order_id, shopper_email, credits_purchased, status = 'completed'
              FROM credits.store_shopper_purchases
            """;

    record Wallet(int balance, int purchased, int spent) {

        static final Wallet EMPTY = new Wallet(0, 0, 0);

        Wallet plus(int credits) {
            return new Wallet(balance + credits, purchased + credits, spent);
        }

        /** @param credits negative for a refund */
        Wallet pays(int credits) {
            return new Wallet(balance - credits, purchased, spent + credits);
        }
    }

    /** @param email the normalised address */
    record Shopper(UUID store, String email) {}

    /**
     * @param issuer null if the charge has none
     * @param paidBy null for a tombstone
     */
    record ChargeState(
            UUID store, String issuer, String paidBy, String email, int amount, int priceCents, boolean released) {}

    record Order(UUID store, String id) {}

    record PurchaseState(String email, int credits, boolean completed) {}

    static LedgerState empty() {
        return new LedgerState(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    static LedgerState read(Connection connection) throws SQLException {
        LedgerState state = empty();
        each(
                connection,
                POOLS,
                row -> state.pools.put(id(row, 1), new Wallet(row.getInt(2), row.getInt(3), row.getInt(4))));
        each(
                connection,
                SHOPPERS,
                row -> state.shoppers.put(
                        new Shopper(id(row, 1), row.getString(2)),
                        new Wallet(row.getInt(3), row.getInt(4), row.getInt(5))));
        each(
                connection,
                CHARGES,
                row -> state.charges.put(
                        id(row, 1),
                        new ChargeState(
                                id(row, 2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getInt(6),
                                row.getInt(7),
                                row.getBoolean(8))));
        each(connection, OVERAGE, row -> state.owedCents.put(id(row, 1), row.getInt(2)));
        each(
                connection,
                PURCHASES,
                row -> state.purchases.put(
                        new Order(id(row, 1), row.getString(2)),
                        new PurchaseState(row.getString(3), row.getInt(4), row.getBoolean(5))));
        return state;
    }

    LedgerState copy() {
        return new LedgerState(
                Map.copyOf(pools),
                Map.copyOf(shoppers),
                Map.copyOf(charges),
                Map.copyOf(owedCents),
                Map.copyOf(purchases));
    }

    void restore(LedgerState other) {
        replace(pools, other.pools);
        replace(shoppers, other.shoppers);
        replace(charges, other.charges);
        replace(owedCents, other.owedCents);
        replace(purchases, other.purchases);
    }

    private static <K, V> void replace(Map<K, V> entries, Map<K, V> others) {
        entries.clear();
        entries.putAll(others);
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private static void each(Connection connection, String query, Row reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    private static UUID id(ResultSet row, int column) throws SQLException {
        return row.getObject(column, UUID.class);
    }
}
