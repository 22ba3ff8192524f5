-- The tokens of a store for its shop at Shopify. The version before reads access_token_encrypted only to see whether there is one.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores
    ADD COLUMN access_token_expires_at timestamptz,
    ADD COLUMN refresh_token_encrypted text,
    ADD COLUMN refresh_token_expires_at timestamptz,
    ADD COLUMN shopify_scopes text,
    ADD COLUMN installed_at timestamptz,
    ADD COLUMN uninstalled_at timestamptz,
    ADD CONSTRAINT stores_refresh_token_check CHECK (refresh_token_encrypted IS NULL OR access_token_encrypted IS NOT NULL),
    ADD CONSTRAINT stores_uninstalled_check CHECK (uninstalled_at IS NULL OR access_token_encrypted IS NULL);

COMMENT ON COLUMN gateway.stores.access_token_encrypted IS
    'Base64 of the Shopify access token, encrypted for this store with a key of WEARON_SHOPIFY_TOKEN_KEYS. Null: not connected.';
COMMENT ON COLUMN gateway.stores.access_token_expires_at IS 'Null: Shopify did not say.';
COMMENT ON COLUMN gateway.stores.refresh_token_encrypted IS 'As the access token. Always written together with it.';
COMMENT ON COLUMN gateway.stores.refresh_token_expires_at IS 'Null: Shopify did not say.';
COMMENT ON COLUMN gateway.stores.shopify_scopes IS 'What the merchant granted, as Shopify says it: separated by commas.';
COMMENT ON COLUMN gateway.stores.installed_at IS
    'When a page of the app last connected the store, so an uninstall that was triggered before is over.';
COMMENT ON COLUMN gateway.stores.uninstalled_at IS 'When the shop removed the app. Null while it has it.';

CREATE INDEX idx_stores_refresh_token_expires_at ON gateway.stores (refresh_token_expires_at)
    WHERE refresh_token_encrypted IS NOT NULL;

CREATE TABLE gateway.shopify_leases
(
    store_id     uuid        NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    work         text        NOT NULL,
    holder       uuid        NOT NULL,
    leased_until timestamptz NOT NULL,
    PRIMARY KEY (store_id, work),
    CONSTRAINT shopify_leases_work_check CHECK (work IN ('tokens', 'product'))
);

COMMENT ON TABLE gateway.shopify_leases IS
    'Work at Shopify that one process does at a time for a store. A lock would hold a connection during the calls.';
