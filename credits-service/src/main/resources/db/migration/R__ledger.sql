-- What moves credits. Every function is one short transaction's worth of work at READ COMMITTED and keeps one lock order:
-- first the wallets (a missing one is inserted, then locked), then charges, then ledger rows.
--
-- Refusals are values, so that one of them never disturbs its neighbours in a transaction; only the seeds' functions at
-- the end turn them into errors:
--   WC001 refund without a charge          WC004 the same id, but another amount or type
--   WC002 refunded already                 WC005 given back, so it can never be charged
--   WC003 the id belongs to another store  WC006 the wallet cannot hold that many credits
--   22023 an argument is missing or not a positive amount

-- The wallet, locked until the end of the transaction.
CREATE OR REPLACE FUNCTION credits.lock_store_wallet(
    p_store_id UUID, OUT wallet_id UUID, OUT wallet_balance INTEGER, OUT wallet_purchased INTEGER)
    LANGUAGE plpgsql AS
$$
BEGIN
    SELECT w.id, w.balance, w.total_purchased INTO wallet_id, wallet_balance, wallet_purchased
      FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    IF NOT FOUND THEN
        -- Two that come first at once: the second waits here for the first, then finds its wallet.
        INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
        SELECT w.id, w.balance, w.total_purchased INTO STRICT wallet_id, wallet_balance, wallet_purchased
          FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    END IF;
END;
$$;
COMMENT ON FUNCTION credits.lock_store_wallet(UUID) IS 'Locks a store''s wallet; opens it with 0 credits at first use.';

-- Reading comes first in a store's life more often than paying, so it opens the wallet too; it locks nothing.
CREATE OR REPLACE FUNCTION credits.open_store_wallet(
    p_store_id UUID, OUT balance INTEGER, OUT total_purchased INTEGER, OUT total_spent INTEGER)
    LANGUAGE plpgsql AS
$$
BEGIN
    SELECT w.balance, w.total_purchased, w.total_spent INTO balance, total_purchased, total_spent
      FROM credits.store_credits w WHERE w.store_id = p_store_id;
    IF NOT FOUND THEN
        INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
        SELECT w.balance, w.total_purchased, w.total_spent INTO STRICT balance, total_purchased, total_spent
          FROM credits.store_credits w WHERE w.store_id = p_store_id;
    END IF;
END;
$$;
COMMENT ON FUNCTION credits.open_store_wallet(UUID) IS 'Reads a store''s wallet; opens it with 0 credits at first use.';

CREATE OR REPLACE FUNCTION credits.charge(
    p_charge_id UUID, p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    wallet RECORD;
    known  RECORD;
    after  INTEGER;
BEGIN
    IF p_charge_id IS NULL OR p_store_id IS NULL OR p_request_id IS NULL OR COALESCE(p_amount, 0) <= 0 THEN
        RAISE EXCEPTION 'a charge needs an id, a store, a request id and a positive amount' USING ERRCODE = '22023';
    END IF;

    SELECT l.wallet_id, l.wallet_balance INTO wallet FROM credits.lock_store_wallet(p_store_id) l;

    SELECT c.store_id, c.amount, c.status INTO known FROM credits.charges c WHERE c.id = p_charge_id;
    IF NOT FOUND THEN
        IF wallet.wallet_balance < p_amount THEN
            RETURN 'insufficient';
        END IF;
        INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, amount, status)
             VALUES (p_charge_id, p_store_id, wallet.wallet_id, 'pool', p_amount, 'charged')
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            UPDATE credits.store_credits w
               SET balance = w.balance - p_amount, total_spent = w.total_spent + p_amount
             WHERE w.id = wallet.wallet_id AND w.store_id = p_store_id
            RETURNING w.balance INTO after;
            INSERT INTO credits.store_credit_transactions
                        (store_id, amount, type, charge_id, request_id, description, balance_after)
                 VALUES (p_store_id, -p_amount, 'deduction', p_charge_id, p_request_id, p_description, after);
            RETURN 'charged';
        END IF;
        -- A tombstone was written between the look and the insert; what stands now stands for ever.
        SELECT c.store_id, c.amount, c.status INTO STRICT known FROM credits.charges c WHERE c.id = p_charge_id;
    END IF;

    RETURN CASE
        WHEN known.store_id <> p_store_id THEN 'foreign'
        WHEN known.status = 'released' THEN 'released'
        WHEN known.amount <> p_amount THEN 'other_amount'
        ELSE 'replayed'
    END;
END;
$$;
COMMENT ON FUNCTION credits.charge(UUID, UUID, INTEGER, TEXT, TEXT) IS
    'Takes an amount from a store''s wallet once per charge id: charged, replayed, released, insufficient (leaves no charge and no movement), foreign or other_amount (change nothing).';

CREATE OR REPLACE FUNCTION credits.release(
    p_charge_id UUID, p_store_id UUID, p_request_id TEXT, p_description TEXT, p_amount INTEGER DEFAULT NULL) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    known RECORD;
    after INTEGER;
