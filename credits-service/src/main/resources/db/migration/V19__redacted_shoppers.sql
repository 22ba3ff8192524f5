-- A shopper's names can be replaced by a pseudonym, once and for ever. The ledgers know wallets and not names, so nothing of them
-- changes. The triggers that keep names allow this one change, and no other.
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION credits.is_pseudonym(p_key TEXT) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(p_key ~ '^ref:redacted:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', FALSE);
COMMENT ON FUNCTION credits.is_pseudonym(TEXT) IS 'Whether the key of a wallet is a random pseudonym: the names of its shopper were deleted.';

-- Only the catalog changes. credits.redact_shoppers defers the two constraints, because a key stands in three tables.
ALTER TABLE credits.store_shopper_credits ALTER CONSTRAINT store_shopper_credits_of_a_shopper DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE credits.store_shopper_purchases ALTER CONSTRAINT store_shopper_purchases_of_a_wallet DEFERRABLE INITIALLY IMMEDIATE;

CREATE OR REPLACE FUNCTION credits.keep_wallet_key() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.wallet_key := COALESCE('ref:' || NEW.external_ref, NEW.email);
    ELSIF credits.is_pseudonym(NEW.wallet_key) AND NOT credits.is_pseudonym(OLD.wallet_key) THEN
        IF (NEW.id, NEW.store_id, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.store_id, OLD.created_at)
            OR NEW.email IS NOT NULL OR 'ref:' || NEW.external_ref IS DISTINCT FROM NEW.wallet_key THEN
            RAISE EXCEPTION 'UPDATE of credits.store_shoppers is refused: a pseudonym replaces all names' USING ERRCODE = 'WC007';
        END IF;
    ELSIF (NEW.id, NEW.store_id, NEW.wallet_key, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.store_id, OLD.wallet_key, OLD.created_at)
        OR NEW.external_ref IS DISTINCT FROM COALESCE(OLD.external_ref, NEW.external_ref)
        OR credits.is_pseudonym(OLD.wallet_key) AND NEW.email IS NOT NULL THEN
        RAISE EXCEPTION 'UPDATE of credits.store_shoppers is refused: the key of a wallet and a reference never change'
            USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_wallet_key() IS
    'Trigger: makes a new shopper''s key of the reference, else of the e-mail address; afterwards only the e-mail address changes, a missing reference is added, or a pseudonym replaces all names for ever.';

CREATE FUNCTION credits.keep_shopper_of_wallet() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF NEW.store_id <> OLD.store_id
        OR NEW.shopper_email <> OLD.shopper_email
            AND (credits.is_pseudonym(OLD.shopper_email) OR NOT credits.is_pseudonym(NEW.shopper_email)) THEN
        RAISE EXCEPTION 'UPDATE of credits.store_shopper_credits is refused: a wallet keeps its shopper' USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_shopper_of_wallet() IS 'Trigger: the key of a wallet never changes, but a pseudonym may replace it once.';

DROP TRIGGER wallets_keep_their_shopper ON credits.store_shopper_credits;
CREATE TRIGGER wallets_keep_their_shopper BEFORE UPDATE OF store_id, shopper_email ON credits.store_shopper_credits
    FOR EACH ROW EXECUTE FUNCTION credits.keep_shopper_of_wallet();

CREATE OR REPLACE FUNCTION credits.keep_purchase() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
DECLARE
    may_change CONSTANT TEXT[] := ARRAY ['shopper_email', 'status', 'completed_at', 'returned', 'withheld', 'clawed_back'];
    names      CONSTANT TEXT[] := ARRAY ['shopper_email', 'request_id'];
BEGIN
    IF credits.is_pseudonym(NEW.shopper_email) AND NOT credits.is_pseudonym(OLD.shopper_email) AND OLD.shopper_email IS NOT NULL
        AND (to_jsonb(NEW) - names) = (to_jsonb(OLD) - names)
        AND NEW.request_id IS NOT DISTINCT FROM regexp_replace(OLD.request_id, '[^[:space:]]+@[^[:space:]]+', '***', 'g') THEN
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - may_change) IS DISTINCT FROM (to_jsonb(OLD) - may_change)
        OR NEW.shopper_email IS DISTINCT FROM COALESCE(OLD.shopper_email, NEW.shopper_email)
        OR NEW.returned < OLD.returned OR NEW.clawed_back < OLD.clawed_back
        OR NEW.status <> OLD.status
            AND (OLD.status, NEW.status) NOT IN (('unclaimed', 'pending'), ('unclaimed', 'completed'), ('unclaimed', 'returned'),
                                                 ('pending', 'completed'), ('pending', 'returned'))
        OR NEW.status = OLD.status
            AND (NEW.completed_at, NEW.withheld) IS DISTINCT FROM (OLD.completed_at, OLD.withheld)
        OR OLD.status = 'returned' AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'UPDATE of credits.store_shopper_purchases is refused: a purchase goes forward only, and its numbers only grow'
            USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_purchase() IS
    'Trigger: a purchase gets its shopper once, a pseudonym may replace it once, its status goes from unclaimed over pending to completed, or to returned, and its numbers only grow.';
COMMENT ON COLUMN credits.store_shopper_purchases.shopper_email IS
    'The key of the shopper''s wallet. NULL: not known yet. Once known it never changes, except to a pseudonym.';
COMMENT ON COLUMN credits.store_shoppers.wallet_key IS
    'What store_shopper_credits.shopper_email says, for ever: ref:<external_ref> of a shopper who came with a reference, else the e-mail address of the first day. A pseudonym ref:redacted:<random> replaces it when the shopper''s names are deleted.';

-- All shoppers of a store that still have a name, in the order of their ids.
CREATE INDEX idx_store_shoppers_named ON credits.store_shoppers (store_id, id) WHERE wallet_key NOT LIKE 'ref:redacted:%';
