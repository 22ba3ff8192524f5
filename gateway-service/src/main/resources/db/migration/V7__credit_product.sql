-- The product in the merchant's shop that sells a try-on credit, by the shop's own numbers.

ALTER TABLE gateway.stores
    ADD COLUMN shopify_product_id text,
    ADD COLUMN shopify_variant_id text,
    ADD CONSTRAINT stores_shopify_product_id_check CHECK (shopify_product_id ~ '^[0-9]{1,32}$'),
    ADD CONSTRAINT stores_shopify_variant_id_check CHECK (shopify_variant_id ~ '^[0-9]{1,32}$');

COMMENT ON COLUMN gateway.stores.shopify_product_id IS 'Bare digits; null until the product is made. Kept in absorb mode.';
COMMENT ON COLUMN gateway.stores.shopify_variant_id IS 'The variant that a storefront puts into its cart, bare digits.';
