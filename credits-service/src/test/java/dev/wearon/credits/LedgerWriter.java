package dev.wearon.credits;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Writes consistent rows of shoppers, purchases and overage without the ledger's functions. The caller closes it.
 */
public final class LedgerWriter implements AutoCloseable {

    private final Connection connection;
    private final UUID storeId;

    public LedgerWriter(UUID storeId) throws SQLException {
        this.connection = LedgerRows.connect();
        this.storeId = storeId;
    }

    /** Opens an empty wallet of a shopper at the store. */
    public UUID shopper(String email) throws SQLException {
        UUID walletId = Calls.newId();
        run("INSERT INTO credits.stores (id) VALUES (?) ON CONFLICT DO NOTHING", storeId);
        run(
                "INSERT INTO credits.store_shopper_credits (id, store_id, shopper_email) VALUES (?, ?, ?)",
                walletId,
                storeId,
                email);
        return walletId;
    }

    /** Moves credits from the pool to the shopper; the pool must have them. */
    public UUID purchase(UUID walletId, int credits) throws SQLException {
        UUID purchaseId = pendingPurchase(walletId, credits);
        run("""
                UPDATE credits.store_shopper_purchases SET status = 'completed', completed_at = now() WHERE id = ?
                """, purchaseId);
        run("""
                WITH pool AS (
                    UPDATE credits.store_credits SET balance = balance - ?, total_spent = total_spent + ?
                     WHERE store_id = ? RETURNING balance)
                INSERT INTO credits.store_credit_transactions
                            (store_id, amount, type, purchase_id, request_id, balance_after)
                SELECT ?, -(?::INTEGER), 'deduction', ?, 'req_purchase', balance FROM pool
                """, credits, credits, storeId, storeId, credits, purchaseId);
        run("""
                WITH shopper AS (
                    UPDATE credits.store_shopper_credits
                       SET balance = balance + ?, total_purchased = total_purchased + ?
                     WHERE id = ? RETURNING balance)
                INSERT INTO credits.store_shopper_credit_transactions
                            (store_id, wallet_id, amount, type, purchase_id, request_id, balance_after)
                SELECT ?, ?, ?, 'purchase', ?, 'req_purchase', balance FROM shopper
                """, credits, credits, walletId, storeId, walletId, credits, purchaseId);
        return purchaseId;
    }

    public UUID pendingPurchase(UUID walletId, int credits) throws SQLException {
        UUID purchaseId = Calls.newId();
        run("""
                INSERT INTO credits.store_shopper_purchases
                            (id, store_id, shopper_email, shopify_order_id, credits_purchased, amount_paid)
                SELECT ?, store_id, shopper_email, ?, ?, 9.99 FROM credits.store_shopper_credits WHERE id = ?
                """, purchaseId, purchaseId.toString(), credits, walletId);
        return purchaseId;
    }

    public UUID shopperCharge(UUID walletId, int amount) throws SQLException {
        UUID chargeId = Calls.newId();
        run("""
                INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, amount, status)
                VALUES (?, ?, ?, 'shopper', ?, 'charged')
                """, chargeId, storeId, walletId, amount);
        shopperMovement(walletId, "deduction", chargeId, -amount);
        spent(chargeId, amount);
        return chargeId;
    }

    public void shopperRelease(UUID walletId, UUID chargeId, int amount) throws SQLException {
        released(chargeId);
        shopperMovement(walletId, "refund", chargeId, amount);
        spent(chargeId, -amount);
    }

    public UUID overage(int cents) throws SQLException {
        UUID chargeId = Calls.newId();
        run("""
                INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, amount, price_cents, status)
                SELECT ?, store_id, id, 'overage', 1, ?, 'charged' FROM credits.store_credits WHERE store_id = ?
                """, chargeId, cents, storeId);
        owed("overage", chargeId, cents, cents);
        spent(chargeId, 1);
        return chargeId;
    }

    public void voidOverage(UUID chargeId, int cents) throws SQLException {
        released(chargeId);
        owed("refund", chargeId, cents, -cents);
        spent(chargeId, -1);
    }

    /** Counts a charge on its day, or a release. */
    private void spent(UUID chargeId, int change) throws SQLException {
        run("""
                UPDATE credits.store_credits w
                   SET spent_today = w.spent_today + ?, spent_since = COALESCE(w.spent_since, c.created_at)
                  FROM credits.charges c
                 WHERE c.id = ? AND w.store_id = c.store_id AND c.created_at >= COALESCE(w.spent_since, c.created_at)
                """, change, chargeId);
    }

    private void shopperMovement(UUID walletId, String type, UUID chargeId, int amount) throws SQLException {
        run("""
                WITH shopper AS (
                    UPDATE credits.store_shopper_credits SET balance = balance + ?, total_spent = total_spent - ?
                     WHERE id = ? RETURNING balance)
                INSERT INTO credits.store_shopper_credit_transactions
                            (store_id, wallet_id, amount, type, charge_id, request_id, balance_after)
                SELECT ?, ?, ?, ?, ?, 'req_shopper', balance FROM shopper
                """, amount, amount, walletId, storeId, walletId, amount, type, chargeId);
    }

    private void released(UUID chargeId) throws SQLException {
        run("UPDATE credits.charges SET status = 'released', released_at = now() WHERE id = ?", chargeId);
    }

    private void owed(String type, UUID chargeId, int cents, int change) throws SQLException {
        run("""
                INSERT INTO credits.store_credit_transactions
                            (store_id, amount, type, charge_id, price_cents, request_id, balance_after)
                SELECT store_id, 0, ?, ?, ?, 'req_overage', balance FROM credits.store_credits WHERE store_id = ?
                """, type, chargeId, cents, storeId);
        // One upsert would fail: its CHECK refuses a negative price_cents before it finds the conflicting row.
        run("""
                INSERT INTO credits.store_overage (store_id, month, price_cents)
                SELECT ?, date_trunc('month', created_at AT TIME ZONE 'UTC')::DATE, 0 FROM credits.charges WHERE id = ?
                ON CONFLICT DO NOTHING
                """, storeId, chargeId);
        run("""
                UPDATE credits.store_overage o SET price_cents = o.price_cents + ?
                  FROM credits.charges c
                 WHERE c.id = ? AND o.store_id = c.store_id
                   AND o.month = date_trunc('month', c.created_at AT TIME ZONE 'UTC')::DATE
                """, change, chargeId);
    }

    private void run(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
