-- A store may want every try-on to name its shopper, for example to limit what one shopper may ask for in a day.

ALTER TABLE gateway.stores
    ADD COLUMN require_shopper_email boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN gateway.stores.require_shopper_email IS
    'Whether a create without a usable x-shopper-email is refused, also where the store pays.';
