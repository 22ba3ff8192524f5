-- Whose credit is spent. A wallet has one balance, but a purchase can be given back, and then its own unspent credits must be known.
-- They are a pure function of the wallet's ledger, so nothing is stored and a charge costs nothing more. Each purchase movement opens
-- a lot. In the order of the ledger:
--   * a deduction consumes the oldest lots with something left,
--   * the refund of a charge returns to the very lots that this charge consumed,
--   * a clawback takes from the lot of its purchase.
-- The file is named so that it runs before R__audit.sql, whose views use it.

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
