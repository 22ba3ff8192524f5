-- How credits come in: grants fill a store's pool, purchases carry credits from the pool to a shopper's wallet. The rules
-- of R__ledger.sql hold here too: one short transaction's worth of work, wallets locked first, refusals are values.

CREATE OR REPLACE FUNCTION credits.grant_credits(
    p_store_id UUID, p_amount INTEGER, p_type TEXT, p_request_id TEXT, p_description TEXT,
    OUT outcome TEXT, OUT transaction_id UUID, OUT balance_after INTEGER)
    LANGUAGE plpgsql AS
$$
DECLARE
    wallet  RECORD;
    earlier RECORD;
BEGIN
    IF p_store_id IS NULL OR p_request_id IS NULL OR COALESCE(p_amount, 0) <= 0
        OR COALESCE(p_type, '') NOT IN ('purchase', 'subscription') THEN
        RAISE EXCEPTION 'a grant needs a store, a request id, a positive amount and the type purchase or subscription'
            USING ERRCODE = '22023';
    END IF;

    SELECT l.wallet_id, l.wallet_purchased INTO wallet FROM credits.lock_store_wallet(p_store_id) l;

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

    -- The balance is never larger than what was purchased, so this one sum guards all three columns.
    IF wallet.wallet_purchased::BIGINT + p_amount > 2147483647 THEN
        outcome := 'wallet_full';
        RETURN;
    END IF;

    UPDATE credits.store_credits w
       SET balance = w.balance + p_amount, total_purchased = w.total_purchased + p_amount
     WHERE w.id = wallet.wallet_id AND w.store_id = p_store_id
    RETURNING w.balance INTO balance_after;
    INSERT INTO credits.store_credit_transactions AS t
                (store_id, amount, type, request_id, description, balance_after)
         VALUES (p_store_id, p_amount, p_type, p_request_id, p_description, balance_after)
      RETURNING t.id INTO transaction_id;
    outcome := 'granted';
END;
$$;
COMMENT ON FUNCTION credits.grant_credits(UUID, INTEGER, TEXT, TEXT, TEXT) IS
    'Adds credits to a store''s wallet, once per request id: granted, replayed (the same movement again), key_reused or wallet_full (change nothing).';

CREATE OR REPLACE FUNCTION credits.add_store_credits(
    p_store_id UUID, p_amount INTEGER, p_type TEXT, p_request_id TEXT, p_description TEXT) RETURNS VOID
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(g.outcome, 'granted', 'replayed')
      FROM credits.grant_credits(p_store_id, p_amount, p_type, p_request_id, p_description) g;
$$;
COMMENT ON FUNCTION credits.add_store_credits(UUID, INTEGER, TEXT, TEXT, TEXT) IS
    'Adds purchased or subscribed credits, once per request id.';
