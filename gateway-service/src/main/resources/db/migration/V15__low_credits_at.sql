-- When a store is told that it has few credits left.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores
    ADD COLUMN low_credits_at integer DEFAULT 20,
    ADD CONSTRAINT stores_low_credits_at_check CHECK (low_credits_at BETWEEN 0 AND 1000000);

COMMENT ON COLUMN gateway.stores.low_credits_at IS
    'The store is told once when a try-on leaves this many credits, or fewer. Null: never.';

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
       low_credits_at
  FROM gateway.stores;
