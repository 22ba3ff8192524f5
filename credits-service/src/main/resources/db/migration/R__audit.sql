-- These views define the operator's reports on the ledger, for HTTP and for psql; they are not the gateway's changelog. They
-- read whole tables and change nothing. Sums are bigint, because the sum of many wallets can exceed an integer.

-- CREATE OR REPLACE cannot change the columns of a view, so this file drops all of its views first.
DROP VIEW IF EXISTS credits.disagreements;
DROP VIEW IF EXISTS credits.wallet_disagreements;
DROP VIEW IF EXISTS credits.chain_disagreements;
DROP VIEW IF EXISTS credits.cause_disagreements;
DROP VIEW IF EXISTS credits.overage_disagreements;
DROP VIEW IF EXISTS credits.day_disagreements;
DROP VIEW IF EXISTS credits.lot_disagreements;
DROP VIEW IF EXISTS credits.trial_balance;

-- Each difference compares two sources of the same sum: the rows of wallets, charges and months, and the ledgers.
--   credits        purchased + granted = pool + held by shoppers + spent - refunded. Credits that left the pool for a
--                  purchase must have arrived at the shopper, and those of a clawback at the pool, so this compares the two
--                  ledgers as well.
--   pool, shoppers the balances of the wallets = the sums of their ledgers.
--   charges        spent - refunded = the sum of the unreleased charges that were paid with credits.
--   overage_cents  the sum of store_overage = the unreleased overage charges, and = the overage movements minus their voids.
--                  The value is the first difference that is not 0, so that the two cannot cancel each other out.
-- The differences of credits, pool and shoppers are 0 if all wallets agree with their ledgers and both sides of each purchase
-- agree. Errors of two wallets of one store can cancel each other out; the view disagreements shows them.
CREATE VIEW credits.trial_balance AS
WITH pool_ledger AS (
    SELECT t.store_id,
           SUM(t.amount) AS total,
           SUM(t.amount) FILTER (WHERE t.type = 'purchase') AS purchased,
           SUM(t.amount) FILTER (WHERE t.type = 'subscription') AS granted,
           -SUM(t.amount) FILTER (WHERE t.type = 'deduction' AND t.charge_id IS NOT NULL) AS spent,
           SUM(t.amount) FILTER (WHERE t.type = 'refund') AS refunded,
           SUM(t.amount) FILTER (WHERE t.type = 'clawback') AS clawed_back,
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
unreleased AS (
    SELECT c.store_id,
           SUM(c.amount) FILTER (WHERE c.paid_by <> 'overage') AS credits,
           SUM(c.price_cents) AS cents
      FROM credits.charges c
     WHERE c.status = 'charged'
     GROUP BY c.store_id),
overage AS (
    SELECT o.store_id, SUM(o.price_cents)::BIGINT AS cents FROM credits.store_overage o GROUP BY o.store_id),
purchases AS (
    SELECT p.store_id,
           SUM(p.credits_purchased - p.returned) FILTER (WHERE p.status = 'pending') AS pending,
           SUM(p.credits_purchased - p.returned) FILTER (WHERE p.status = 'unclaimed') AS unclaimed,
           SUM(p.returned - p.withheld - p.clawed_back) FILTER (WHERE p.status = 'completed') AS shortfall
      FROM credits.store_shopper_purchases p
     WHERE p.status IN ('pending', 'unclaimed') OR p.status = 'completed' AND p.returned > p.withheld + p.clawed_back
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
           COALESCE(p.pending, 0) AS pending,
           COALESCE(p.unclaimed, 0) AS unclaimed,
           COALESCE(l.clawed_back, 0) AS clawed_back,
           COALESCE(p.shortfall, 0) AS shortfall,
           COALESCE(l.total, 0) AS in_pool_ledger,
           COALESCE(sl.total, 0) AS in_shopper_ledger,
           COALESCE(c.credits, 0) AS unreleased_credits,
           COALESCE(c.cents, 0) AS unreleased_cents,
           COALESCE(l.owed_cents, 0) AS owed_cents
      FROM credits.stores s
      LEFT JOIN credits.store_credits w ON w.store_id = s.id
      LEFT JOIN pool_ledger l ON l.store_id = s.id
      LEFT JOIN shopper_ledger sl ON sl.store_id = s.id
      LEFT JOIN shoppers h ON h.store_id = s.id
      LEFT JOIN unreleased c ON c.store_id = s.id
      LEFT JOIN overage o ON o.store_id = s.id
      LEFT JOIN purchases p ON p.store_id = s.id)
SELECT line.store_id,
       line.purchased,
       line.granted,
       line.pool,
       line.held_by_shoppers,
       line.spent,
       line.refunded,
       line.overage_cents,
       line.pending,
       line.unclaimed,
       line.clawed_back,
       line.shortfall,
       line.purchased + line.granted - line.pool - line.held_by_shoppers - line.spent + line.refunded
           AS credits_difference,
       line.pool - line.in_pool_ledger AS pool_difference,
       line.held_by_shoppers - line.in_shopper_ledger AS shoppers_difference,
       line.spent - line.refunded - line.unreleased_credits AS charges_difference,
       COALESCE(NULLIF(line.overage_cents - line.unreleased_cents, 0), line.overage_cents - line.owed_cents)
           AS overage_cents_difference
  FROM line;
COMMENT ON VIEW credits.trial_balance IS
    'One row per store: where its credits came from and where they are. Every difference is 0 on a healthy ledger.';

-- Compares the columns of a wallet with the sums of its ledger. A ledger row with another store id does not count.
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
                   SUM(t.amount) FILTER (WHERE t.type IN ('purchase', 'clawback')) AS purchased
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
    'Wallets whose balance, total_purchased, total_spent or last balance_after is not the sum of their ledger.';

-- balance_after must be the balance_after of the entry before plus the amount. Only the wrong entry is listed, not all later ones.
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
    'Movements whose balance_after is not that of the entry before plus their amount.';

-- Charges and completed purchases determine which movements must exist, with wallet and size; the clawbacks of a purchase count as
-- one. No other movement may name a charge or a purchase. A refund of credits and the void of an overage are different movements: the first has an amount, the
-- second a price.
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
    SELECT p.store_id, w.id, 'store', m.movement, p.id, -m.size
      FROM credits.store_shopper_purchases p
      JOIN credits.store_credits w ON w.store_id = p.store_id
     CROSS JOIN LATERAL (VALUES ('purchase', p.credits_purchased - p.withheld), ('clawback', -p.clawed_back)) m (movement, size)
     WHERE p.status = 'completed' AND m.size <> 0
    UNION ALL
    SELECT p.store_id, w.id, 'shopper', m.movement, p.id, m.size
      FROM credits.store_shopper_purchases p
      JOIN credits.store_shopper_credits w ON w.store_id = p.store_id AND w.shopper_email = p.shopper_email
     CROSS JOIN LATERAL (VALUES ('purchase', p.credits_purchased - p.withheld), ('clawback', -p.clawed_back)) m (movement, size)
     WHERE p.status = 'completed' AND m.size <> 0),
