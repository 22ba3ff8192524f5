-- What an accountant asks of the ledger, as views: each is a plain question with its answer, in psql as over HTTP. They
-- read everything and change nothing. Sums are bigint, because a sum of many wallets is more than one wallet can hold.

-- A view cannot be replaced by one with other columns, so every version of this file starts afresh.
DROP VIEW IF EXISTS credits.disagreements;
DROP VIEW IF EXISTS credits.wallet_disagreements;
DROP VIEW IF EXISTS credits.chain_disagreements;
DROP VIEW IF EXISTS credits.cause_disagreements;
DROP VIEW IF EXISTS credits.overage_disagreements;
DROP VIEW IF EXISTS credits.trial_balance;

-- Two sources for every sum: what wallets, charges and months say, and what the ledgers say. The differences:
--   credits        what came in is in a pool, with a shopper, or spent. The credits that left a pool for a shopper's
--                  purchase cancel out against those that arrived only if both ledgers have the same, so that is in here.
--   pool, shoppers the wallets are what their ledgers add up to.
--   charges        what was spent and not refunded is what stands charged.
--   overage_cents  the months are what stands charged as overage; if they are, then what the ledger has as overage and
--                  not as void. The first of the two that is not 0, so that they cannot cancel out.
-- (credits, pool, shoppers) are 0 together exactly if both kinds of wallet agree with their ledgers and the transfers do.
CREATE VIEW credits.trial_balance AS
WITH pool_ledger AS (
    SELECT t.store_id,
           SUM(t.amount) AS total,
           SUM(t.amount) FILTER (WHERE t.type = 'purchase') AS purchased,
           SUM(t.amount) FILTER (WHERE t.type = 'subscription') AS granted,
           -SUM(t.amount) FILTER (WHERE t.type = 'deduction' AND t.charge_id IS NOT NULL) AS spent,
           SUM(t.amount) FILTER (WHERE t.type = 'refund') AS refunded,
           SUM(CASE t.type WHEN 'overage' THEN t.price_cents WHEN 'refund' THEN -t.price_cents END) AS owed_cents
      FROM credits.store_credit_transactions t
     GROUP BY t.store_id),
shopper_ledger AS (
    SELECT t.store_id,
           SUM(t.amount) AS total,
           -SUM(t.amount) FILTER (WHERE t.type = 'deduction') AS spent,
           SUM(t.amount) FILTER (WHERE t.type = 'refund') AS refunded
      FROM credits.store_shopper_credit_transactions t
     GROUP BY t.store_id),
shoppers AS (
    SELECT w.store_id, SUM(w.balance) AS held FROM credits.store_shopper_credits w GROUP BY w.store_id),
standing AS (
    SELECT c.store_id,
           SUM(c.amount) FILTER (WHERE c.paid_by <> 'overage') AS credits,
           SUM(c.price_cents) AS cents
      FROM credits.charges c
     WHERE c.status = 'charged'
     GROUP BY c.store_id),
overage AS (
    SELECT o.store_id, SUM(o.price_cents)::BIGINT AS cents FROM credits.store_overage o GROUP BY o.store_id),
pending AS (
    SELECT p.store_id, SUM(p.credits_purchased) AS credits
      FROM credits.store_shopper_purchases p
     WHERE p.status = 'pending'
     GROUP BY p.store_id),
line AS (
    SELECT s.id AS store_id,
           COALESCE(l.purchased, 0) AS purchased,
           COALESCE(l.granted, 0) AS granted,
           COALESCE(w.balance, 0)::BIGINT AS pool,
           COALESCE(h.held, 0) AS held_by_shoppers,
           COALESCE(l.spent, 0) + COALESCE(sl.spent, 0) AS spent,
           COALESCE(l.refunded, 0) + COALESCE(sl.refunded, 0) AS refunded,
           COALESCE(o.cents, 0) AS overage_cents,
           COALESCE(p.credits, 0) AS pending,
           COALESCE(l.total, 0) AS in_pool_ledger,
           COALESCE(sl.total, 0) AS in_shopper_ledger,
           COALESCE(c.credits, 0) AS standing_credits,
           COALESCE(c.cents, 0) AS standing_cents,
           COALESCE(l.owed_cents, 0) AS owed_cents
      FROM credits.stores s
      LEFT JOIN credits.store_credits w ON w.store_id = s.id
      LEFT JOIN pool_ledger l ON l.store_id = s.id
      LEFT JOIN shopper_ledger sl ON sl.store_id = s.id
      LEFT JOIN shoppers h ON h.store_id = s.id
      LEFT JOIN standing c ON c.store_id = s.id
      LEFT JOIN overage o ON o.store_id = s.id
      LEFT JOIN pending p ON p.store_id = s.id)
