-- Reads the tables. Charges, movements and purchases go on meanwhile.
SET LOCAL lock_timeout = '5s';

ALTER TABLE credits.store_shopper_purchases
    VALIDATE CONSTRAINT store_shopper_purchases_status_known,
    VALIDATE CONSTRAINT store_shopper_purchases_shopper_fits_status,
    VALIDATE CONSTRAINT store_shopper_purchases_returned_fits_status,
    VALIDATE CONSTRAINT store_shopper_purchases_withheld_from_a_grant,
    VALIDATE CONSTRAINT store_shopper_purchases_clawed_back_is_due;
ALTER TABLE credits.store_credit_transactions VALIDATE CONSTRAINT store_credit_transactions_valid;
ALTER TABLE credits.store_shopper_credit_transactions VALIDATE CONSTRAINT store_shopper_credit_transactions_valid;

-- Last, because until the end of the migration purchases wait for them. Charges and releases do not.
-- Almost empty: the releases of a wallet look here whether one of its purchases has a shortfall.
CREATE INDEX idx_store_shopper_purchases_shortfall
    ON credits.store_shopper_purchases (store_id, shopper_email)
    WHERE status = 'completed' AND returned > withheld + clawed_back;
CREATE INDEX idx_store_shopper_purchases_unclaimed
    ON credits.store_shopper_purchases (store_id, created_at, id) WHERE status = 'unclaimed';
-- For the operator's list over all stores.
CREATE INDEX idx_store_shopper_purchases_created_at ON credits.store_shopper_purchases (created_at, id);