written AS (
    SELECT t.store_id, w.id AS wallet_id, 'store' AS wallet,
           CASE WHEN t.purchase_id IS NOT NULL THEN 'purchase'
                WHEN t.type = 'refund' AND t.price_cents IS NOT NULL THEN 'void'
                ELSE t.type END AS movement,
           COALESCE(t.charge_id, t.purchase_id) AS cause_id, COALESCE(t.price_cents, t.amount) AS size
      FROM credits.store_credit_transactions t
      LEFT JOIN credits.store_credits w ON w.store_id = t.store_id
     WHERE t.type <> 'clawback' AND (t.charge_id IS NOT NULL OR t.purchase_id IS NOT NULL)
    UNION ALL
    SELECT t.store_id, t.wallet_id, 'shopper', t.type, COALESCE(t.charge_id, t.purchase_id), t.amount
      FROM credits.store_shopper_credit_transactions t
     WHERE t.type <> 'clawback'
    UNION ALL
    SELECT t.store_id, w.id, 'store', 'clawback', t.purchase_id, SUM(t.amount)
      FROM credits.store_credit_transactions t
      LEFT JOIN credits.store_credits w ON w.store_id = t.store_id
     WHERE t.type = 'clawback'
     GROUP BY 1, 2, t.purchase_id
    UNION ALL
    SELECT t.store_id, t.wallet_id, 'shopper', 'clawback', t.purchase_id, SUM(t.amount)
      FROM credits.store_shopper_credit_transactions t
     WHERE t.type = 'clawback'
     GROUP BY 1, 2, t.purchase_id)
