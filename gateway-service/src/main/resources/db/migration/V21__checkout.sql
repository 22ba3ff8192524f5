-- Where shoppers pay for credits: at the checkout of a shop at Shopify, whose orders arrive as webhooks, or at one of the store's own,
-- whose server reports each order.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores
    ADD COLUMN checkout text NOT NULL DEFAULT 'shopify',
    ADD CONSTRAINT stores_checkout_check CHECK (checkout IN ('shopify', 'own'));

COMMENT ON COLUMN gateway.stores.checkout IS
    'Where shoppers pay for credits: shopify; own: the store reports its orders itself.';
