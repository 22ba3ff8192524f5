-- As the check of charges (V6). Each table has its own migration, so that no migration waits for one table while it holds another.
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION credits.is_valid_movement(
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
            ELSE FALSE
        END
        AND CASE
            WHEN p_type IN ('refund', 'overage') THEN p_charge_id IS NOT NULL AND p_purchase_id IS NULL
            -- Credits leave the pool for a try-on, or for the wallet of a shopper who bought them.
            WHEN p_type = 'deduction' THEN (p_charge_id IS NULL) <> (p_purchase_id IS NULL)
            ELSE p_charge_id IS NULL AND p_purchase_id IS NULL
        END
        AND (p_amount = 0) = (p_price_cents IS NOT NULL)
        AND p_price_cents > 0
        AND char_length(p_request_id) BETWEEN 1 AND 255
        AND p_balance_after >= 0;
END;
$$;
COMMENT ON FUNCTION credits.is_valid_movement(TEXT, INTEGER, UUID, UUID, INTEGER, TEXT, INTEGER) IS
    'The rules of a row of credits.store_credit_transactions: its type is known, and its amount, price and cause fit the type. FALSE if one is broken.';

ALTER TABLE credits.store_credit_transactions
    DROP CONSTRAINT store_credit_transactions_type_known,
    DROP CONSTRAINT store_credit_transactions_amount_fits_type,
    DROP CONSTRAINT store_credit_transactions_has_its_cause,
    DROP CONSTRAINT store_credit_transactions_price_without_amount,
    DROP CONSTRAINT store_credit_transactions_price_positive,
    DROP CONSTRAINT store_credit_transactions_request_id_length,
    DROP CONSTRAINT store_credit_transactions_balance_after_not_negative,
    ADD CONSTRAINT store_credit_transactions_valid CHECK (credits.is_valid_movement(
        type, amount, charge_id, purchase_id, price_cents, request_id, balance_after)) NOT VALID;
