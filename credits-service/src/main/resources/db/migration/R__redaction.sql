-- The names of shoppers are deleted here, because the law or a merchant asks for it. A shopper gets a random pseudonym, which is no
-- hash of a name. Wallet, purchases, charges and movements stay, so the books add up as before. The same address or reference is a
-- new shopper afterwards, with a new wallet.
--
-- A name is an e-mail address, or ref:<external_ref>, as in credits.wallet_key_of.

CREATE OR REPLACE FUNCTION credits.shoppers_named(p_store_id UUID, p_names TEXT[]) RETURNS SETOF credits.store_shoppers
    LANGUAGE sql STABLE AS
$$
    SELECT s.*
      FROM credits.store_shoppers s
     WHERE s.store_id = p_store_id
       AND s.id IN (SELECT o.id FROM credits.store_shoppers o
                     WHERE o.store_id = p_store_id AND o.wallet_key = ANY (p_names)
                    UNION ALL
                    SELECT o.id FROM credits.store_shoppers o
                     WHERE o.store_id = p_store_id AND o.email = ANY (p_names)
                    UNION ALL
                    SELECT o.id FROM credits.store_shoppers o
                     WHERE o.store_id = p_store_id
                       AND o.external_ref = ANY (ARRAY(SELECT substring(n FROM '^ref:(.*)$') FROM unnest(p_names) n)))
       AND NOT credits.is_pseudonym(s.wallet_key);
$$;
COMMENT ON FUNCTION credits.shoppers_named(UUID, TEXT[]) IS
    'The shoppers of a store who have one of these names now, or had it on the first day. Those without a name any more are left out.';

CREATE OR REPLACE FUNCTION credits.redact_shoppers(p_store_id UUID, p_names TEXT[], p_limit INTEGER, p_before TIMESTAMPTZ) RETURNS INTEGER
    LANGUAGE plpgsql AS
$$
DECLARE
    ids UUID[];
BEGIN
    IF p_store_id IS NULL OR COALESCE(p_limit, 0) <= 0 THEN
        RAISE EXCEPTION 'a redaction needs a store and a positive limit' USING ERRCODE = '22023';
    END IF;

    -- The lock of the pool protects shoppers and purchases, as everywhere; then the wallets in the order of their ids.
    PERFORM FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    IF p_names IS NULL THEN
        ids := ARRAY(SELECT s.id FROM credits.store_shoppers s
                      WHERE s.store_id = p_store_id AND s.wallet_key NOT LIKE 'ref:redacted:%'
                        AND s.created_at < COALESCE(p_before, 'infinity')
                      ORDER BY s.id LIMIT p_limit);
    ELSE
        ids := ARRAY(SELECT s.id FROM credits.shoppers_named(p_store_id, p_names) s
                      WHERE s.created_at < COALESCE(p_before, 'infinity')
                      ORDER BY s.id LIMIT p_limit);
    END IF;
    PERFORM FROM credits.store_shopper_credits w
     WHERE w.store_id = p_store_id
       AND w.shopper_email IN (SELECT s.wallet_key FROM credits.store_shoppers s WHERE s.id = ANY (ids) AND s.store_id = p_store_id)
     ORDER BY w.id FOR UPDATE;

    SET CONSTRAINTS credits.store_shopper_credits_of_a_shopper, credits.store_shopper_purchases_of_a_wallet DEFERRED;
    -- All parts see the names of before.
    WITH named AS MATERIALIZED (
        SELECT s.id, s.wallet_key AS old_key, 'redacted:' || gen_random_uuid() AS pseudonym
          FROM credits.store_shoppers s
         WHERE s.store_id = p_store_id AND s.id = ANY (ids)),
    purchase AS (
        UPDATE credits.store_shopper_purchases p
           SET shopper_email = 'ref:' || n.pseudonym, request_id = credits.without_emails(p.request_id)
          FROM named n WHERE p.store_id = p_store_id AND p.shopper_email = n.old_key),
    wallet AS (
        UPDATE credits.store_shopper_credits w
           SET shopper_email = 'ref:' || n.pseudonym
          FROM named n WHERE w.store_id = p_store_id AND w.shopper_email = n.old_key)
    UPDATE credits.store_shoppers s
       SET email = NULL, external_ref = n.pseudonym, wallet_key = 'ref:' || n.pseudonym
      FROM named n WHERE s.id = n.id AND s.store_id = p_store_id;
    SET CONSTRAINTS credits.store_shopper_credits_of_a_shopper, credits.store_shopper_purchases_of_a_wallet IMMEDIATE;
    RETURN cardinality(ids);
END;
$$;
COMMENT ON FUNCTION credits.redact_shoppers(UUID, TEXT[], INTEGER, TIMESTAMPTZ) IS
    'Replaces the names of shoppers who were new before a time by pseudonyms; names NULL: of all shoppers of the store; time NULL: whenever they were new. Returns the number of changed shoppers, at most the limit. May be repeated.';

CREATE OR REPLACE FUNCTION credits.redact_shoppers(p_store_id UUID, p_names TEXT[], p_limit INTEGER) RETURNS INTEGER
    LANGUAGE sql AS
$$
    SELECT credits.redact_shoppers(p_store_id, p_names, p_limit, NULL);
$$;
COMMENT ON FUNCTION credits.redact_shoppers(UUID, TEXT[], INTEGER) IS
    'The same whenever the shoppers were new. The version before calls it.';
