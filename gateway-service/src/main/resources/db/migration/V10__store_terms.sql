-- What is read of a store for each request that comes with one of its keys. The look-up of a key joins this view, so the table
-- itself stays a matter of the code that owns it.

CREATE VIEW gateway.store_terms AS
SELECT id AS store_id,
       status,
       billing_mode,
       subscription_tier,
       subscription_status,
       CASE WHEN overage_enabled THEN overage_monthly_cap_cents END AS overage_cap_cents,
       require_shopper_email,
       shopper_creates_per_day,
       changed_at
  FROM gateway.stores;

COMMENT ON VIEW gateway.store_terms IS 'Of every store, active or not: what a request on its behalf is served by.';
COMMENT ON COLUMN gateway.store_terms.overage_cap_cents IS 'Null while overage is off.';
