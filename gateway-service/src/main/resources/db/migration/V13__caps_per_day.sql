-- Two limits of a store for one UTC day: credits, and creates by shopper tokens that name no shopper.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores
    ADD COLUMN daily_credit_cap  integer,
    ADD COLUMN anonymous_per_day integer NOT NULL DEFAULT 200,
    ADD CONSTRAINT stores_daily_credit_cap_check CHECK (daily_credit_cap BETWEEN 1 AND 1000000),
    ADD CONSTRAINT stores_anonymous_per_day_check CHECK (anonymous_per_day BETWEEN 0 AND 1000000);

COMMENT ON COLUMN gateway.stores.daily_credit_cap IS
    'The credits that all try-ons of the store may take on a UTC day, whoever pays. Null: no cap.';
COMMENT ON COLUMN gateway.stores.anonymous_per_day IS
    'The creates on a UTC day by shopper tokens that name no shopper. 0: none.';

-- Only appends columns, so the previous version still reads the view.
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
       anonymous_per_day
  FROM gateway.stores;