SELECT line.store_id,
       line.purchased,
       line.granted,
       line.pool,
       line.held_by_shoppers,
       line.spent,
       line.refunded,
       line.overage_cents,
       line.pending,
       line.purchased + line.granted - line.pool - line.held_by_shoppers - line.spent + line.refunded
           AS credits_difference,
       line.pool - line.in_pool_ledger AS pool_difference,
       line.held_by_shoppers - line.in_shopper_ledger AS shoppers_difference,
       line.spent - line.refunded - line.standing_credits AS charges_difference,
       COALESCE(NULLIF(line.overage_cents - line.standing_cents, 0), line.overage_cents - line.owed_cents)
           AS overage_cents_difference
  FROM line;
COMMENT ON VIEW credits.trial_balance IS
    'A line per store: where its credits came from and where they are. Every difference is 0 on a healthy ledger.';

-- A wallet's own columns against the sums of its ledger. Rows under another store's name are not this wallet's.
CREATE VIEW credits.wallet_disagreements AS
WITH recomputed AS (
    SELECT w.store_id, w.id AS wallet_id, 'store' AS wallet,
           w.balance, w.total_purchased, w.total_spent,
           COALESCE(l.balance, 0) AS sum_balance,
           COALESCE(l.purchased, 0) AS sum_purchased,
           COALESCE(l.purchased, 0) - COALESCE(l.balance, 0) AS sum_spent,
           (SELECT t.balance_after FROM credits.store_credit_transactions t
             WHERE t.store_id = w.store_id ORDER BY t.entry_no DESC LIMIT 1) AS last_balance_after
      FROM credits.store_credits w
      LEFT JOIN (
            SELECT t.store_id,
                   SUM(t.amount) AS balance,
                   SUM(t.amount) FILTER (WHERE t.type IN ('purchase', 'subscription')) AS purchased
              FROM credits.store_credit_transactions t
             GROUP BY t.store_id) l ON l.store_id = w.store_id
    UNION ALL
    SELECT w.store_id, w.id, 'shopper',
           w.balance, w.total_purchased, w.total_spent,
           COALESCE(l.balance, 0),
           COALESCE(l.purchased, 0),
           COALESCE(l.purchased, 0) - COALESCE(l.balance, 0),
           (SELECT t.balance_after FROM credits.store_shopper_credit_transactions t
             WHERE t.wallet_id = w.id ORDER BY t.entry_no DESC LIMIT 1)
      FROM credits.store_shopper_credits w
      LEFT JOIN (
            SELECT t.wallet_id, t.store_id,
                   SUM(t.amount) AS balance,
                   SUM(t.amount) FILTER (WHERE t.type = 'purchase') AS purchased
              FROM credits.store_shopper_credit_transactions t
             GROUP BY t.wallet_id, t.store_id) l ON l.wallet_id = w.id AND l.store_id = w.store_id)
SELECT r.store_id, r.wallet_id, r.wallet, f.field, f.stored::BIGINT AS stored, f.recomputed
  FROM recomputed r
 CROSS JOIN LATERAL (VALUES
        ('balance', r.balance, r.sum_balance),
        ('total_purchased', r.total_purchased, r.sum_purchased),
        ('total_spent', r.total_spent, r.sum_spent),
        ('last balance_after', COALESCE(r.last_balance_after, 0), r.sum_balance)) f (field, stored, recomputed)
 WHERE f.stored <> f.recomputed;
COMMENT ON VIEW credits.wallet_disagreements IS
    'Wallets whose balance, total_purchased, total_spent or last balance_after is not what their ledger adds up to.';

-- Each movement's balance follows from the one before it. The entry that does not follow is named, not all after it.
CREATE VIEW credits.chain_disagreements AS
WITH chain AS (
    SELECT t.store_id, w.id AS wallet_id, 'store' AS wallet, t.entry_no, t.balance_after,
           LAG(t.balance_after, 1, 0) OVER (PARTITION BY t.store_id ORDER BY t.entry_no)::BIGINT + t.amount AS follows
      FROM credits.store_credit_transactions t
      LEFT JOIN credits.store_credits w ON w.store_id = t.store_id
    UNION ALL
    SELECT t.store_id, t.wallet_id, 'shopper', t.entry_no, t.balance_after,
           LAG(t.balance_after, 1, 0) OVER (PARTITION BY t.wallet_id ORDER BY t.entry_no)::BIGINT + t.amount
      FROM credits.store_shopper_credit_transactions t)
SELECT c.store_id, c.wallet_id, c.wallet, 'balance_after of entry ' || c.entry_no AS field,
       c.balance_after::BIGINT AS stored, c.follows AS recomputed
  FROM chain c
 WHERE c.balance_after <> c.follows;
COMMENT ON VIEW credits.chain_disagreements IS
    'Movements whose balance_after is not the one before it plus their amount.';

