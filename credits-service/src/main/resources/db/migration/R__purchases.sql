-- Grants add credits to a store's pool. Purchases move credits from the pool to a shopper's wallet; clawbacks move what is unspent
-- of a purchase back, if it was given back (see R__allocation.sql). The rules of R__ledger.sql hold here too: each function runs in one short transaction
-- and locks the pool, then the shoppers' wallets in id order. A refusal is a return value.
--
-- A transaction that writes a purchase holds the lock of the store's pool. So while a transaction holds this lock, no
-- other transaction changes the purchases of the store.

-- The rule for which purchases fit. The functions that complete purchases and the background job use it. The columns stay those of
-- the version before, whose R__purchases.sql may run again.
CREATE OR REPLACE VIEW credits.fitting_purchases AS
    SELECT p.id, p.store_id, p.created_at, p.shopify_order_id, p.credits_purchased - p.returned AS credits_purchased,
           p.request_id, w.id AS wallet_id
      FROM credits.store_shopper_purchases p
      JOIN credits.store_credits pool ON pool.store_id = p.store_id
      JOIN credits.store_shopper_credits w ON w.store_id = p.store_id AND w.shopper_email = p.shopper_email
     WHERE p.status = 'pending'
       AND pool.balance >= p.credits_purchased - p.returned
       AND w.total_purchased::BIGINT + p.credits_purchased - p.returned <= 2147483647;
COMMENT ON VIEW credits.fitting_purchases IS
    'Pending purchases that fit into the store''s pool and the shopper''s wallet, each taken alone. credits_purchased is without what was given back.';

CREATE OR REPLACE FUNCTION credits.complete_purchase(p_store_id UUID, p_purchase_id UUID) RETURNS BOOLEAN
    LANGUAGE plpgsql AS
$$
DECLARE
    bought        RECORD;
    pool_after    INTEGER;
    shopper_after INTEGER;
BEGIN
    SELECT f.wallet_id, f.credits_purchased, COALESCE(f.request_id, f.shopify_order_id) AS request_id INTO bought
      FROM credits.fitting_purchases f WHERE f.store_id = p_store_id AND f.id = p_purchase_id;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;

    UPDATE credits.store_shopper_purchases p
       SET status = 'completed', completed_at = clock_timestamp(), withheld = p.returned
     WHERE p.id = p_purchase_id AND p.store_id = p_store_id;
    UPDATE credits.store_credits w
       SET balance = w.balance - bought.credits_purchased, total_spent = w.total_spent + bought.credits_purchased
     WHERE w.store_id = p_store_id
    RETURNING w.balance INTO STRICT pool_after;
    INSERT INTO credits.store_credit_transactions
                (store_id, amount, type, purchase_id, request_id, description, balance_after)
         VALUES (p_store_id, -bought.credits_purchased, 'deduction', p_purchase_id,
                 credits.without_emails(bought.request_id), 'Bought by a shopper', pool_after);
    UPDATE credits.store_shopper_credits w
       SET balance = w.balance + bought.credits_purchased,
           total_purchased = w.total_purchased + bought.credits_purchased
     WHERE w.id = bought.wallet_id AND w.store_id = p_store_id
    RETURNING w.balance INTO STRICT shopper_after;
    INSERT INTO credits.store_shopper_credit_transactions
                (store_id, wallet_id, amount, type, purchase_id, request_id, description, balance_after)
         VALUES (p_store_id, bought.wallet_id, bought.credits_purchased, 'purchase', p_purchase_id,
                 credits.without_emails(bought.request_id), 'Bought from the store', shopper_after);
    RETURN TRUE;
END;
$$;
COMMENT ON FUNCTION credits.complete_purchase(UUID, UUID) IS
    'Moves the credits of a pending purchase if they fit, without those that were given back. The caller must hold the locks of the pool and of the shopper''s wallet.';

CREATE OR REPLACE FUNCTION credits.complete_pending(p_store_id UUID, p_limit INTEGER) RETURNS INTEGER
    LANGUAGE plpgsql AS
