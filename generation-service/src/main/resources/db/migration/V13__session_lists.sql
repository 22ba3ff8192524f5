-- Indexes for lists of sessions, one range for each status. Earlier versions of the service count the sessions of a store with the
-- index that is dropped here; the first new one serves them, too. Sessions can be read while the indexes are built, but not
-- written: CHANGELOG.md says how long that takes.
SET LOCAL lock_timeout = '5s';

CREATE INDEX idx_store_generation_sessions_store_status
    ON generation.store_generation_sessions (store_id, status, created_at DESC, id DESC) INCLUDE (credits_used);

CREATE INDEX idx_store_generation_sessions_shopper
    ON generation.store_generation_sessions (store_id, shopper_email, status, created_at DESC, id DESC)
    WHERE shopper_email IS NOT NULL;
CREATE INDEX idx_store_generation_sessions_shopper_token
    ON generation.store_generation_sessions (shopper_token_id, status, created_at DESC, id DESC)
    WHERE shopper_token_id IS NOT NULL AND shopper_email IS NULL;

-- Few sessions fail, so these stay small.
CREATE INDEX idx_store_generation_sessions_store_error
    ON generation.store_generation_sessions (store_id, error_code, created_at DESC, id DESC) WHERE error_code IS NOT NULL;
CREATE INDEX idx_store_generation_sessions_error
    ON generation.store_generation_sessions (error_code, created_at DESC, id DESC) WHERE error_code IS NOT NULL;

-- Last, because nobody can read the table from here to the end.
DROP INDEX generation.idx_store_generation_sessions_store_id;
