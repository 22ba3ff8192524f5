-- Shoppers and the keys of their wallets. credits.identify_shopper returns the key for an e-mail address, a reference of the
-- shop system, or both. The functions of R__purchases.sql take this key as p_shopper_email, or an address, which then is the
-- key. Those of R__ledger.sql take the key, an address or ref:<external_ref>, and find the key of the shopper whom this names.
-- identify_shopper takes no key.
--
-- Addresses change, the key of a wallet does not:
--   * A reference belongs to one shopper for ever. With a reference, the address does not matter.
--   * A new reference with an address belongs to the shopper that had this address and no reference, and gets that wallet.
--   * An address that is the key of a wallet names the shopper of that wallet for ever. Any other address names the shopper
--     that used it last.

CREATE OR REPLACE FUNCTION credits.identify_shopper(
    p_store_id UUID, p_email TEXT DEFAULT NULL, p_external_ref TEXT DEFAULT NULL,
    OUT shopper_id UUID, OUT wallet_key TEXT)
    LANGUAGE plpgsql AS
$$
#variable_conflict use_column
DECLARE
    address TEXT := CASE WHEN p_email IS NOT NULL THEN credits.required_email(p_email) END;
BEGIN
    IF p_store_id IS NULL OR COALESCE(address, p_external_ref) IS NULL
        OR p_external_ref !~ '^[a-z0-9][a-z0-9._:/-]{0,127}$' THEN
        RAISE EXCEPTION 'a shopper needs a store and an e-mail address or a reference, which is 1 to 128 of a-z 0-9 . _ : / -'
            USING ERRCODE = '22023';
    END IF;

    -- Most shoppers are known, and reading a key needs no lock because it never changes. An address that is the key of a
    -- wallet names that wallet, so this row is preferred.
    IF p_external_ref IS NULL THEN
        SELECT s.id, s.wallet_key INTO shopper_id, wallet_key
          FROM credits.store_shoppers s
         WHERE s.store_id = p_store_id AND (s.wallet_key = address OR s.email = address)
         ORDER BY s.wallet_key = address DESC LIMIT 1;
    ELSE
        SELECT s.id, s.wallet_key INTO shopper_id, wallet_key
          FROM credits.store_shoppers s
         WHERE s.store_id = p_store_id AND s.external_ref = p_external_ref
           AND (address IS NULL OR s.email = address
                OR EXISTS (SELECT FROM credits.store_shoppers o
                            WHERE o.store_id = p_store_id AND o.wallet_key = address AND o.id <> s.id));
    END IF;
    IF FOUND THEN
        RETURN;
    END IF;
    IF p_external_ref LIKE 'redacted:%' THEN
        RAISE EXCEPTION 'a reference that begins with redacted: is a pseudonym, which only the deletion of names gives' USING ERRCODE = '22023';
    END IF;

    -- The lock of the store's pool protects the inserts and updates of shoppers; purchases open wallets under it as well.
    INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
    PERFORM FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;

    SELECT s.id, s.wallet_key INTO shopper_id, wallet_key
      FROM credits.store_shoppers s WHERE s.store_id = p_store_id AND s.external_ref = p_external_ref;
    IF NOT FOUND THEN
        SELECT s.id, s.wallet_key INTO shopper_id, wallet_key
          FROM credits.store_shoppers s
         WHERE s.store_id = p_store_id AND s.wallet_key = address AND (p_external_ref IS NULL OR s.external_ref IS NULL);
    END IF;
    IF NOT FOUND AND p_external_ref IS NULL THEN
        SELECT s.id, s.wallet_key INTO shopper_id, wallet_key
          FROM credits.store_shoppers s WHERE s.store_id = p_store_id AND s.email = address;
    END IF;
    IF FOUND AND p_external_ref IS NULL THEN
        RETURN;
    END IF;

    IF EXISTS (SELECT FROM credits.store_shoppers o
                WHERE o.store_id = p_store_id AND o.wallet_key = address AND o.id IS DISTINCT FROM shopper_id) THEN
        address := NULL;
    END IF;
    UPDATE credits.store_shoppers o SET email = NULL
     WHERE o.store_id = p_store_id AND o.email = address AND o.id IS DISTINCT FROM shopper_id;
    IF shopper_id IS NULL THEN
        INSERT INTO credits.store_shoppers AS s (store_id, email, external_ref)
             VALUES (p_store_id, address, p_external_ref)
          RETURNING s.id, s.wallet_key INTO shopper_id, wallet_key;
    ELSE
        UPDATE credits.store_shoppers s SET email = COALESCE(address, s.email), external_ref = p_external_ref
         WHERE s.store_id = p_store_id AND s.id = shopper_id;
    END IF;
END;
$$;
COMMENT ON FUNCTION credits.identify_shopper(UUID, TEXT, TEXT) IS
    'The shopper of a store with this e-mail address, this reference or both, and the key of the wallet, which never changes. Creates the shopper if there is none. The caller must have verified both names. SQLSTATE 22023: a name is missing or malformed.';
