-- How many try-ons one shopper of a store may ask for in a day.

ALTER TABLE gateway.stores
    ADD COLUMN shopper_creates_per_day integer,
    ADD CONSTRAINT stores_shopper_creates_per_day_check CHECK (shopper_creates_per_day > 0);

COMMENT ON COLUMN gateway.stores.shopper_creates_per_day IS
    'In any 24 hours. Null: what the gateway is configured with, which may be no limit.';