BEGIN
    IF p_charge_id IS NULL OR p_store_id IS NULL OR p_request_id IS NULL OR p_amount <= 0 THEN
        RAISE EXCEPTION 'a release needs a charge id, a store and a request id, its amount is positive' USING ERRCODE = '22023';
    END IF;

    -- Read without a lock, only to learn which wallet to lock first; these columns never change.
    SELECT c.store_id, c.wallet_id, c.amount INTO known FROM credits.charges c WHERE c.id = p_charge_id;
    IF NOT FOUND THEN
        INSERT INTO credits.charges (id, store_id, status, released_at)
             VALUES (p_charge_id, p_store_id, 'released', clock_timestamp())
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            RETURN 'never_charged';
        END IF;
        -- The charge, or another release, committed between the look and the insert.
        SELECT c.store_id, c.wallet_id, c.amount INTO STRICT known FROM credits.charges c WHERE c.id = p_charge_id;
    END IF;

    IF known.store_id <> p_store_id THEN
        RETURN 'foreign';
    ELSIF known.wallet_id IS NULL THEN
        RETURN 'never_charged';
    ELSIF known.amount <> p_amount THEN
        RETURN 'other_amount';
    END IF;

    PERFORM FROM credits.store_credits w WHERE w.id = known.wallet_id AND w.store_id = p_store_id FOR UPDATE;
    UPDATE credits.charges c SET status = 'released', released_at = clock_timestamp()
     WHERE c.id = p_charge_id AND c.store_id = p_store_id AND c.status = 'charged';
    IF NOT FOUND THEN
        RETURN 'already_released';
    END IF;
    UPDATE credits.store_credits w
       SET balance = w.balance + known.amount, total_spent = w.total_spent - known.amount
     WHERE w.id = known.wallet_id AND w.store_id = p_store_id
    RETURNING w.balance INTO STRICT after;
    INSERT INTO credits.store_credit_transactions
                (store_id, amount, type, charge_id, request_id, description, balance_after)
         VALUES (p_store_id, known.amount, 'refund', p_charge_id, p_request_id, p_description, after);
    RETURN 'released';
END;
$$;
COMMENT ON FUNCTION credits.release(UUID, UUID, TEXT, TEXT, INTEGER) IS
    'Gives a charge back to the wallet that paid, once: released, already_released, never_charged (the id can never be charged from now on), foreign or other_amount (change nothing).';

CREATE OR REPLACE FUNCTION credits.charge_id_of(p_store_id UUID, p_request_id TEXT) RETURNS UUID
    LANGUAGE sql STABLE AS
$$
    -- UUID version 8, so that it never meets an id made from time (7) or by chance (4).
    SELECT overlay(overlay(left(encode(sha256(convert_to(p_store_id || ':' || p_request_id, 'UTF8')), 'hex'), 32)
                       PLACING '8' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1)::UUID;
$$;
COMMENT ON FUNCTION credits.charge_id_of(UUID, TEXT) IS
    'The charge id of a caller that has only a store and a request id: the same two give the same id.';

CREATE OR REPLACE FUNCTION credits.accept_or_raise(p_outcome TEXT, VARIADIC p_accepted TEXT[]) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
BEGIN
    IF p_outcome = ANY (p_accepted) THEN
        RETURN p_outcome;
    END IF;
    RAISE EXCEPTION 'the ledger refused: %', p_outcome USING ERRCODE = CASE p_outcome
        WHEN 'never_charged' THEN 'WC001'
        WHEN 'already_released' THEN 'WC002'
        WHEN 'foreign' THEN 'WC003'
        WHEN 'other_amount' THEN 'WC004'
        WHEN 'key_reused' THEN 'WC004'
        WHEN 'released' THEN 'WC005'
        WHEN 'wallet_full' THEN 'WC006'
    END;
END;
$$;
COMMENT ON FUNCTION credits.accept_or_raise(TEXT, TEXT[]) IS
    'Turns every outcome that is not among the accepted ones into an error with its own SQLSTATE.';

-- The seeds' functions: their names, parameters and return types, their request id in the place of a charge id.

CREATE OR REPLACE FUNCTION credits.deduct_store_credits(
    p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS BOOLEAN
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        credits.charge(credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_amount, p_request_id, p_description),
        'charged', 'replayed', 'insufficient') <> 'insufficient';
$$;
COMMENT ON FUNCTION credits.deduct_store_credits(UUID, INTEGER, TEXT, TEXT) IS
    'true: this request is paid (a repeat pays no second time); false: not enough credits, and no trace of it.';

CREATE OR REPLACE FUNCTION credits.refund_store_credits(
    p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS VOID
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        credits.release(credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_request_id, p_description, p_amount),
        'released');
$$;
COMMENT ON FUNCTION credits.refund_store_credits(UUID, INTEGER, TEXT, TEXT) IS
    'Gives back what the same request deducted. Without a deduction: SQLSTATE WC001, a second time: WC002.';
