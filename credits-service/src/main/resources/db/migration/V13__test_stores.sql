-- Test credits are of their own kind. A wallet belongs to one store for ever, and no movement leaves its store, so the kind is a
-- property of the store. It is decided before the first movement and never changes; so no credit changes its kind.
SET LOCAL lock_timeout = '5s';

ALTER TABLE credits.stores
    ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
COMMENT ON COLUMN credits.stores.test IS
    'Whether all credits of the store are test credits. Decided before its first movement; never changes after it.';

-- The lock of the pool comes first, so no movement is booked meanwhile: every grant, charge and purchase takes it. A purchase
-- that waits for credits has no movement yet, but real money was paid for it.
CREATE FUNCTION credits.keep_kind() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM FROM credits.store_credits w WHERE w.store_id = OLD.id FOR UPDATE;
    IF OLD.test
        OR EXISTS (SELECT FROM credits.store_credit_transactions t WHERE t.store_id = OLD.id)
        OR EXISTS (SELECT FROM credits.store_shopper_purchases p WHERE p.store_id = OLD.id) THEN
        RAISE EXCEPTION 'the kind of the credits of a store never changes' USING ERRCODE = 'WC009';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_kind() IS
    'Trigger: a store becomes a test store only before its first movement, and stays one (SQLSTATE WC009).';

CREATE TRIGGER stores_keep_kind BEFORE UPDATE ON credits.stores
    FOR EACH ROW WHEN (NEW.test IS DISTINCT FROM OLD.test) EXECUTE FUNCTION credits.keep_kind();

CREATE FUNCTION credits.admit_test_store(p_store_id UUID) RETURNS BOOLEAN
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO credits.stores AS known (id, test) VALUES (p_store_id, TRUE)
    ON CONFLICT (id) DO UPDATE SET test = TRUE WHERE NOT known.test;
    RETURN TRUE;
EXCEPTION WHEN SQLSTATE 'WC009' THEN
    RETURN FALSE;
END;
$$;
COMMENT ON FUNCTION credits.admit_test_store(UUID) IS
    'Whether the store has test credits only, from now on for ever; opens its wallet on first use. FALSE: it has real credits.';
