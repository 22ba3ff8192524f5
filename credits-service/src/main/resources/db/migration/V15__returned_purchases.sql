-- Orders are given back, in part or whole, before or after their credits were granted; and an order may arrive before anybody knows
-- whose it is. All numbers of a purchase only grow, so that it does not matter in which order, or how often, its facts arrive.
--
-- The version before inserts rows with the defaults, and completes purchases without naming the new columns. Both stay valid rows.
SET LOCAL lock_timeout = '5s';

ALTER TABLE credits.store_shopper_purchases
    ALTER COLUMN shopper_email DROP NOT NULL,
    ADD COLUMN returned    INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN withheld    INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN clawed_back INTEGER NOT NULL DEFAULT 0,
    DROP CONSTRAINT store_shopper_purchases_status_known,
    ADD CONSTRAINT store_shopper_purchases_status_known
        CHECK (status IN ('unclaimed', 'pending', 'completed', 'returned')) NOT VALID,
    -- A purchase that was given back before anybody claimed it stays without a shopper.
    ADD CONSTRAINT store_shopper_purchases_shopper_fits_status CHECK (
        CASE status
            WHEN 'unclaimed' THEN shopper_email IS NULL
            WHEN 'returned' THEN TRUE
            ELSE shopper_email IS NOT NULL
        END) NOT VALID,
    ADD CONSTRAINT store_shopper_purchases_returned_fits_status CHECK (
        returned BETWEEN 0 AND credits_purchased
        AND CASE status
                WHEN 'completed' THEN TRUE
                ELSE (status = 'returned') = (returned = credits_purchased)
            END) NOT VALID,
    ADD CONSTRAINT store_shopper_purchases_withheld_from_a_grant CHECK (
        withheld BETWEEN 0 AND returned AND withheld < credits_purchased AND (withheld = 0 OR status = 'completed')) NOT VALID,
    -- So the balance of a purchase is never taken back twice, and never more than was given back.
    ADD CONSTRAINT store_shopper_purchases_clawed_back_is_due CHECK (
        clawed_back BETWEEN 0 AND returned - withheld AND (clawed_back = 0 OR status = 'completed')) NOT VALID;
COMMENT ON TABLE credits.store_shopper_purchases IS
    'What was paid for, once per (store, order). Unclaimed: nobody knows the shopper; pending: the store''s pool was too small; completed: granted; returned: given back before anything was granted.';
COMMENT ON COLUMN credits.store_shopper_purchases.shopper_email IS
    'The key of the shopper''s wallet. NULL: not known yet. Once known it never changes.';
COMMENT ON COLUMN credits.store_shopper_purchases.returned IS
    'How many of credits_purchased were given back (refund, cancel), in total. Only grows.';
COMMENT ON COLUMN credits.store_shopper_purchases.withheld IS
    'How many of them were given back before the grant, so that they were never granted.';
COMMENT ON COLUMN credits.store_shopper_purchases.clawed_back IS
    'How many the shopper''s wallet has lost again. returned - withheld - clawed_back is the shortfall: given back, but spent. Only grows.';

CREATE OR REPLACE FUNCTION credits.keep_purchase() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
DECLARE
    may_change CONSTANT TEXT[] := ARRAY ['shopper_email', 'status', 'completed_at', 'returned', 'withheld', 'clawed_back'];
BEGIN
    IF (to_jsonb(NEW) - may_change) IS DISTINCT FROM (to_jsonb(OLD) - may_change)
        OR NEW.shopper_email IS DISTINCT FROM COALESCE(OLD.shopper_email, NEW.shopper_email)
        OR NEW.returned < OLD.returned OR NEW.clawed_back < OLD.clawed_back
        -- The status goes forward only; nothing follows completed and returned.
        OR NEW.status <> OLD.status
            AND (OLD.status, NEW.status) NOT IN (('unclaimed', 'pending'), ('unclaimed', 'completed'), ('unclaimed', 'returned'),
                                                 ('pending', 'completed'), ('pending', 'returned'))
        -- These are decided when the purchase becomes completed, and stand then.
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
    'Trigger: a purchase gets its shopper once, its status goes from unclaimed over pending to completed, or to returned, and its numbers only grow.';
