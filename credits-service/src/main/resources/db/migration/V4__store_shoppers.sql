-- The shoppers of a store. An e-mail address does not identify a shopper: a shop system may not have it, and it may change. So
-- a shopper has an e-mail address, a reference of the shop system, or both. The key of the wallet is made once and kept.
--
-- Locks are held for a moment only. The wallets that stand get their shoppers in the next migration, which holds none of these.
SET LOCAL lock_timeout = '5s';

-- The ledger's functions made only keys that are e-mail addresses; a statement outside of them may have made another. It is
-- looked for before anything changes, as afterwards a wallet keeps its key. No key is printed.
DO
$$
DECLARE
    without_address BIGINT := (SELECT count(*) FROM credits.store_shopper_credits w WHERE w.shopper_email NOT LIKE '%@%');
BEGIN
    IF without_address > 0 THEN
        RAISE EXCEPTION 'shoppers'' wallets whose shopper_email is no e-mail address: %', without_address
            USING HINT = 'Nothing was changed. Find them by: SELECT id, store_id FROM credits.store_shopper_credits WHERE shopper_email NOT LIKE ''%@%''. '
                || 'Set shopper_email to the e-mail address of the shopper, or delete the wallet if it was never used; then migrate again.';
    END IF;
END;
$$;

CREATE TABLE credits.store_shoppers (
    id           UUID        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    store_id     UUID        NOT NULL REFERENCES credits.stores (id),
    email        TEXT,
    external_ref TEXT,
    wallet_key   TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT store_shoppers_has_a_name CHECK (email IS NOT NULL OR external_ref IS NOT NULL),
    CONSTRAINT store_shoppers_email_normal
        CHECK (email = credits.normal_email(email) AND char_length(email) BETWEEN 3 AND 254 AND email LIKE '%@%'),
    -- Without an @, so that no reference makes the key of an e-mail address. In lower case, as wallets' keys are.
    CONSTRAINT store_shoppers_external_ref_shape CHECK (external_ref ~ '^[a-z0-9][a-z0-9._:/-]{0,127}$'),
    CONSTRAINT store_shoppers_wallet_key_is_a_name CHECK (
        CASE
            WHEN external_ref IS NULL THEN wallet_key = email
            ELSE wallet_key = 'ref:' || external_ref OR wallet_key LIKE '%@%'
        END),
    CONSTRAINT store_shoppers_email_key UNIQUE (store_id, email),
    CONSTRAINT store_shoppers_wallet_key_key UNIQUE (store_id, wallet_key)
);
CREATE UNIQUE INDEX store_shoppers_external_ref_key
    ON credits.store_shoppers (store_id, external_ref) WHERE external_ref IS NOT NULL;
COMMENT ON TABLE credits.store_shoppers IS
    'The shoppers of a store, by what names them there. Every wallet of a shopper has its row here.';
COMMENT ON COLUMN credits.store_shoppers.email IS
    'Normalised, as it was told last; NULL: none is known. The address may change, the key does not.';
COMMENT ON COLUMN credits.store_shoppers.external_ref IS
    'The shopper''s id in the shop system, for example Shopify''s number of a customer. Once known it never changes.';
COMMENT ON COLUMN credits.store_shoppers.wallet_key IS
    'What store_shopper_credits.shopper_email says, for ever: ref:<external_ref> of a shopper who came with a reference, else the e-mail address of the first day.';

CREATE FUNCTION credits.keep_wallet_key() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.wallet_key := COALESCE('ref:' || NEW.external_ref, NEW.email);
    ELSIF (NEW.id, NEW.store_id, NEW.wallet_key, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.store_id, OLD.wallet_key, OLD.created_at)
        OR NEW.external_ref IS DISTINCT FROM COALESCE(OLD.external_ref, NEW.external_ref) THEN
        RAISE EXCEPTION 'UPDATE of credits.store_shoppers is refused: the key of a wallet and a reference never change'
            USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_wallet_key() IS
    'Trigger: makes a new shopper''s key of the reference, else of the e-mail address; afterwards only the e-mail address changes, and a missing reference is added.';

CREATE TRIGGER shoppers_keep_their_wallet_key BEFORE INSERT OR UPDATE ON credits.store_shoppers
    FOR EACH ROW EXECUTE FUNCTION credits.keep_wallet_key();
CREATE TRIGGER update_store_shoppers_updated_at BEFORE UPDATE ON credits.store_shoppers
    FOR EACH ROW EXECUTE FUNCTION credits.set_updated_at();

CREATE FUNCTION credits.handle_new_shopper_wallet() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    -- An insert that will find its wallet, which ON CONFLICT skips after this, must not wait for anybody here.
    IF NEW.shopper_email LIKE '%@%'
        AND NOT EXISTS (SELECT FROM credits.store_shopper_credits w
                         WHERE w.store_id = NEW.store_id AND w.shopper_email = NEW.shopper_email)
        AND NOT EXISTS (SELECT FROM credits.store_shoppers s
                         WHERE s.store_id = NEW.store_id AND s.wallet_key = NEW.shopper_email) THEN
        -- From now on the address is the key of a wallet, so it names nobody else.
        UPDATE credits.store_shoppers s SET email = NULL
         WHERE s.store_id = NEW.store_id AND s.email = NEW.shopper_email;
        INSERT INTO credits.store_shoppers (store_id, email) VALUES (NEW.store_id, NEW.shopper_email)
            ON CONFLICT (store_id, wallet_key) DO NOTHING;
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.handle_new_shopper_wallet() IS
    'Trigger: makes the shopper of a wallet that is opened by an e-mail address alone.';

CREATE TRIGGER on_shopper_wallet_created BEFORE INSERT ON credits.store_shopper_credits
    FOR EACH ROW EXECUTE FUNCTION credits.handle_new_shopper_wallet();
-- Fires only for statements that name these columns; what moves credits names neither.
CREATE TRIGGER wallets_keep_their_shopper BEFORE UPDATE OF store_id, shopper_email ON credits.store_shopper_credits
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
ALTER TABLE credits.store_shopper_credits
    ADD CONSTRAINT store_shopper_credits_of_a_shopper FOREIGN KEY (store_id, shopper_email)
        REFERENCES credits.store_shoppers (store_id, wallet_key) NOT VALID;
COMMENT ON COLUMN credits.store_shopper_credits.shopper_email IS
    'The key of the wallet, one per shopper: a normalised e-mail address, or ref:<external_ref>. Nothing else in the ledgers names the shopper.';
