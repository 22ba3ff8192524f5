package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Wallets, charges, what is owed and what was bought: as in the tables, or as in the mind of {@link LedgerModel}. */
record Books(
        Map<UUID, Wallet> pools,
        Map<Shopper, Wallet> shoppers,
        Map<UUID, Standing> charges,
        Map<UUID, Integer> owedCents,
        Map<Order, Bought> purchases) {

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
    private static final String OWED =
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

        /** Pays, or with a negative amount takes back. */
        Wallet pays(int credits) {
            return new Wallet(balance - credits, purchased, spent + credits);
        }
    }

    /** The e-mail address is normal. */
    record Shopper(UUID store, String email) {}

    /** A charge, or with {@code paidBy} null a tombstone; {@code issuer} null: of nobody. */
    record Standing(
            UUID store, String issuer, String paidBy, String email, int amount, int priceCents, boolean released) {}

    record Order(UUID store, String id) {}

    record Bought(String email, int credits, boolean completed) {}

    static Books empty() {
        return new Books(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    static Books read(Connection connection) throws SQLException {
        Books books = empty();
        each(
                connection,
                POOLS,
                row -> books.pools.put(id(row, 1), new Wallet(row.getInt(2), row.getInt(3), row.getInt(4))));
        each(
                connection,
                SHOPPERS,
                row -> books.shoppers.put(
                        new Shopper(id(row, 1), row.getString(2)),
                        new Wallet(row.getInt(3), row.getInt(4), row.getInt(5))));
        each(
                connection,
                CHARGES,
                row -> books.charges.put(
                        id(row, 1),
                        new Standing(
                                id(row, 2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getInt(6),
                                row.getInt(7),
                                row.getBoolean(8))));
        each(connection, OWED, row -> books.owedCents.put(id(row, 1), row.getInt(2)));
        each(
                connection,
                PURCHASES,
                row -> books.purchases.put(
                        new Order(id(row, 1), row.getString(2)),
                        new Bought(row.getString(3), row.getInt(4), row.getBoolean(5))));
        return books;
    }

    Books copy() {
        return new Books(
                Map.copyOf(pools),
                Map.copyOf(shoppers),
                Map.copyOf(charges),
                Map.copyOf(owedCents),
                Map.copyOf(purchases));
    }

    void becomes(Books other) {
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
