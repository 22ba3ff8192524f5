-- Overage: try-ons that a store may go on with at zero credits, each with a price. The operator's decision per store.

ALTER TABLE gateway.stores
    ADD COLUMN overage_enabled           boolean NOT NULL DEFAULT false,
    ADD COLUMN overage_monthly_cap_cents integer,
    ADD CONSTRAINT stores_overage_monthly_cap_cents_check CHECK (overage_monthly_cap_cents > 0),
    ADD CONSTRAINT stores_overage_has_cap CHECK (NOT overage_enabled OR overage_monthly_cap_cents IS NOT NULL);

COMMENT ON COLUMN gateway.stores.overage_enabled IS
    'Whether try-ons go on at zero credits, at a price. Never without a cap.';
COMMENT ON COLUMN gateway.stores.overage_monthly_cap_cents IS
    'What overage may cost in a calendar month (UTC), in cents. Kept while overage is off.';
