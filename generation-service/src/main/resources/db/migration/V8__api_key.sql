-- The API key that made a session. Earlier versions of the service neither write nor read it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN api_key_id uuid;

COMMENT ON COLUMN generation.store_generation_sessions.api_key_id IS
    'The API key of the request that made the session, also if a shopper token sent it; null if the session is older than this column. The table of keys is the gateway''s, hence no foreign key.';
