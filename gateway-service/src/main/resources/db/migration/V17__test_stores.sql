-- Test stores: their credits are test credits, and their prompts may name scenarios. A store is one from its first moment, or never.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores
    ADD COLUMN test boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN gateway.stores.test IS 'Whether it is a test store. Never changes.';

CREATE FUNCTION gateway.keep_test() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'gateway.stores.test never changes' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
COMMENT ON FUNCTION gateway.keep_test() IS 'Trigger: refuses to change whether a store is a test store.';

CREATE TRIGGER stores_keep_test BEFORE UPDATE ON gateway.stores
    FOR EACH ROW WHEN (NEW.test IS DISTINCT FROM OLD.test) EXECUTE FUNCTION gateway.keep_test();

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
       test
  FROM gateway.stores;
