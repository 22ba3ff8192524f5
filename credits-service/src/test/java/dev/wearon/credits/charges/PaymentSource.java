package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.ConcurrentCalls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.identity.Principal;
import dev.wearon.processes.LedgerConsistency;
import dev.wearon.testkit.TestIdentities;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A payer of charges, at a store of its own.
 *
 * @param identity the identity of the caller whose charges this source pays
 */
record PaymentSource(Kind kind, UUID storeId, String identity) {

    private static final String ANN = "ann@example.com";
    private static final int PRICE_CENTS = 14;

    /** Moves all credits of a store to its shopper, as a completed purchase does. */
    private static final List<String> MOVE_TO_SHOPPER = List.of(
            """
            INSERT INTO credits.store_shopper_credits (store_id, shopper_email, balance, total_purchased)
            SELECT store_id, 'ann@example.com', balance, balance FROM credits.store_credits WHERE store_id = ?
            """,
            """
            INSERT INTO credits.store_shopper_purchases
                        (store_id, shopper_email, shopify_order_id, credits_purchased, amount_paid, status, completed_at)
            SELECT store_id, shopper_email, 'order-1', balance, 9.90, 'completed', now()
              FROM credits.store_shopper_credits WHERE store_id = ?
            """,
            """
            INSERT INTO credits.store_shopper_credit_transactions
                        (store_id, wallet_id, amount, type, purchase_id, request_id, balance_after)
            SELECT p.store_id, w.id, p.credits_purchased, 'purchase', p.id, 'order-1', w.balance
              FROM credits.store_shopper_purchases p JOIN credits.store_shopper_credits w USING (store_id, shopper_email)
             WHERE p.store_id = ?
            """,
            """
            INSERT INTO credits.store_credit_transactions (store_id, amount, type, purchase_id, request_id, balance_after)
            SELECT store_id, -credits_purchased, 'deduction', id, 'order-1', 0
              FROM credits.store_shopper_purchases WHERE store_id = ?
            """,
            "UPDATE credits.store_credits SET balance = 0, total_spent = total_spent + balance WHERE store_id = ?");

    private static final String MOVEMENTS = """
            SELECT charge_id, type, amount, price_cents, xmin::TEXT, entry_no
              FROM credits.store_credit_transactions WHERE store_id = ? AND charge_id IS NOT NULL
            UNION ALL
            SELECT charge_id, type, amount, NULL, xmin::TEXT, entry_no
              FROM credits.store_shopper_credit_transactions WHERE store_id = ? AND charge_id IS NOT NULL
             ORDER BY entry_no
            """;

    enum Kind {
        POOL("SELECT balance FROM credits.store_credits WHERE store_id = ?"),
        SHOPPER("SELECT balance FROM credits.store_shopper_credits WHERE store_id = ?"),
        OVERAGE("SELECT price_cents FROM credits.store_overage WHERE store_id = ?");

        private final String query;

        Kind(String query) {
            this.query = query;
        }

        /** Makes a source with this many credits; for overage, with a cap that allows this many charges. */
        PaymentSource of(int credits) throws SQLException {
            return switch (this) {
                case POOL -> {
                    UUID store = Calls.storeWith(credits);
                    yield new PaymentSource(this, store, TestIdentities.store(store));
                }
                case SHOPPER -> {
                    UUID store = Calls.storeWith(credits);
                    try (Connection connection = LedgerRows.connect()) {
                        connection.setAutoCommit(false);
                        for (String statement : MOVE_TO_SHOPPER) {
                            try (PreparedStatement step = connection.prepareStatement(statement)) {
                                step.setObject(1, store);
                                step.execute();
                            }
                        }
                        connection.commit();
                    }
                    yield new PaymentSource(
                            this, store, TestIdentities.store(store, Principal.BillingMode.RESELL_MODE, ANN));
                }
                // credits.store_overage has no row of the store before its first charge.
                case OVERAGE -> {
                    UUID store = Calls.newId();
                    yield new PaymentSource(this, store, TestIdentities.storeWithOverage(store, credits * PRICE_CENTS));
                }
            };
        }
    }

    /** A movement that a charge caused. @param transaction the transaction that wrote it */
    record Movement(UUID chargeId, String type, int amount, Integer priceCents, String transaction) {}

    /** The same wallet or month, at a store that may spend {@code credits} a day. */
    PaymentSource withDailyCap(int credits) {
        Principal.Terms terms =
                switch (kind) {
                    case POOL -> TestIdentities.capped(Principal.BillingMode.ABSORB_MODE, credits);
                    case SHOPPER -> TestIdentities.capped(Principal.BillingMode.RESELL_MODE, credits);
                    case OVERAGE -> TestIdentities.overage(1_000_000, Optional.of(credits));
                };
        Optional<String> shopper = kind == Kind.SHOPPER ? Optional.of(ANN) : Optional.empty();
        return new PaymentSource(kind, storeId, TestIdentities.store(storeId, terms, shopper));
    }

    HttpRequest charge(UUID chargeId) {
        return ConcurrentCalls.charge(identity, chargeId);
    }

    /** Returns the type of movement that a charge writes. */
    String chargeMovement() {
        return kind == Kind.OVERAGE ? "overage" : "deduction";
    }

    /** Returns the spent part of {@code credits}, according to the row of the wallet or of the month in store_overage. */
    int spentOutOf(int credits) throws SQLException {
        return LedgerRows.query(connection -> spentOutOf(connection, credits));
    }

    private int spentOutOf(Connection connection, int credits) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(kind.query)) {
            query.setObject(1, storeId);
            ResultSet row = query.executeQuery();
            assertThat(row.next()).as("the wallet or month exists").isTrue();
            return kind == Kind.OVERAGE ? row.getInt(1) / PRICE_CENTS : credits - row.getInt(1);
        }
    }

    /** Returns the movements of all charges and releases, oldest first. Checks the amount and price of each. */
    List<Movement> movements() throws SQLException {
        List<Movement> movements = LedgerRows.query(this::movements);
        Integer price = kind == Kind.OVERAGE ? PRICE_CENTS : null;
        int creditsPerCharge = kind == Kind.OVERAGE ? 0 : 1;
        assertThat(movements).allSatisfy(movement -> {
            assertThat(movement.priceCents()).isEqualTo(price);
            assertThat(movement.amount())
                    .isEqualTo(movement.type().equals("refund") ? creditsPerCharge : -creditsPerCharge);
        });
        return movements;
    }

    private List<Movement> movements(Connection connection) throws SQLException {
        List<Movement> movements = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(MOVEMENTS)) {
            query.setObject(1, storeId);
            query.setObject(2, storeId);
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                movements.add(new Movement(
                        rows.getObject(1, UUID.class),
                        rows.getString(2),
                        rows.getInt(3),
                        rows.getObject(4, Integer.class),
                        rows.getString(5)));
            }
        }
        return movements;
    }

    void assertLedgerAgrees() throws SQLException {
        assertThat(LedgerRows.<List<String>>query(
                        connection -> LedgerConsistency.disagreements(connection, List.of(storeId))))
                .isEmpty();
    }
}
