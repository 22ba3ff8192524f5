-- Reads both tables. Charges and movements go on meanwhile.
SET LOCAL lock_timeout = '5s';

ALTER TABLE credits.charges VALIDATE CONSTRAINT charges_valid;
ALTER TABLE credits.store_credit_transactions VALIDATE CONSTRAINT store_credit_transactions_valid;