SELECT COALESCE(e.store_id, m.store_id) AS store_id,
       COALESCE(e.wallet_id, m.wallet_id) AS wallet_id,
       COALESCE(e.wallet, m.wallet) AS wallet,
       COALESCE(e.movement, m.movement)
           || CASE COALESCE(e.movement, m.movement)
                  WHEN 'purchase' THEN ' ' WHEN 'clawback' THEN ' of purchase ' ELSE ' of charge ' END
           || COALESCE(e.cause_id, m.cause_id) AS field,
       m.size::BIGINT AS stored,
       e.size::BIGINT AS recomputed
  FROM expected e
  FULL JOIN written m
       ON m.cause_id = e.cause_id AND m.movement = e.movement AND m.wallet = e.wallet
      AND m.store_id = e.store_id AND m.wallet_id = e.wallet_id
 WHERE m.size IS DISTINCT FROM e.size;
COMMENT ON VIEW credits.cause_disagreements IS
    'Movements that are missing for a charge or completed purchase (stored is null), have another size, or belong to neither (recomputed is null).';

CREATE VIEW credits.overage_disagreements AS
WITH unreleased AS (
    SELECT c.store_id, date_trunc('month', c.created_at AT TIME ZONE 'UTC')::DATE AS month, SUM(c.price_cents) AS cents
      FROM credits.charges c
     WHERE c.paid_by = 'overage' AND c.status = 'charged'
     GROUP BY 1, 2)
SELECT store_id, w.id AS wallet_id, 'store' AS wallet, 'overage of ' || to_char(month, 'YYYY-MM') AS field,
       COALESCE(o.price_cents, 0) AS stored, COALESCE(s.cents, 0) AS recomputed
  FROM credits.store_overage o
  FULL JOIN unreleased s USING (store_id, month)
  LEFT JOIN credits.store_credits w USING (store_id)
 WHERE COALESCE(o.price_cents, 0) <> COALESCE(s.cents, 0);
COMMENT ON VIEW credits.overage_disagreements IS
    'Months (UTC) whose sum in cents is not that of their unreleased overage charges.';

CREATE VIEW credits.day_disagreements AS
SELECT w.store_id, w.id AS wallet_id, 'store' AS wallet, 'spent_today' AS field,
       w.spent_today AS stored, COALESCE(SUM(c.amount), 0) AS recomputed
  FROM credits.store_credits w
  LEFT JOIN credits.charges c ON c.store_id = w.store_id AND c.status = 'charged' AND c.created_at >= w.spent_since
 GROUP BY w.id
HAVING w.spent_today <> COALESCE(SUM(c.amount), 0);
COMMENT ON VIEW credits.day_disagreements IS
    'Stores whose count of the day is not the sum of their unreleased charges since its start.';

-- Every release settles, so a purchase has a shortfall only if nothing of it is unspent. Replays only the wallets with a shortfall.
CREATE VIEW credits.lot_disagreements AS
SELECT p.store_id, w.id AS wallet_id, 'shopper' AS wallet, 'shortfall of purchase ' || p.id AS field,
       (p.returned - p.withheld - p.clawed_back)::BIGINT AS stored,
       GREATEST(p.returned - p.withheld - p.clawed_back - l.unspent, 0) AS recomputed
  FROM credits.store_shopper_purchases p
  JOIN credits.store_shopper_credits w ON w.store_id = p.store_id AND w.shopper_email = p.shopper_email
 CROSS JOIN LATERAL credits.lots(w.store_id, w.id) l
 WHERE p.status = 'completed' AND p.returned > p.withheld + p.clawed_back
   AND l.purchase_id = p.id AND l.unspent > 0;
COMMENT ON VIEW credits.lot_disagreements IS
    'Purchases that were given back and whose unspent credits were not clawed back.';

CREATE VIEW credits.disagreements AS
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.wallet_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.chain_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.cause_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.overage_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.day_disagreements d
UNION ALL
SELECT d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed FROM credits.lot_disagreements d;
COMMENT ON VIEW credits.disagreements IS
    'All disagreements of wallets, charges, purchases, months and days with the ledgers: no row on a healthy ledger.';
