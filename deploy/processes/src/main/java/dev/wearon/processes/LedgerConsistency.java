package dev.wearon.processes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Checks the ledger with its own SQL: it recomputes wallets, charges, purchases and overage from the movements. */
public final class LedgerConsistency {

    private static final String DISAGREEMENTS = """
            WITH asked AS (SELECT unnest(?::UUID[]) AS store_id),
            wallets AS (
                SELECT id, store_id, balance, total_purchased, total_spent
                  FROM credits.store_credits JOIN asked USING (store_id)
                UNION ALL
                SELECT id, store_id, balance, total_purchased, total_spent
                  FROM credits.store_shopper_credits JOIN asked USING (store_id)),
            movements AS (
                SELECT w.id AS wallet_id, t.entry_no, t.type, t.amount, t.charge_id, t.purchase_id, t.balance_after, t.price_cents
                  FROM credits.store_credit_transactions t
                  JOIN credits.store_credits w USING (store_id) JOIN asked USING (store_id)
                UNION ALL
                SELECT t.wallet_id, t.entry_no, t.type, t.amount, t.charge_id, t.purchase_id, t.balance_after, NULL
                  FROM credits.store_shopper_credit_transactions t JOIN asked USING (store_id)),
            recomputed AS (
                SELECT w.id,
                       COALESCE(sum(m.amount), 0) AS balance,
                       -- A clawback takes from what a shopper bought, and gives back what the pool spent.
                       COALESCE(sum(m.amount) FILTER (WHERE m.type IN ('purchase', 'subscription')
                           OR m.type = 'clawback' AND m.amount < 0), 0) AS purchased,
                       COALESCE(-sum(m.amount) FILTER (WHERE m.type IN ('deduction', 'refund')
                           OR m.type = 'clawback' AND m.amount > 0), 0) AS spent,
                       COALESCE((array_agg(m.balance_after ORDER BY m.entry_no DESC))[1], 0) AS last_balance
                  FROM wallets w LEFT JOIN movements m ON m.wallet_id = w.id
                 GROUP BY w.id),
            running AS (
                SELECT m.*, sum(m.amount) OVER (PARTITION BY m.wallet_id ORDER BY m.entry_no) AS running FROM movements m),
            charged AS (
                SELECT c.id, c.status, c.wallet_id, c.paid_by, c.amount, c.price_cents,
                       array_agg(ROW (m.wallet_id, m.type, m.amount, m.price_cents)::TEXT ORDER BY m.type)
                           FILTER (WHERE m.type IS NOT NULL) AS found
                  FROM credits.charges c JOIN asked USING (store_id) LEFT JOIN movements m ON m.charge_id = c.id AND m.type <> 'clawback'
                 GROUP BY c.id),
            bought AS (
                SELECT p.id, p.status, p.clawed_back,
                       CASE p.status WHEN 'completed' THEN p.credits_purchased - p.withheld ELSE 0 END AS granted,
                       COALESCE(sum(m.amount) FILTER (WHERE m.type = 'purchase'), 0) AS to_shopper,
                       COALESCE(-sum(m.amount) FILTER (WHERE m.type = 'deduction'), 0) AS from_pool,
                       COALESCE(-sum(m.amount) FILTER (WHERE m.type = 'clawback' AND m.amount < 0), 0) AS from_shopper,
                       COALESCE(sum(m.amount) FILTER (WHERE m.type = 'clawback' AND m.amount > 0), 0) AS to_pool
                  FROM credits.store_shopper_purchases p JOIN asked USING (store_id)
                  LEFT JOIN movements m ON m.purchase_id = p.id
                 GROUP BY p.id),
            owed AS (
                SELECT c.store_id, date_trunc('month', c.created_at AT TIME ZONE 'UTC')::DATE AS month,
                       COALESCE(sum(c.price_cents) FILTER (WHERE c.status = 'charged'), 0) AS price_cents
                  FROM credits.charges c JOIN asked USING (store_id)
                 WHERE c.paid_by = 'overage' GROUP BY 1, 2)
            SELECT format('wallet %s of store %s is %s, its ledger makes it %s', w.id, w.store_id,
                          ROW (w.balance, w.total_purchased, w.total_spent), ROW (r.balance, r.purchased, r.spent, r.last_balance))
              FROM wallets w JOIN recomputed r USING (id)
             WHERE w.balance <> w.total_purchased - w.total_spent OR w.balance < 0 OR w.balance <> r.last_balance
                OR (w.balance, w.total_purchased, w.total_spent) IS DISTINCT FROM (r.balance, r.purchased, r.spent)
            UNION ALL
            SELECT format('movement %s of wallet %s says %s, those before it make it %s', entry_no, wallet_id, balance_after, running)
              FROM running WHERE balance_after <> running
            UNION ALL
            SELECT format('charge %s (%s, %s) has the movements %s', id, status, paid_by, found)
              FROM charged
             WHERE found IS DISTINCT FROM CASE
                 WHEN wallet_id IS NULL THEN NULL
                 ELSE ARRAY [ROW (wallet_id,
                                  CASE paid_by WHEN 'overage' THEN 'overage' ELSE 'deduction' END,
                                  CASE paid_by WHEN 'overage' THEN 0 ELSE -amount END, price_cents)::TEXT]
                      || CASE status WHEN 'released' THEN
                             ARRAY [ROW (wallet_id, 'refund',
                                         CASE paid_by WHEN 'overage' THEN 0 ELSE amount END, price_cents)::TEXT]
                         END
             END
            UNION ALL
            SELECT format('purchase %s is %s, granted %s, clawed back %s; the shopper got %s and lost %s, the pool gave %s and got %s',
                          id, status, granted, clawed_back, to_shopper, from_shopper, from_pool, to_pool)
              FROM bought
             WHERE (to_shopper, from_pool, from_shopper, to_pool) <> (granted, granted, clawed_back, clawed_back)
            UNION ALL
            SELECT format('movement %s names the charge %s, which is not there', m.entry_no, m.charge_id)
              FROM movements m
             WHERE m.charge_id IS NOT NULL AND NOT EXISTS (SELECT FROM credits.charges c WHERE c.id = m.charge_id)
            UNION ALL
            SELECT format('store %s owes %s cents for %s, its charges make it %s',
                          store_id, o.price_cents, month, owed.price_cents)
              FROM owed FULL JOIN (SELECT o.* FROM credits.store_overage o JOIN asked USING (store_id)) o USING (store_id, month)
             WHERE o.price_cents IS DISTINCT FROM owed.price_cents
            """;

    private LedgerConsistency() {}

    /**
     * The disagreements in the books of these stores, one sentence each.
     *
     * @param connection may read the schema {@code credits}
     */
    public static List<String> disagreements(Connection connection, Collection<UUID> stores) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(DISAGREEMENTS)) {
            query.setArray(1, connection.createArrayOf("uuid", stores.toArray()));
            ResultSet rows = query.executeQuery();
            List<String> disagreements = new ArrayList<>();
            while (rows.next()) {
                disagreements.add(rows.getString(1));
            }
            return disagreements;
        }
    }
}