$$
DECLARE
    candidates UUID[];
    candidate  UUID;
    completed  INTEGER := 0;
BEGIN
    IF p_store_id IS NULL OR COALESCE(p_limit, 0) <= 0 THEN
        RAISE EXCEPTION 'completing purchases needs a store and a positive limit' USING ERRCODE = '22023';
    END IF;

    PERFORM FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    SELECT array_agg(f.id ORDER BY f.created_at, f.id) INTO candidates
      FROM (SELECT f.id, f.created_at FROM credits.fitting_purchases f
             WHERE f.store_id = p_store_id ORDER BY f.created_at, f.id LIMIT p_limit) f;
    IF candidates IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM FROM credits.store_shopper_credits w
     WHERE w.store_id = p_store_id
       AND w.shopper_email IN (SELECT p.shopper_email FROM credits.store_shopper_purchases p
                                WHERE p.store_id = p_store_id AND p.id = ANY (candidates))
     ORDER BY w.id FOR UPDATE;

    -- From here on the balance only falls. So a purchase that is no candidate does not fit, or is younger than all candidates.
    FOREACH candidate IN ARRAY candidates LOOP
        IF credits.complete_purchase(p_store_id, candidate) THEN
            completed := completed + 1;
        END IF;
    END LOOP;
    RETURN completed;
END;
$$;
COMMENT ON FUNCTION credits.complete_pending(UUID, INTEGER) IS
    'Completes pending purchases of a store, oldest first; a purchase that does not fit is skipped. Returns the number of completed purchases, at most the limit.';

CREATE OR REPLACE FUNCTION credits.grant_credits(
    p_store_id UUID, p_amount INTEGER, p_type TEXT, p_request_id TEXT, p_description TEXT,
    OUT outcome TEXT, OUT transaction_id UUID, OUT balance_after INTEGER)
    LANGUAGE plpgsql AS
$$
DECLARE
    wallet  RECORD;
    earlier RECORD;
    -- The most purchases that a top-up completes in its own transaction; the background job completes the others.
    at_once CONSTANT INTEGER := 100;
BEGIN
    IF p_store_id IS NULL OR p_request_id IS NULL OR COALESCE(p_amount, 0) <= 0
        OR COALESCE(p_type, '') NOT IN ('purchase', 'subscription') THEN
        RAISE EXCEPTION 'a grant needs a store, a request id, a positive amount and the type purchase or subscription'
            USING ERRCODE = '22023';
    END IF;

    INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
    SELECT w.id, w.total_purchased INTO STRICT wallet
      FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;

    SELECT t.id, t.amount, t.type, t.balance_after INTO earlier
      FROM credits.store_credit_transactions t
     WHERE t.store_id = p_store_id AND t.request_id = p_request_id AND t.type IN ('purchase', 'subscription');
    IF FOUND THEN
        IF earlier.amount = p_amount AND earlier.type = p_type THEN
            outcome := 'replayed';
            transaction_id := earlier.id;
            balance_after := earlier.balance_after;
        ELSE
            outcome := 'key_reused';
        END IF;
        RETURN;
    END IF;

    -- balance and total_spent never exceed total_purchased, so this check covers all three columns.
    IF wallet.total_purchased::BIGINT + p_amount > 2147483647 THEN
        outcome := 'wallet_full';
        RETURN;
    END IF;

    UPDATE credits.store_credits w
       SET balance = w.balance + p_amount, total_purchased = w.total_purchased + p_amount,
           told_low_credits = CASE WHEN w.balance + p_amount <= w.told_low_credits THEN w.told_low_credits END
     WHERE w.id = wallet.id AND w.store_id = p_store_id
    RETURNING w.balance INTO balance_after;
    INSERT INTO credits.store_credit_transactions AS t
                (store_id, amount, type, request_id, description, balance_after)
         VALUES (p_store_id, p_amount, p_type, p_request_id, p_description, balance_after)
      RETURNING t.id INTO transaction_id;
    outcome := 'granted';
    PERFORM credits.complete_pending(p_store_id, at_once);
