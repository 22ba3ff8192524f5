-- A clawback moves credits of a purchase that was given back from the shopper's wallet to the pool: a movement in both ledgers. As
-- V7 says, a new rule is a new function and a new constraint, and each table has its own migration.
SET LOCAL lock_timeout = '5s';

-- A purchase leaves the pool once, and comes back in as many parts as it takes. The index is built first: meanwhile, the table can be
-- read.
CREATE UNIQUE INDEX store_credit_transactions_leave_once
    ON credits.store_credit_transactions (purchase_id) WHERE type = 'deduction' AND purchase_id IS NOT NULL;

CREATE FUNCTION credits.is_valid_pool_movement(
    p_type TEXT, p_amount INTEGER, p_charge_id UUID, p_purchase_id UUID, p_price_cents INTEGER, p_request_id TEXT,
    p_balance_after INTEGER) RETURNS BOOLEAN
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    -- NULL if a rule does not apply; a CHECK refuses only FALSE.
    RETURN CASE p_type
            WHEN 'deduction' THEN p_amount < 0
            WHEN 'overage' THEN p_amount = 0
            -- A refund that voids an overage gives no credits.
            WHEN 'refund' THEN p_amount >= 0
            WHEN 'purchase' THEN p_amount > 0
            WHEN 'subscription' THEN p_amount > 0
            WHEN 'clawback' THEN p_amount > 0
            ELSE FALSE
        END
        AND CASE
            WHEN p_type IN ('refund', 'overage') THEN p_charge_id IS NOT NULL AND p_purchase_id IS NULL
            -- Credits leave the pool for a try-on, or for the wallet of a shopper who bought them.
            WHEN p_type = 'deduction' THEN (p_charge_id IS NULL) <> (p_purchase_id IS NULL)
            WHEN p_type = 'clawback' THEN p_charge_id IS NULL AND p_purchase_id IS NOT NULL
            ELSE p_charge_id IS NULL AND p_purchase_id IS NULL
        END
        AND (p_amount = 0) = (p_price_cents IS NOT NULL)
        AND p_price_cents > 0
        AND char_length(p_request_id) BETWEEN 1 AND 255
        AND p_balance_after >= 0;
END;
$$;
COMMENT ON FUNCTION credits.is_valid_pool_movement(TEXT, INTEGER, UUID, UUID, INTEGER, TEXT, INTEGER) IS
    'The rules of a row of credits.store_credit_transactions: its type is known, and its amount, price and cause fit the type. FALSE if one is broken.';

ALTER TABLE credits.store_credit_transactions
    DROP CONSTRAINT store_credit_transactions_valid,
    ADD CONSTRAINT store_credit_transactions_valid CHECK (credits.is_valid_pool_movement(
        type, amount, charge_id, purchase_id, price_cents, request_id, balance_after)) NOT VALID;
DROP FUNCTION credits.is_valid_movement(TEXT, INTEGER, UUID, UUID, INTEGER, TEXT, INTEGER);

DROP INDEX credits.store_credit_transactions_once_per_purchase;
ALTER INDEX credits.store_credit_transactions_leave_once RENAME TO store_credit_transactions_once_per_purchase;
COMMENT ON COLUMN credits.store_credit_transactions.purchase_id IS
    'The shopper''s purchase that these credits left the pool for, or came back from.';
