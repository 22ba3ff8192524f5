-- The shoppers' side of V16. One function replaces the checks that this table still had one by one (see V6).
SET LOCAL lock_timeout = '5s';

-- A purchase fills the wallet once. A charge is taken once and comes back once; then each purchase may take its part of it.
CREATE UNIQUE INDEX store_shopper_credit_transactions_fill_once
    ON credits.store_shopper_credit_transactions (purchase_id) WHERE type = 'purchase';
CREATE UNIQUE INDEX store_shopper_credit_transactions_once_per_part
    ON credits.store_shopper_credit_transactions (charge_id, type, purchase_id) NULLS NOT DISTINCT
    WHERE charge_id IS NOT NULL;

CREATE FUNCTION credits.is_valid_shopper_movement(
    p_type TEXT, p_amount INTEGER, p_charge_id UUID, p_purchase_id UUID, p_request_id TEXT, p_description TEXT,
    p_balance_after INTEGER) RETURNS BOOLEAN
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    -- NULL if a rule does not apply; a CHECK refuses only FALSE.
    RETURN CASE p_type
            WHEN 'deduction' THEN p_amount < 0
            WHEN 'refund' THEN p_amount > 0
            WHEN 'purchase' THEN p_amount > 0
            WHEN 'clawback' THEN p_amount < 0
            ELSE FALSE
        END
        AND CASE p_type
            WHEN 'purchase' THEN p_purchase_id IS NOT NULL AND p_charge_id IS NULL
            -- With a charge if its release brought the credits that are taken back.
            WHEN 'clawback' THEN p_purchase_id IS NOT NULL
            ELSE p_charge_id IS NOT NULL AND p_purchase_id IS NULL
        END
        AND concat(p_description, ' ', p_request_id) !~ '[^[:space:]]@[^[:space:]]'
        AND char_length(p_request_id) BETWEEN 1 AND 255
        AND p_balance_after >= 0;
END;
$$;
COMMENT ON FUNCTION credits.is_valid_shopper_movement(TEXT, INTEGER, UUID, UUID, TEXT, TEXT, INTEGER) IS
    'The rules of a row of credits.store_shopper_credit_transactions: its type is known, its amount and cause fit the type, and it names nobody. FALSE if one is broken.';

ALTER TABLE credits.store_shopper_credit_transactions
    DROP CONSTRAINT store_shopper_credit_transactions_type_known,
    DROP CONSTRAINT store_shopper_credit_transactions_amount_fits_type,
    DROP CONSTRAINT store_shopper_credit_transactions_has_its_cause,
    DROP CONSTRAINT store_shopper_credit_transactions_names_nobody,
    DROP CONSTRAINT store_shopper_credit_transactions_request_id_length,
    DROP CONSTRAINT store_shopper_credit_transactions_balance_after_not_negative,
    ADD CONSTRAINT store_shopper_credit_transactions_valid CHECK (credits.is_valid_shopper_movement(
        type, amount, charge_id, purchase_id, request_id, description, balance_after)) NOT VALID;

DROP INDEX credits.store_shopper_credit_transactions_once_per_purchase;
ALTER INDEX credits.store_shopper_credit_transactions_fill_once RENAME TO store_shopper_credit_transactions_once_per_purchase;
DROP INDEX credits.store_shopper_credit_transactions_once_per_charge;
ALTER INDEX credits.store_shopper_credit_transactions_once_per_part RENAME TO store_shopper_credit_transactions_once_per_charge;
