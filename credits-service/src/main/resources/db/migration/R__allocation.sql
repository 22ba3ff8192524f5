-- Whose credit is spent. A wallet has one balance, but a purchase can be given back, and then its own unspent credits must be known.
-- They are a pure function of the wallet's ledger, so nothing is stored and a charge costs nothing more. Each purchase movement opens
-- a lot. In the order of the ledger:
--   * a deduction consumes the oldest lots with something left,
--   * the refund of a charge returns to the very lots that this charge consumed,
--   * a clawback takes from the lot of its purchase.
-- The file is named so that it runs before R__audit.sql, whose views use it, and R__ledger.sql: until all files have run, processes of
-- the version before use the functions that are new already.

CREATE OR REPLACE FUNCTION credits.allocation(p_store_id UUID, p_wallet_id UUID)
    RETURNS TABLE (entry_no BIGINT, type TEXT, charge_id UUID, purchase_id UUID, amount INTEGER)
    LANGUAGE plpgsql STABLE AS
$$
#variable_conflict use_column
DECLARE
    movement     RECORD;
    lots         UUID[] := '{}';
    unspent      INTEGER[] := '{}';
    -- No lot before this one has anything left.
    oldest       INTEGER := 1;
    -- What deductions took, one element per lot that a deduction took from: the lot (0: none had anything left) and the credits.
    part_lots    INTEGER[] := '{}';
    part_credits INTEGER[] := '{}';
    parts        INTEGER := 0;
    -- By the position of the deduction in the ledger.
    first_parts  INTEGER[] := '{}';
    last_parts   INTEGER[] := '{}';
    wanted       INTEGER;
    taken        INTEGER;
    lot          INTEGER;
BEGIN
    FOR movement IN
        SELECT m.entry_no, m.type, m.charge_id, m.purchase_id, m.amount, m.pos,
               min(m.pos) FILTER (WHERE m.type = 'deduction') OVER (PARTITION BY m.charge_id) AS deduction_pos
          FROM (SELECT t.entry_no, t.type, t.charge_id, t.purchase_id, t.amount,
                       row_number() OVER (ORDER BY t.entry_no)::INTEGER AS pos
                  FROM credits.store_shopper_credit_transactions t
                 WHERE t.wallet_id = p_wallet_id AND t.store_id = p_store_id) m
         ORDER BY m.entry_no
    LOOP
        entry_no := movement.entry_no;
        type := movement.type;
        charge_id := movement.charge_id;
        CASE movement.type
            WHEN 'purchase' THEN
                lots := lots || movement.purchase_id;
                unspent := unspent || movement.amount;
                purchase_id := movement.purchase_id;
                amount := movement.amount;
                RETURN NEXT;
            WHEN 'clawback' THEN
                lot := COALESCE(array_position(lots, movement.purchase_id), 0);
                unspent[lot] := unspent[lot] + movement.amount;
                purchase_id := movement.purchase_id;
                amount := movement.amount;
                RETURN NEXT;
            WHEN 'deduction' THEN
                wanted := -movement.amount;
                first_parts[movement.pos] := parts + 1;
                WHILE wanted > 0 LOOP
                    WHILE unspent[oldest] = 0 LOOP
                        oldest := oldest + 1;
                    END LOOP;
                    -- Beyond the last lot there is NULL. Only a damaged ledger takes more than it has; the rest is nobody's.
                    taken := LEAST(wanted, unspent[oldest]);
                    lot := CASE WHEN unspent[oldest] IS NULL THEN 0 ELSE oldest END;
                    parts := parts + 1;
                    part_lots[parts] := lot;
                    part_credits[parts] := taken;
                    unspent[lot] := unspent[lot] - taken;
                    wanted := wanted - taken;
                    purchase_id := lots[lot];
                    amount := -taken;
                    RETURN NEXT;
                END LOOP;
                last_parts[movement.pos] := parts;
            WHEN 'refund' THEN
                FOR part IN COALESCE(first_parts[movement.deduction_pos], 1) .. COALESCE(last_parts[movement.deduction_pos], 0) LOOP
                    lot := part_lots[part];
                    unspent[lot] := unspent[lot] + part_credits[part];
                    oldest := LEAST(oldest, GREATEST(lot, 1));
                    purchase_id := lots[lot];
                    amount := part_credits[part];
                    RETURN NEXT;
                END LOOP;
        END CASE;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION credits.allocation(UUID, UUID) IS
    'The movements of a shopper''s wallet, each split by the purchases whose credits it moved; NULL as purchase: of none, which a healthy ledger never has. The amounts of a purchase add up to what is unspent of it.';

CREATE OR REPLACE FUNCTION credits.lots(p_store_id UUID, p_wallet_id UUID)
    RETURNS TABLE (purchase_id UUID, granted BIGINT, spent BIGINT, clawed_back BIGINT, unspent BIGINT)
    LANGUAGE sql STABLE AS
$$
    SELECT a.purchase_id,
           COALESCE(sum(a.amount) FILTER (WHERE a.type = 'purchase'), 0),
           COALESCE(-sum(a.amount) FILTER (WHERE a.type IN ('deduction', 'refund')), 0),
           COALESCE(-sum(a.amount) FILTER (WHERE a.type = 'clawback'), 0),
           sum(a.amount)
      FROM credits.allocation(p_store_id, p_wallet_id) a
     GROUP BY a.purchase_id
     ORDER BY min(a.entry_no);
