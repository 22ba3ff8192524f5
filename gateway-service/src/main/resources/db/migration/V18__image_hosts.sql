-- The hosts from which images may be imported for a store.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores
    ADD COLUMN image_hosts text[] NOT NULL DEFAULT '{cdn.shopify.com}',
    ADD CONSTRAINT stores_image_hosts_check
        CHECK (cardinality(image_hosts) <= 20
           AND array_position(image_hosts, NULL) IS NULL
           AND array_to_string(image_hosts, ' ') ~ '^([a-z0-9.-]{1,253}( |$))*$');

COMMENT ON COLUMN gateway.stores.image_hosts IS
    'The hosts from which images may be imported for the store, in lower case. Empty: none.';

-- Only appends a column, so the previous version still reads the view.
CREATE OR REPLACE VIEW gateway.store_terms AS
SELECT id AS store_id,
       status,
       billing_mode,
       subscription_tier,
       subscription_status,
       CASE WHEN overage_enabled THEN overage_monthly_cap_cents END AS overage_cap_cents,
       require_shopper_email,
       shopper_creates_per_day,
       changed_at,
       daily_credit_cap,
       anonymous_per_day,
       low_credits_at,
       test,
       image_hosts
  FROM gateway.stores;
