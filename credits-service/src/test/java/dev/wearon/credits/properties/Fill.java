package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A shopper has bought credits: written row by row, as the ledger's tables want it. */
record Fill(UUID store, String email, int credits) implements Action {

    private static final String FILL = """
            WITH terms AS (SELECT ?::UUID AS store_id, credits.normal_email(?) AS email, ?::INTEGER AS credits),
            pool AS (
                UPDATE credits.store_credits w
                   SET balance = w.balance - t.credits, total_spent = w.total_spent + t.credits
                  FROM terms t WHERE w.store_id = t.store_id AND w.balance >= t.credits
             RETURNING w.balance),
            wallet AS (
                INSERT INTO credits.store_shopper_credits AS w (store_id, shopper_email, balance, total_purchased)
                SELECT t.store_id, t.email, t.credits, t.credits FROM terms t, pool
                ON CONFLICT (store_id, shopper_email) DO UPDATE
                   SET balance = w.balance + EXCLUDED.balance,
                       total_purchased = w.total_purchased + EXCLUDED.total_purchased
             RETURNING w.id, w.balance),
            purchase AS (
                INSERT INTO credits.store_shopper_purchases
                            (store_id, shopper_email, shopify_order_id, credits_purchased, amount_paid, status, completed_at)
                SELECT t.store_id, t.email, gen_random_uuid(), t.credits, 9.99, 'completed', clock_timestamp()
                  FROM terms t, wallet
             RETURNING id),
            leaves AS (
                INSERT INTO credits.store_credit_transactions
                            (store_id, amount, type, purchase_id, request_id, balance_after)
                SELECT t.store_id, -t.credits, 'deduction', p.id, 'order', pool.balance FROM terms t, purchase p, pool)
            INSERT INTO credits.store_shopper_credit_transactions
                        (store_id, wallet_id, amount, type, purchase_id, request_id, balance_after)
            SELECT t.store_id, w.id, t.credits, 'purchase', p.id, 'order', w.balance FROM terms t, purchase p, wallet w
            RETURNING 'filled'
            """;

    @Override
    public String toldTo(LedgerModel model) {
        return model.fill(store, email, credits);
    }

    @Override
    public String askedOf(Connection connection) throws SQLException {
        String outcome = Action.ask(connection, FILL, store, email, credits);
        return outcome == null ? "pool_too_small" : outcome;
    }
}
