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
