-- A process of the version before V15 that starts again runs its own R__purchases.sql again. Its functions complete a purchase of which
-- a part was given back with all of its credits. Now this is refused, and with it the top-up that would complete the purchase: it can
-- be repeated with the same key as soon as a process of this version has started.
SET LOCAL lock_timeout = '5s';

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
        OR OLD.status = 'returned' AND NEW IS DISTINCT FROM OLD
        -- A grant withholds what was given back before it.
        OR NEW.status = 'completed' AND OLD.status <> 'completed' AND NEW.withheld <> NEW.returned THEN
        RAISE EXCEPTION 'UPDATE of credits.store_shopper_purchases is refused: a purchase goes forward only, and its numbers only grow'
            USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
