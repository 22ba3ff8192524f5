-- Stores and their API keys, as story 1.1 names them, in the gateway's own schema.

CREATE FUNCTION gateway.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION gateway.set_updated_at() IS 'Keeps updated_at true, whoever writes.';

CREATE TABLE gateway.stores
(
    id                     uuid PRIMARY KEY     DEFAULT gen_random_uuid(),
    shop_domain            text        NOT NULL,
    access_token_encrypted text,
    billing_mode           text        NOT NULL DEFAULT 'absorb_mode',
    retail_credit_price    numeric,
    subscription_tier      text,
    subscription_id        text,
    subscription_status    text,
    status                 text        NOT NULL DEFAULT 'active',
    onboarding_completed   boolean     NOT NULL DEFAULT false,
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stores_shop_domain_key UNIQUE (shop_domain),
    CONSTRAINT stores_shop_domain_check CHECK (shop_domain = lower(shop_domain) AND length(shop_domain) BETWEEN 1 AND 253),
    CONSTRAINT stores_billing_mode_check CHECK (billing_mode IN ('absorb_mode', 'resell_mode')),
    CONSTRAINT stores_status_check CHECK (status IN ('active', 'inactive')),
    CONSTRAINT stores_retail_credit_price_check CHECK (retail_credit_price > 0)
);

COMMENT ON TABLE gateway.stores IS 'Merchants. What other services must know of a store travels in the signed identity.';
COMMENT ON COLUMN gateway.stores.access_token_encrypted IS 'Shopify access token as ciphertext; encrypted by the application.';
COMMENT ON COLUMN gateway.stores.billing_mode IS 'absorb_mode: the store pays. resell_mode: its shoppers do.';
COMMENT ON COLUMN gateway.stores.subscription_status IS 'The billing provider''s word (active, trialing, past_due, canceled), null without a subscription.';

CREATE TRIGGER stores_set_updated_at
    BEFORE UPDATE
    ON gateway.stores
    FOR EACH ROW
EXECUTE FUNCTION gateway.set_updated_at();

CREATE TABLE gateway.store_api_keys
(
    id              uuid PRIMARY KEY     DEFAULT gen_random_uuid(),
    store_id        uuid        NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    key_hash        text        NOT NULL,
    key_prefix      text        NOT NULL,
    allowed_domains text[]      NOT NULL DEFAULT '{}',
    is_active       boolean     NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT store_api_keys_key_hash_check CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT store_api_keys_key_prefix_check CHECK (key_prefix ~ '^wk_[0-9a-f]{1,13}$')
);

-- Unique, so that a hash names one store; it carries what the lookup of every request reads.
CREATE UNIQUE INDEX idx_store_api_keys_key_hash ON gateway.store_api_keys (key_hash) INCLUDE (store_id, is_active);
CREATE INDEX idx_store_api_keys_store_id ON gateway.store_api_keys (store_id);

COMMENT ON TABLE gateway.store_api_keys IS 'API keys, several per store. The key itself is shown once, when it is issued, and kept nowhere.';
COMMENT ON COLUMN gateway.store_api_keys.key_hash IS 'SHA-256 of the key, 64 lower-case hex digits.';
COMMENT ON COLUMN gateway.store_api_keys.key_prefix IS 'The first 16 characters, to recognise a key by.';
COMMENT ON COLUMN gateway.store_api_keys.allowed_domains IS 'Origins whose browsers may use the key; empty: servers only.';
