-- The wallets that stood before there were shoppers get theirs: until now a wallet's key was an e-mail address. What buys
-- and charges goes on meanwhile, as reading wallets and validating a foreign key holds up neither.
SET LOCAL lock_timeout = '5s';

INSERT INTO credits.store_shoppers (store_id, email, created_at)
SELECT w.store_id, w.shopper_email, w.created_at FROM credits.store_shopper_credits w
    ON CONFLICT (store_id, wallet_key) DO NOTHING;

ALTER TABLE credits.store_shopper_credits VALIDATE CONSTRAINT store_shopper_credits_of_a_shopper;