END;
$$;
COMMENT ON FUNCTION credits.grant_credits(UUID, INTEGER, TEXT, TEXT, TEXT) IS
    'Adds credits to a store''s wallet, once per request id, and completes up to 100 pending purchases (balance_after is before them): granted, replayed (returns the earlier movement), key_reused or wallet_full (change nothing).';

CREATE OR REPLACE FUNCTION credits.add_store_credits(
    p_store_id UUID, p_amount INTEGER, p_type TEXT, p_request_id TEXT, p_description TEXT) RETURNS VOID
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(g.outcome, 'granted', 'replayed')
      FROM credits.grant_credits(p_store_id, p_amount, p_type, p_request_id, p_description) g;
$$;
COMMENT ON FUNCTION credits.add_store_credits(UUID, INTEGER, TEXT, TEXT, TEXT) IS
    'Adds purchased or subscribed credits, once per request id.';

-- A call states all that is known about an order: who bought it, and how much of it was given back. The numbers only grow, so the
-- order and the number of calls do not matter.
CREATE OR REPLACE FUNCTION credits.book_purchase(
    p_store_id UUID, p_wallet_key TEXT, p_order_id TEXT, p_credits INTEGER, p_returned INTEGER, p_amount_paid NUMERIC,
    p_currency TEXT, p_request_id TEXT, p_fixed_price BOOLEAN DEFAULT FALSE,
    OUT outcome TEXT, OUT purchase_id UUID, OUT status TEXT, OUT granted INTEGER, OUT returned INTEGER,
    OUT clawed_back INTEGER, OUT shortfall INTEGER, OUT amount_paid NUMERIC, OUT currency TEXT)
    LANGUAGE plpgsql AS
$$
#variable_conflict use_column
DECLARE
    known         RECORD;
    key           TEXT;
    given_back    INTEGER;
    now_is        TEXT;
    had_purchased INTEGER;
    wallet_id     UUID;