$$;
COMMENT ON FUNCTION credits.lots(UUID, UUID) IS
    'The lots of a shopper''s wallet, oldest first. The sum of unspent is the balance.';

-- Called when a purchase is given back, and when releases bring credits back to a wallet that has a purchase with a shortfall. Only
-- the lot of a purchase pays for it, so later purchases are never touched.
CREATE OR REPLACE FUNCTION credits.settle_purchases(
    p_store_id UUID, p_wallet_id UUID, p_released UUID[], p_request_id TEXT) RETURNS VOID
    LANGUAGE plpgsql AS
$$
BEGIN
    WITH moved AS MATERIALIZED (
        SELECT a.entry_no, a.type, a.charge_id, a.purchase_id, a.amount FROM credits.allocation(p_store_id, p_wallet_id) a),
    short AS MATERIALIZED (
        SELECT p.id, p.returned - p.withheld - p.clawed_back AS shortfall,
               COALESCE((SELECT sum(m.amount) FROM moved m WHERE m.purchase_id = p.id), 0) AS unspent,
               COALESCE(p_request_id, p.request_id, p.shopify_order_id) AS request_id
          FROM credits.store_shopper_credits w
          JOIN credits.store_shopper_purchases p ON p.store_id = w.store_id AND p.shopper_email = w.shopper_email
         WHERE w.id = p_wallet_id AND w.store_id = p_store_id
           AND p.status = 'completed' AND p.returned > p.withheld + p.clawed_back),
    -- What is unspent of a lot came back by these releases, in their order; the rest was there before. A release finds such a rest
    -- only if a process of an earlier version has released without settling.
    source AS (
        SELECT s.id, m.charge_id, m.amount, m.entry_no, t.request_id
          FROM short s
          JOIN moved m ON m.purchase_id = s.id AND m.type = 'refund' AND m.charge_id = ANY (p_released)
          JOIN credits.store_shopper_credit_transactions t ON t.charge_id = m.charge_id AND t.type = 'refund' AND t.store_id = p_store_id
        UNION ALL
        SELECT s.id, NULL, s.unspent - COALESCE(
                   (SELECT sum(m.amount) FROM moved m
                     WHERE m.purchase_id = s.id AND m.type = 'refund' AND m.charge_id = ANY (p_released)), 0),
               NULL, credits.without_emails(s.request_id)
          FROM short s),
    clawback AS MATERIALIZED (
        SELECT c.id, c.charge_id, c.request_id, c.credits,
               sum(c.credits) OVER (ORDER BY c.id, c.entry_no NULLS LAST ROWS UNBOUNDED PRECEDING) AS so_far
          FROM (SELECT o.id, o.charge_id, o.request_id, o.entry_no,
                       LEAST(o.amount, LEAST(s.shortfall, s.unspent) - COALESCE(sum(o.amount)
                           OVER (PARTITION BY o.id ORDER BY o.entry_no NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                           0))::INTEGER AS credits
                  FROM source o JOIN short s ON s.id = o.id) c
         WHERE c.credits > 0),
    purchase AS (
        UPDATE credits.store_shopper_purchases p
           SET clawed_back = p.clawed_back + t.credits
          FROM (SELECT c.id, sum(c.credits) AS credits FROM clawback c GROUP BY c.id) t
         WHERE p.id = t.id AND p.store_id = p_store_id),
    shopper_movement AS (
        INSERT INTO credits.store_shopper_credit_transactions
                    (store_id, wallet_id, amount, type, charge_id, purchase_id, request_id, description, balance_after)
        SELECT p_store_id, p_wallet_id, -c.credits, 'clawback', c.charge_id, c.id, c.request_id,
               'The order was given back', w.balance - c.so_far
          FROM clawback c JOIN credits.store_shopper_credits w ON w.id = p_wallet_id AND w.store_id = p_store_id
         ORDER BY c.so_far),
    pool_movement AS (
        INSERT INTO credits.store_credit_transactions
                    (store_id, amount, type, purchase_id, request_id, description, balance_after)
        SELECT p_store_id, c.credits, 'clawback', c.id, c.request_id,
               'A shopper''s order was given back', w.balance + c.so_far
          FROM clawback c JOIN credits.store_credits w ON w.store_id = p_store_id
         ORDER BY c.so_far),
    total AS (
        SELECT sum(c.credits)::INTEGER AS credits FROM clawback c HAVING count(*) > 0),
    pool AS (
        UPDATE credits.store_credits w
           SET balance = w.balance + t.credits, total_spent = w.total_spent - t.credits,
               told_low_credits = CASE WHEN w.balance + t.credits <= w.told_low_credits THEN w.told_low_credits END
          FROM total t WHERE w.store_id = p_store_id)
    UPDATE credits.store_shopper_credits w
       SET balance = w.balance - t.credits, total_purchased = w.total_purchased - t.credits
      FROM total t WHERE w.id = p_wallet_id AND w.store_id = p_store_id;
END;
$$;
COMMENT ON FUNCTION credits.settle_purchases(UUID, UUID, UUID[], TEXT) IS
    'Claws back what purchases of a wallet owe, as far as their own credits are unspent. A clawback names the charge whose release, one of p_released, brought the credits. p_request_id: of the call, or NULL for that of the purchase. The caller must hold the locks of the pool and of the wallet.';
