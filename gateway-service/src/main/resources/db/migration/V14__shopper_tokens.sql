-- Tokens with which a shopper's browser may call for a short time, instead of the store's API key. Earlier versions of the
-- service neither write nor read these tables.

CREATE TABLE gateway.shopper_tokens
(
    id              uuid PRIMARY KEY,
    store_id        uuid        NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    key_id          uuid        NOT NULL REFERENCES gateway.store_api_keys (id) ON DELETE CASCADE,
    token_hash      text        NOT NULL,
    shopper         text,
    origin          text        NOT NULL,
    max_generations integer     NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    CONSTRAINT shopper_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT shopper_tokens_token_hash_check CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT shopper_tokens_max_generations_check CHECK (max_generations BETWEEN 1 AND 20)
);

CREATE INDEX idx_shopper_tokens_key_id ON gateway.shopper_tokens (key_id);
CREATE INDEX idx_shopper_tokens_store_id ON gateway.shopper_tokens (store_id);
CREATE INDEX idx_shopper_tokens_expires_at ON gateway.shopper_tokens (expires_at);

COMMENT ON TABLE gateway.shopper_tokens IS
    'Shopper tokens until some time after their end. A row never changes. The token itself is shown once and kept nowhere.';
COMMENT ON COLUMN gateway.shopper_tokens.key_id IS 'The key that requested the token. The token ends with it.';
COMMENT ON COLUMN gateway.shopper_tokens.token_hash IS 'SHA-256 of the token, 64 lower-case hex digits.';
COMMENT ON COLUMN gateway.shopper_tokens.shopper IS
    'A normalised e-mail address, or ref: and the store''s own reference; null for an anonymous token.';
COMMENT ON COLUMN gateway.shopper_tokens.origin IS 'The only origin whose pages may use the token, as browsers send it.';

CREATE TABLE gateway.shopper_creates
(
    token_id        uuid        NOT NULL REFERENCES gateway.shopper_tokens (id) ON DELETE CASCADE,
    store_id        uuid        NOT NULL,
    idempotency_key text        NOT NULL,
    requests        integer     NOT NULL DEFAULT 1,
    anonymous_day   date,
    PRIMARY KEY (token_id, idempotency_key)
);

COMMENT ON TABLE gateway.shopper_creates IS 'The slots of each token: one row for each try-on that it created or may have created.';
COMMENT ON COLUMN gateway.shopper_creates.requests IS
    'How many requests had this Idempotency-Key. Only the answer to a single one says that there is no try-on.';
COMMENT ON COLUMN gateway.shopper_creates.anonymous_day IS 'The day (UTC) in anonymous_creates that counts it; null for a named shopper.';

CREATE TABLE gateway.anonymous_creates
(
    store_id uuid    NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    day      date    NOT NULL,
    creates  integer NOT NULL,
    PRIMARY KEY (store_id, day)
);

CREATE INDEX idx_anonymous_creates_day ON gateway.anonymous_creates (day);

COMMENT ON TABLE gateway.anonymous_creates IS 'How many try-ons the anonymous tokens of a store created on a day (UTC). It outlives the tokens.';

-- Each token is inserted and deleted within the hour, and the row of a day is written for each anonymous create.
ALTER TABLE gateway.shopper_tokens SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE gateway.shopper_creates SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE gateway.anonymous_creates SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