BEGIN
    -- BETWEEN also refuses NaN and infinity, which compare as larger than every number.
    IF (p_store_id IS NOT NULL
        AND char_length(p_order_id) BETWEEN 1 AND 64
        AND p_credits > 0
        AND p_returned BETWEEN 0 AND p_credits
        AND p_amount_paid BETWEEN 0 AND 9999999999.99 AND min_scale(p_amount_paid) <= 2
        AND p_currency ~ '^[A-Z]{3}$'
        AND COALESCE(char_length(p_request_id), 1) BETWEEN 1 AND 255) IS NOT TRUE THEN
        RAISE EXCEPTION 'a purchase needs a store, an order, positive credits, an amount, a currency, and no more given back than bought'
            USING ERRCODE = '22023';
    END IF;

    INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
    PERFORM FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    SELECT p.id, p.shopper_email, p.credits_purchased, p.amount_paid, p.currency, p.status, p.returned, p.withheld, p.clawed_back
      INTO known
      FROM credits.store_shopper_purchases p
     WHERE p.store_id = p_store_id AND p.shopify_order_id = p_order_id;
    -- A repeat may know no shopper; then the known one stays. The total of an order can change, so a repeat may have another price
    -- unless the caller says that it is fixed; the first is kept.
    IF known.credits_purchased <> p_credits OR known.shopper_email <> p_wallet_key
        OR p_fixed_price AND (known.amount_paid, known.currency) <> (p_amount_paid, p_currency) THEN
        outcome := 'key_reused';
        RETURN;
    END IF;
    key := COALESCE(known.shopper_email, CASE WHEN known.status IS DISTINCT FROM 'returned' THEN p_wallet_key END);
    given_back := GREATEST(known.returned, p_returned);

    IF key IS NOT NULL THEN
        -- Only purchases open shoppers' wallets, under the pool's lock. So this INSERT never waits for another one.
        INSERT INTO credits.store_shopper_credits (store_id, shopper_email) VALUES (p_store_id, key)
            ON CONFLICT (store_id, shopper_email) DO NOTHING;
        SELECT w.id, w.total_purchased INTO STRICT wallet_id, had_purchased
          FROM credits.store_shopper_credits w WHERE w.store_id = p_store_id AND w.shopper_email = key FOR UPDATE;
        IF known.shopper_email IS NULL AND had_purchased::BIGINT + p_credits > 2147483647 THEN
            outcome := 'wallet_full';
            RETURN;
        END IF;
    END IF;

    now_is := CASE
        WHEN known.status IN ('completed', 'returned') THEN known.status
        WHEN given_back = p_credits THEN 'returned'
        WHEN key IS NULL THEN 'unclaimed'
        ELSE 'pending'
    END;
    outcome := CASE
        WHEN known.status IS DISTINCT FROM now_is THEN now_is
        WHEN given_back > known.returned THEN 'returned'
        ELSE 'duplicate'
    END;
    IF known.id IS NULL THEN
        INSERT INTO credits.store_shopper_purchases AS p
                    (store_id, shopper_email, shopify_order_id, credits_purchased, returned, amount_paid, currency, status,
                     request_id)
             VALUES (p_store_id, key, p_order_id, p_credits, given_back, p_amount_paid, p_currency, now_is, p_request_id)
          RETURNING p.id INTO purchase_id;
    ELSE
        purchase_id := known.id;
        IF outcome <> 'duplicate' THEN
            UPDATE credits.store_shopper_purchases p SET shopper_email = key, status = now_is, returned = given_back
             WHERE p.id = purchase_id AND p.store_id = p_store_id;
        END IF;
    END IF;

    -- A repeat of a pending purchase completes nothing, because older ones come first.
    IF now_is = 'pending' AND outcome <> 'duplicate' AND credits.complete_purchase(p_store_id, purchase_id) THEN
        outcome := 'processed';
        now_is := 'completed';
    END IF;
    -- A grant above has withheld what was given back before.
    IF known.status = 'completed' AND given_back > known.withheld + known.clawed_back THEN
        PERFORM credits.settle_purchases(p_store_id, wallet_id, '{}', COALESCE(p_request_id, p_order_id));
    END IF;
    SELECT p.status, CASE p.status WHEN 'completed' THEN p.credits_purchased - p.withheld ELSE 0 END, p.returned, p.clawed_back,
           CASE p.status WHEN 'completed' THEN p.returned - p.withheld - p.clawed_back ELSE 0 END, p.amount_paid, p.currency
      INTO STRICT status, granted, returned, clawed_back, shortfall, amount_paid, currency
      FROM credits.store_shopper_purchases p WHERE p.id = purchase_id AND p.store_id = p_store_id;
END;
$$;
COMMENT ON FUNCTION credits.book_purchase(UUID, TEXT, TEXT, INTEGER, INTEGER, NUMERIC, TEXT, TEXT, BOOLEAN) IS
    'Books what is known about an order, once per order, and returns the purchase as it is now: processed (credits moved to the shopper''s wallet), pending (the pool is too small), unclaimed (no shopper is known), returned (more was given back than was known), duplicate (nothing was new), key_reused or wallet_full (change nothing).';

CREATE OR REPLACE FUNCTION credits.record_purchase(
    p_store_id UUID, p_email TEXT, p_external_ref TEXT, p_order_id TEXT, p_credits INTEGER, p_returned INTEGER,
    p_amount_paid NUMERIC, p_currency TEXT, p_request_id TEXT, p_fixed_price BOOLEAN DEFAULT FALSE,
    OUT outcome TEXT, OUT purchase_id UUID, OUT status TEXT, OUT granted INTEGER, OUT returned INTEGER,
    OUT clawed_back INTEGER, OUT shortfall INTEGER, OUT amount_paid NUMERIC, OUT currency TEXT)
    LANGUAGE plpgsql AS
$$
DECLARE
    key TEXT;