-- Every charge and every completed purchase says which movements there must be, of which wallet and size; there are these
-- and no others. A refund of credits and the void of an overage are told apart, because one has an amount and the other a price.
CREATE VIEW credits.cause_disagreements AS
WITH expected AS (
    SELECT c.store_id, c.wallet_id, CASE c.paid_by WHEN 'shopper' THEN 'shopper' ELSE 'store' END AS wallet,
           CASE c.paid_by WHEN 'overage' THEN 'overage' ELSE 'deduction' END AS movement,
           c.id AS cause_id, COALESCE(c.price_cents, -c.amount) AS size
      FROM credits.charges c
     WHERE c.wallet_id IS NOT NULL
    UNION ALL
    SELECT c.store_id, c.wallet_id, CASE c.paid_by WHEN 'shopper' THEN 'shopper' ELSE 'store' END,
           CASE c.paid_by WHEN 'overage' THEN 'void' ELSE 'refund' END,
           c.id, COALESCE(c.price_cents, c.amount)
      FROM credits.charges c
     WHERE c.wallet_id IS NOT NULL AND c.status = 'released'
    UNION ALL
    SELECT p.store_id, w.id, 'store', 'purchase', p.id, -p.credits_purchased
      FROM credits.store_shopper_purchases p
      JOIN credits.store_credits w ON w.store_id = p.store_id
     WHERE p.status = 'completed'
    UNION ALL
    SELECT p.store_id, w.id, 'shopper', 'purchase', p.id, p.credits_purchased
      FROM credits.store_shopper_purchases p
      JOIN credits.store_shopper_credits w ON w.store_id = p.store_id AND w.shopper_email = p.shopper_email
     WHERE p.status = 'completed'),
written AS (
    SELECT t.store_id, w.id AS wallet_id, 'store' AS wallet,
           CASE WHEN t.purchase_id IS NOT NULL THEN 'purchase'
                WHEN t.type = 'refund' AND t.price_cents IS NOT NULL THEN 'void'
                ELSE t.type END AS movement,
           COALESCE(t.charge_id, t.purchase_id) AS cause_id, COALESCE(t.price_cents, t.amount) AS size
      FROM credits.store_credit_transactions t
      LEFT JOIN credits.store_credits w ON w.store_id = t.store_id
     WHERE t.charge_id IS NOT NULL OR t.purchase_id IS NOT NULL
    UNION ALL
    SELECT t.store_id, t.wallet_id, 'shopper', t.type, COALESCE(t.charge_id, t.purchase_id), t.amount
      FROM credits.store_shopper_credit_transactions t)
SELECT COALESCE(e.store_id, m.store_id) AS store_id,
       COALESCE(e.wallet_id, m.wallet_id) AS wallet_id,
       COALESCE(e.wallet, m.wallet) AS wallet,
       COALESCE(e.movement, m.movement)
           || CASE COALESCE(e.movement, m.movement) WHEN 'purchase' THEN ' ' ELSE ' of charge ' END
           || COALESCE(e.cause_id, m.cause_id) AS field,
       m.size::BIGINT AS stored,
       e.size::BIGINT AS recomputed
  FROM expected e
  FULL JOIN written m
       ON m.cause_id = e.cause_id AND m.movement = e.movement AND m.wallet = e.wallet
      AND m.store_id = e.store_id AND m.wallet_id = e.wallet_id
 WHERE m.size IS DISTINCT FROM e.size;
COMMENT ON VIEW credits.cause_disagreements IS
    'Movements that a charge or completed purchase asks for and that are missing (stored is null), of another size, or without a cause (recomputed is null).';

CREATE VIEW credits.overage_disagreements AS
WITH standing AS (
    SELECT c.store_id, date_trunc('month', c.created_at AT TIME ZONE 'UTC')::DATE AS month, SUM(c.price_cents) AS cents
      FROM credits.charges c
     WHERE c.paid_by = 'overage' AND c.status = 'charged'
     GROUP BY 1, 2)
SELECT store_id, w.id AS wallet_id, 'store' AS wallet, 'overage of ' || to_char(month, 'YYYY-MM') AS field,
       COALESCE(o.price_cents, 0) AS stored, COALESCE(s.cents, 0) AS recomputed
  FROM credits.store_overage o
  FULL JOIN standing s USING (store_id, month)
  LEFT JOIN credits.store_credits w USING (store_id)
 WHERE COALESCE(o.price_cents, 0) <> COALESCE(s.cents, 0);
COMMENT ON VIEW credits.overage_disagreements IS
    'Months (UTC) whose sum is not that of the overage charged in them and not given back, in cents.';

CREATE VIEW credits.disagreements AS
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.wallet_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.chain_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.cause_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.overage_disagreements d;
COMMENT ON VIEW credits.disagreements IS
    'Every wallet recomputed from its ledger, every charge, purchase and month held against it: no row on a healthy ledger.';
