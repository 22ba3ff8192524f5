package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the ledger's tables with SQL of its own. Of the functions under test it uses only overage_month_of. */
final class TableReader {

    /** All tables of the schema. */
    private static final String NAMES = """
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'credits' ORDER BY tablename
            """;

    /** Includes the physical place of each row (ctid), which every update changes, even an update to the same values. */
    private static final String DIGEST = "md5((SELECT string_agg(t.ctid || t::TEXT, '|' ORDER BY t.ctid) FROM %s t))";

    private static final String DISAGREEMENTS = """
            WITH wallets AS (
                SELECT id, balance, total_purchased, total_spent FROM credits.store_credits
                UNION ALL
                SELECT id, balance, total_purchased, total_spent FROM credits.store_shopper_credits),
            movements AS (
                SELECT 'pool' AS ledger, w.id AS wallet_id, t.entry_no, t.amount, t.type, t.charge_id, t.price_cents,
                       t.balance_after
                  FROM credits.store_credit_transactions t
                  JOIN credits.store_credits w ON w.store_id = t.store_id
                UNION ALL
                SELECT 'shopper', t.wallet_id, t.entry_no, t.amount, t.type, t.charge_id, NULL, t.balance_after
                  FROM credits.store_shopper_credit_transactions t
                  JOIN credits.store_shopper_credits w ON w.id = t.wallet_id AND w.store_id = t.store_id),
            sums AS (
                SELECT wallet_id, sum(amount) AS balance,
                       sum(amount) FILTER (WHERE type IN ('purchase', 'subscription') OR type = 'clawback' AND amount < 0)
                           AS purchased
                  FROM movements GROUP BY wallet_id),
            running AS (
                SELECT wallet_id, balance_after, sum(amount) OVER (PARTITION BY wallet_id ORDER BY entry_no) AS sum
                  FROM movements),
            wanted AS (
                SELECT CASE paid_by WHEN 'shopper' THEN 'shopper' ELSE 'pool' END AS ledger, id, wallet_id,
                       CASE paid_by WHEN 'overage' THEN 'overage' ELSE 'deduction' END AS type,
                       CASE paid_by WHEN 'overage' THEN 0 ELSE -amount END AS amount, price_cents
                  FROM credits.charges WHERE paid_by IS NOT NULL
                UNION ALL
                SELECT CASE paid_by WHEN 'shopper' THEN 'shopper' ELSE 'pool' END, id, wallet_id, 'refund',
                       CASE paid_by WHEN 'overage' THEN 0 ELSE amount END, price_cents
                  FROM credits.charges WHERE paid_by IS NOT NULL AND status = 'released'),
            found AS (
                SELECT ledger, charge_id, wallet_id, type, amount, price_cents FROM movements
                 WHERE charge_id IS NOT NULL AND type <> 'clawback'),
            standing AS (
                SELECT store_id, credits.overage_month_of(created_at) AS month,
                       COALESCE(sum(price_cents) FILTER (WHERE status = 'charged'), 0) AS price_cents
                  FROM credits.charges WHERE paid_by = 'overage' GROUP BY 1, 2),
            spent AS (
                SELECT w.store_id, w.spent_today,
                       (SELECT COALESCE(sum(c.amount), 0) FROM credits.charges c
                         WHERE c.store_id = w.store_id AND c.status = 'charged' AND c.created_at >= w.spent_since) AS charged
                  FROM credits.store_credits w)
            SELECT 'wallet ' || w.id FROM wallets w LEFT JOIN sums s ON s.wallet_id = w.id
             WHERE w.balance < 0 OR w.balance <> w.total_purchased - w.total_spent
                OR w.balance <> COALESCE(s.balance, 0) OR w.total_purchased <> COALESCE(s.purchased, 0)
            UNION ALL
            SELECT 'running balance of ' || wallet_id FROM running WHERE balance_after <> sum
            UNION ALL
            SELECT 'charge without its movement ' || w FROM (TABLE wanted EXCEPT ALL TABLE found) w
            UNION ALL
            SELECT 'movement without its charge ' || f FROM (TABLE found EXCEPT ALL TABLE wanted) f
            UNION ALL
            SELECT 'overage of ' || store_id
              FROM standing s FULL JOIN credits.store_overage o USING (store_id, month)
             WHERE s.price_cents IS DISTINCT FROM o.price_cents
            UNION ALL
            SELECT 'day of ' || store_id FROM spent WHERE spent_today <> charged
            """;

    /** All columns except generated ids, times and numbers; movements in their order within a wallet. */
    private static final String ROWS = """
            SELECT r.is FROM (
                SELECT 1 AS part, store_id AS owner, entry_no,
                       (to_jsonb(t) - ARRAY ['id', 'entry_no', 'created_at'])::TEXT AS is
                  FROM credits.store_credit_transactions t
                UNION ALL
                SELECT 2, wallet_id, entry_no, (to_jsonb(t) - ARRAY ['id', 'entry_no', 'created_at'])::TEXT
                  FROM credits.store_shopper_credit_transactions t
                UNION ALL
                SELECT 3, id, 0, (to_jsonb(t) - ARRAY ['created_at', 'released_at'])::TEXT FROM credits.charges t
                UNION ALL
                SELECT 4, store_id, 0, (to_jsonb(t) - ARRAY ['updated_at', 'spent_since'])::TEXT FROM credits.store_credits t
                UNION ALL
                SELECT 5, id, 0, (to_jsonb(t) - 'updated_at')::TEXT FROM credits.store_shopper_credits t
                UNION ALL
                SELECT 6, store_id, 0, (to_jsonb(t) - 'updated_at')::TEXT FROM credits.store_overage t
                UNION ALL
                SELECT 7, id, 0, to_jsonb(t)::TEXT FROM credits.store_shopper_purchases t
                UNION ALL
                SELECT 8, id, 0, id::TEXT FROM credits.stores t) r
             ORDER BY r.part, r.owner, r.entry_no
            """;

    private final Connection connection;
    private final String digest;

    TableReader(Connection connection) throws SQLException {
        this.connection = connection;
        digest = "SELECT concat_ws(' ', %s)"
                .formatted(String.join(
                        ", ", texts(NAMES).stream().map(DIGEST::formatted).toList()));
    }

    /** Returns a hash that every insert, update and delete in any table changes. */
    String digest() throws SQLException {
        return texts(digest).getFirst();
    }

    /** Returns the contradictions between wallets, ledgers, charges and overage; empty on a healthy ledger. */
    List<String> disagreements() throws SQLException {
        return texts(DISAGREEMENTS);
    }

    List<String> rows() throws SQLException {
        return texts(ROWS);
    }

    private List<String> texts(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