BEGIN
    IF p_external_ref IS NOT NULL THEN
        SELECT s.wallet_key INTO STRICT key FROM credits.identify_shopper(p_store_id, p_email, p_external_ref) s;
    ELSIF p_email IS NOT NULL THEN
        -- The wallet that charges by this address take from. The lock keeps the address from joining another one meanwhile.
        PERFORM FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
        key := credits.wallet_key_of(p_store_id, credits.required_email(p_email));
    END IF;
    SELECT b.outcome, b.purchase_id, b.status, b.granted, b.returned, b.clawed_back, b.shortfall, b.amount_paid, b.currency
      INTO outcome, purchase_id, status, granted, returned, clawed_back, shortfall, amount_paid, currency
      FROM credits.book_purchase(p_store_id, key, p_order_id, p_credits, p_returned, p_amount_paid, p_currency, p_request_id,
                                 p_fixed_price) b;
    IF outcome IN ('key_reused', 'wallet_full') THEN
        RAISE EXCEPTION 'the purchase is refused' USING ERRCODE = 'WC004';
    END IF;
EXCEPTION WHEN SQLSTATE 'WC004' THEN
    NULL; -- The outcome stands. What identify_shopper learned does not: a refusal changes nothing.
END;
$$;
COMMENT ON FUNCTION credits.record_purchase(UUID, TEXT, TEXT, TEXT, INTEGER, INTEGER, NUMERIC, TEXT, TEXT, BOOLEAN) IS
    'As book_purchase, for the shopper with this address, this reference, both (then both are verified), or not yet known.';

CREATE OR REPLACE FUNCTION credits.purchase(
    p_store_id UUID, p_shopper_email TEXT, p_order_id TEXT, p_credits INTEGER, p_amount_paid NUMERIC,
    p_currency TEXT DEFAULT 'USD', p_request_id TEXT DEFAULT NULL,
    OUT outcome TEXT, OUT purchase_id UUID, OUT status TEXT)
    LANGUAGE sql AS
$$
    -- A foreign key refuses a ref: key that no shopper has. The version before, which still calls this, knows two statuses.
    SELECT b.outcome, b.purchase_id, CASE b.status WHEN 'returned' THEN 'completed' ELSE b.status END
      FROM credits.book_purchase(p_store_id, credits.required_wallet_key(p_shopper_email), p_order_id, p_credits, 0,
                                 p_amount_paid, p_currency, p_request_id) b;
$$;
COMMENT ON FUNCTION credits.purchase(UUID, TEXT, TEXT, INTEGER, NUMERIC, TEXT, TEXT) IS
    'Moves credits from a store''s pool to a shopper''s wallet, once per order: processed, pending (the pool is too small; nothing moved yet), duplicate, key_reused or wallet_full (change nothing).';

CREATE OR REPLACE FUNCTION credits.process_store_shopper_purchase(
    p_store_id UUID, p_shopper_email TEXT, p_shopify_order_id TEXT, p_credits INTEGER, p_amount_paid NUMERIC,
    p_currency TEXT DEFAULT 'USD', p_request_id TEXT DEFAULT NULL)
    RETURNS TABLE (status TEXT, purchase_id UUID, store_id UUID, shopper_email TEXT, shopify_order_id TEXT,
                   credits_purchased INTEGER, amount_paid NUMERIC, currency TEXT)
    LANGUAGE plpgsql AS
$$
#variable_conflict use_column
DECLARE
    answer RECORD;
BEGIN
    SELECT b.outcome, b.purchase_id INTO answer
      FROM credits.purchase(p_store_id, p_shopper_email, p_shopify_order_id, p_credits, p_amount_paid, p_currency, p_request_id) b;
    PERFORM credits.accept_or_raise(answer.outcome, 'processed', 'pending', 'duplicate');
    RETURN QUERY
        SELECT CASE answer.outcome WHEN 'pending' THEN 'insufficient' ELSE answer.outcome END,
               p.id, p.store_id, p.shopper_email, p.shopify_order_id, p.credits_purchased, p.amount_paid, p.currency
          FROM credits.store_shopper_purchases p WHERE p.store_id = p_store_id AND p.id = answer.purchase_id;
END;
$$;
COMMENT ON FUNCTION credits.process_store_shopper_purchase(UUID, TEXT, TEXT, INTEGER, NUMERIC, TEXT, TEXT) IS
    'processed; duplicate: the order is known; insufficient: pending until the store''s pool is filled. Returns the purchase as it is now.';
