-- The sessions and keys of shoppers who call with a token. Earlier versions of the service neither write nor read them.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN shopper_token_id uuid;
COMMENT ON COLUMN generation.store_generation_sessions.shopper_token_id IS
    'The shopper token that created the session; null if an API key of the store did. It owns a session without a shopper.';
COMMENT ON COLUMN generation.store_generation_sessions.shopper_email IS
    'The shopper: a normalised e-mail address, or ref: and the reference that the store uses, which has no @.';
COMMENT ON COLUMN generation.store_analytics_events.shopper_email IS
    'The shopper of the session: an e-mail address, or ref: and the reference that the store uses.';

-- The key of a shopper comes after the pseudonym of its owner and a blank. A client's key has no blank, so the keys of a store
-- and of its shoppers are never equal. NOT VALID skips the read of the whole table: every old key fits.
ALTER TABLE generation.idempotency_keys DROP CONSTRAINT idempotency_keys_key_check;
ALTER TABLE generation.idempotency_keys
    ADD CONSTRAINT idempotency_keys_key_check CHECK (key ~ '^([0-9a-f-]{36} )?[\x21-\x7E]{1,255}$') NOT VALID;
COMMENT ON COLUMN generation.idempotency_keys.key IS
    'As the client sent it. The key of a shopper token comes after its owner: the key is the same for all tokens of the owner.';
