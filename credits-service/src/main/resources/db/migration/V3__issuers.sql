-- A charge says who issued it, so that whoever looks for charges without a session asks only for those that have one: the
-- sessions of a channel issue charges under the channel's name. Charges of the SQL functions are issued by nobody.

-- Charges wait while this holds the table. It does not make them wait for a transaction that holds it already.
SET LOCAL lock_timeout = '10s';

CREATE FUNCTION credits.issuer_by_id(p_charge_id UUID) RETURNS TEXT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    -- Sessions make time-ordered ids (version 7), the SQL functions those of version 8. The digit after the second dash.
    RETURN CASE WHEN substring(p_charge_id::TEXT FROM 15 FOR 1) = '7' THEN 'b2b' END;
COMMENT ON FUNCTION credits.issuer_by_id(UUID) IS
    'Who issued a charge whose caller named no issuer, as its id tells: the sessions of stores, or nobody.';

-- Nearly all rows are the sessions', so they get their issuer as a default, which rewrites none of them; the few others
-- are corrected. A tombstone has no issuer, as a release names none.
ALTER TABLE credits.charges ADD COLUMN issuer TEXT DEFAULT 'b2b';
ALTER TABLE credits.charges ALTER COLUMN issuer DROP DEFAULT;
ALTER TABLE credits.charges DISABLE TRIGGER charges_only_become_released;
UPDATE credits.charges SET issuer = NULL WHERE wallet_id IS NULL OR credits.issuer_by_id(id) IS NULL;
ALTER TABLE credits.charges ENABLE TRIGGER charges_only_become_released;
ALTER TABLE credits.charges
    ADD CONSTRAINT charges_issuer_shape CHECK (issuer ~ '^[a-z][a-z0-9-]{0,31}$'),
    ADD CONSTRAINT charges_tombstone_without_issuer CHECK (wallet_id IS NOT NULL OR issuer IS NULL);
COMMENT ON COLUMN credits.charges.issuer IS
    'Whose jobs find this charge and may give it back: the sessions of a channel, by its name. NULL: nobody''s; the SQL functions and tombstones.';

-- Old functions charge until the new ones are in place, and until the last instance of the version before has ended.
CREATE FUNCTION credits.name_issuer() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    NEW.issuer := credits.issuer_by_id(NEW.id);
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.name_issuer() IS 'Trigger: gives a charge that names no issuer the one that its id tells.';
CREATE TRIGGER charges_have_their_issuer BEFORE INSERT ON credits.charges
    FOR EACH ROW WHEN (NEW.issuer IS NULL AND NEW.wallet_id IS NOT NULL) EXECUTE FUNCTION credits.name_issuer();

-- Each issuer reads its own charges by time, page after page.
DROP INDEX credits.idx_charges_created_at;
CREATE INDEX idx_charges_issuer_created_at ON credits.charges (issuer, created_at, id) WHERE issuer IS NOT NULL;

CREATE OR REPLACE FUNCTION credits.keep_charge() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF OLD.status = 'released' OR NEW.status <> 'released'
        OR (NEW.id, NEW.store_id, NEW.wallet_id, NEW.paid_by, NEW.issuer, NEW.amount, NEW.price_cents, NEW.created_at)
            IS DISTINCT FROM
           (OLD.id, OLD.store_id, OLD.wallet_id, OLD.paid_by, OLD.issuer, OLD.amount, OLD.price_cents, OLD.created_at) THEN
        RAISE EXCEPTION 'UPDATE of credits.charges is refused: a charge only ever becomes released' USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
