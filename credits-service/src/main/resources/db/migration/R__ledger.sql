-- These functions move credits. Each runs in one short transaction at READ COMMITTED. All keep one lock order, so that
-- they cannot deadlock:
--   1. insert wallet rows that may be missing,
--   2. lock the pools in id order; also if a shopper pays, because the pool has the store's count of the day,
--   3. lock the shoppers' wallets in id order,
--   4. write charges in id order, then ledger rows and purchases.
-- FOR UPDATE returns the newest version of the rows that it locks. Other rows for the decision are read by a separate
-- statement after the locks, because a statement does not see what others commit after its start.
--
-- A refusal is a return value, so that it does not abort the other requests of the transaction. Only the functions at the
-- end of this file, which take a request id instead of a charge id, turn refusals into errors:
--   WC001 refund without a charge          WC004 the same id with another amount or type
--   WC002 refunded already                 WC005 released, so the id can never be charged
--   WC003 the id belongs to another store  WC006 the wallet cannot hold that many credits
--         or was charged by another issuer
--   WC007 the row must not be changed      WC008 another transaction came first: try again
--   22023 an argument is missing or not a positive amount

-- Most stores read their balance before their first payment, so this function opens the wallet too. It takes no row lock.
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
COMMENT ON FUNCTION credits.open_store_wallet(UUID) IS 'Reads a store''s wallet; opens it with 0 credits on first use.';

CREATE OR REPLACE FUNCTION credits.overage_month_of(p_moment TIMESTAMPTZ) RETURNS DATE
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN date_trunc('month', p_moment AT TIME ZONE 'UTC')::DATE;
COMMENT ON FUNCTION credits.overage_month_of(TIMESTAMPTZ) IS 'The calendar month (UTC) whose overage cap applies at a time.';

CREATE OR REPLACE FUNCTION credits.day_start(p_moment TIMESTAMPTZ) RETURNS TIMESTAMPTZ
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN date_trunc('day', p_moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
COMMENT ON FUNCTION credits.day_start(TIMESTAMPTZ) IS 'The start of the day (UTC) whose daily cap applies at a time.';

CREATE OR REPLACE FUNCTION credits.without_emails(p_text TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(p_text, '[^[:space:]]+@[^[:space:]]+', '***', 'g');
COMMENT ON FUNCTION credits.without_emails(TEXT) IS 'Replaces the e-mail addresses in a text by ***.';

-- The rules are those of credits.identify_shopper (R__shoppers.sql). This function only reads: it takes no lock and creates no
-- shopper. Each look-up uses a unique index. A name without an @ is no address. STRICT: nothing is read if the store pays.
CREATE OR REPLACE FUNCTION credits.wallet_key_of(p_store_id UUID, p_name TEXT) RETURNS TEXT
    LANGUAGE plpgsql STABLE STRICT AS
$$
DECLARE
    name TEXT := credits.normal_email(p_name);
BEGIN
    IF name LIKE '%@%' THEN
        RETURN COALESCE(
            (SELECT s.wallet_key FROM credits.store_shoppers s WHERE s.store_id = p_store_id AND s.wallet_key = name),
            (SELECT s.wallet_key FROM credits.store_shoppers s WHERE s.store_id = p_store_id AND s.email = name),
            name);
    END IF;
    RETURN COALESCE(
        (SELECT s.wallet_key FROM credits.store_shoppers s
          WHERE s.store_id = p_store_id AND s.external_ref = substring(name FROM '^ref:(.*)$')),
        name);
END;
$$;
COMMENT ON FUNCTION credits.wallet_key_of(UUID, TEXT) IS
    'The key of the wallet of a store''s shopper who is named by an e-mail address or by ref:<external_ref>. The name itself, normalised, if the store has no such shopper.';

-- charge_all and release_all take many requests of any stores: arrays of the same length with one element per request, in
-- order of arrival. The result has the outcomes at the same positions. A refused request does not affect the others.
--
-- To start a statement costs more than to write a row, so a few statements handle all requests together.
--
-- A connection plans their statements once, because planning takes longer than running them. The tables may be almost empty
-- at that time, so the settings force index lookups in spite of the statistics.

DROP FUNCTION IF EXISTS credits.charge_all(UUID[], UUID[], INTEGER[], TEXT[], TEXT[], TEXT[], INTEGER[], INTEGER[]);
DROP FUNCTION IF EXISTS credits.charge_all(UUID[], UUID[], INTEGER[], TEXT[], TEXT[], TEXT[], INTEGER[], INTEGER[], TEXT[]);
CREATE OR REPLACE FUNCTION credits.charge_all(
    p_charge_ids UUID[], p_store_ids UUID[], p_amounts INTEGER[], p_request_ids TEXT[], p_descriptions TEXT[],
    p_shopper_emails TEXT[], p_overage_price_cents INTEGER[], p_overage_cap_cents INTEGER[],
    p_issuers TEXT[] DEFAULT NULL, p_daily_caps INTEGER[] DEFAULT NULL) RETURNS TEXT[]
    LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS
$$
DECLARE
    by_shoppers CONSTANT INTEGER := cardinality(array_remove(p_shopper_emails, NULL));
    by_stores   CONSTANT INTEGER := cardinality(p_charge_ids) - by_shoppers;
    emails      TEXT[];
    requests    INTEGER;
    enough      BOOLEAN;
    all_enough  BOOLEAN;
    latest      TIMESTAMPTZ;
    moment      TIMESTAMPTZ;
    today       TIMESTAMPTZ;
    request     RECORD;
    -- By the position of the first request of the same wallet, or of the same store.
    remaining   INTEGER[];
    owed        BIGINT[];
    spent       BIGINT[];
    pos         INTEGER;
    accepted    INTEGER := cardinality(p_charge_ids);
    -- Each has one element per request. The id and the payer are NULL for a request that must not be written.
    outcomes    TEXT[];
    charge_ids  UUID[] := p_charge_ids;
    payers      TEXT[];
    -- The positions of the requests that were written.
    written     INTEGER[];
BEGIN
    IF array_position(p_charge_ids, NULL) IS NOT NULL OR array_position(p_store_ids, NULL) IS NOT NULL
        OR array_position(p_request_ids, NULL) IS NOT NULL OR COALESCE(0 >= ANY (p_amounts), TRUE) THEN
        RAISE EXCEPTION 'a charge needs an id, a store, a request id and a positive amount' USING ERRCODE = '22023';
    END IF;

    -- Locks: pools first, then shoppers' wallets.
    SELECT COALESCE(sum(l.requests), 0), COALESCE(bool_and(l.enough), TRUE), max(l.spent_since)
      INTO requests, all_enough, latest
      FROM (SELECT a.requests, w.spent_since,
                   w.balance >= a.from_pool AND COALESCE(w.spent_today + a.amount <= a.daily_cap, TRUE) AS enough
              FROM (SELECT a.store_id, sum(a.amount) AS amount, min(a.daily_cap) AS daily_cap,
                           count(*) FILTER (WHERE a.email IS NULL)::INTEGER AS requests,
                           COALESCE(sum(a.amount) FILTER (WHERE a.email IS NULL), 0) AS from_pool
                      FROM unnest(p_store_ids, p_amounts, p_shopper_emails, p_daily_caps)
                               AS a (store_id, amount, email, daily_cap)
                     GROUP BY a.store_id) a
              JOIN credits.store_credits w ON w.store_id = a.store_id
             ORDER BY w.id FOR UPDATE OF w) l;
    IF requests < by_stores THEN
        RAISE EXCEPTION 'a store has no wallet yet' USING ERRCODE = 'WC008', HINT = 'Call credits.charge, which opens it.';
    END IF;
    IF by_shoppers > 0 THEN
        -- A shopper without a wallet never bought credits. A charge opens no wallet.
        emails := ARRAY(SELECT credits.wallet_key_of(a.store_id, a.name)
                          FROM unnest(p_store_ids, p_shopper_emails) WITH ORDINALITY AS a (store_id, name, pos)
                         ORDER BY a.pos);
        SELECT COALESCE(sum(l.requests), 0), COALESCE(bool_and(l.enough), TRUE) INTO requests, enough
          FROM (SELECT a.requests, w.balance >= a.amount AS enough
                  FROM (SELECT a.store_id, a.email, count(*)::INTEGER AS requests, sum(a.amount) AS amount
                          FROM unnest(p_store_ids, p_amounts, emails) AS a (store_id, amount, email)
                         WHERE a.email IS NOT NULL GROUP BY a.store_id, a.email) a
                  JOIN credits.store_shopper_credits w ON w.store_id = a.store_id AND w.shopper_email = a.email
                 ORDER BY w.id FOR UPDATE OF w) l;
        all_enough := all_enough AND enough AND requests = by_shoppers;
    END IF;
    -- A charge is never older than the day in which it is counted, also if the clock was set back.
    moment := clock_timestamp();
    IF credits.day_start(latest) > credits.day_start(moment) THEN
        -- The day of one store must not become the day of all stores of the batch.
        RAISE EXCEPTION 'the day of a store has not begun' USING ERRCODE = 'WC008', HINT = 'Charge them one by one.';
    END IF;
    moment := GREATEST(moment, latest);
    today := credits.day_start(moment);

    IF all_enough THEN
        -- Every wallet can pay all its requests, within the cap of every store. So the order does not matter, and the INSERT
        -- finds the ids that are known.
        payers := CASE WHEN by_shoppers = 0 THEN array_fill('pool'::TEXT, ARRAY [accepted])
            ELSE ARRAY(SELECT CASE WHEN a.email IS NULL THEN 'pool' ELSE 'shopper' END
                         FROM unnest(emails) WITH ORDINALITY AS a (email, pos) ORDER BY a.pos) END;
    ELSE
        -- Some requests are refused, or become overage, or yesterday's count has to go: decides one by one.
        outcomes := array_fill(NULL::TEXT, ARRAY [accepted]);
        charge_ids := array_fill(NULL::UUID, ARRAY [accepted]);
        payers := outcomes;
        accepted := 0;
        FOR request IN
            SELECT a.pos::INTEGER, a.charge_id, a.store_id, a.amount, a.shopper_email IS NULL AS by_store,
                   min(a.pos::INTEGER) OVER (PARTITION BY COALESCE(s.id, CASE WHEN a.shopper_email IS NULL THEN w.id END))
                       AS wallet_pos,
                   min(a.pos::INTEGER) OVER (PARTITION BY a.store_id) AS store_pos,
                   CASE WHEN a.shopper_email IS NULL THEN w.balance ELSE COALESCE(s.balance, 0) END AS balance,
                   a.amount * a.price_cents::BIGINT AS price_cents, a.cap_cents, COALESCE(o.price_cents, 0) AS owed,
                   a.daily_cap, CASE WHEN w.spent_since >= today THEN w.spent_today ELSE 0 END AS spent,
                   COALESCE(a.issuer, credits.issuer_by_id(a.charge_id)) AS issuer,
                   c.status, c.store_id AS owner_id, c.issuer AS charged_issuer, c.amount AS charged_amount
              FROM unnest(p_charge_ids, p_store_ids, p_amounts, emails, p_shopper_emails, p_overage_price_cents,
                          p_overage_cap_cents, p_issuers, p_daily_caps)
                       WITH ORDINALITY AS a (charge_id, store_id, amount, email, shopper_email, price_cents, cap_cents, issuer,
                                             daily_cap, pos)
              LEFT JOIN credits.store_credits w ON w.store_id = a.store_id
              LEFT JOIN credits.store_shopper_credits s ON s.store_id = a.store_id AND s.shopper_email = a.email
              LEFT JOIN credits.store_overage o ON o.store_id = a.store_id AND o.month = credits.overage_month_of(moment)
              LEFT JOIN credits.charges c ON c.id = a.charge_id
             ORDER BY a.pos
        LOOP
            IF request.wallet_pos = request.pos THEN
                remaining[request.pos] := request.balance;
            END IF;
            IF request.store_pos = request.pos THEN
                owed[request.pos] := request.owed;
                spent[request.pos] := request.spent;
            END IF;
            pos := array_position(charge_ids, request.charge_id);
            IF pos IS NOT NULL THEN
                -- An earlier request of this batch charged the same id.
                request.status := 'charged';
                request.owner_id := p_store_ids[pos];
                request.charged_issuer := COALESCE(p_issuers[pos], credits.issuer_by_id(request.charge_id));
                request.charged_amount := p_amounts[pos];
            END IF;

            IF request.status IS NOT NULL THEN
                outcomes[request.pos] := CASE
                    WHEN request.owner_id <> request.store_id THEN 'foreign'
                    WHEN request.status = 'released' THEN 'released'
                    WHEN request.charged_issuer IS DISTINCT FROM request.issuer THEN 'foreign'
                    WHEN request.charged_amount <> request.amount THEN 'other_amount'
                    ELSE 'replayed'
                END;
                CONTINUE;
            END IF;
            IF spent[request.store_pos] + request.amount > request.daily_cap THEN
                outcomes[request.pos] := 'daily_cap_reached';
                CONTINUE;
            ELSIF remaining[request.wallet_pos] >= request.amount THEN
                payers[request.pos] := CASE WHEN request.by_store THEN 'pool' ELSE 'shopper' END;
                remaining[request.wallet_pos] := remaining[request.wallet_pos] - request.amount;
            ELSIF request.by_store AND owed[request.store_pos] + request.price_cents <= request.cap_cents THEN
                payers[request.pos] := 'overage';
                owed[request.store_pos] := owed[request.store_pos] + request.price_cents;
            ELSE
                outcomes[request.pos] := 'insufficient';
                CONTINUE;
            END IF;
            spent[request.store_pos] := spent[request.store_pos] + request.amount;
            outcomes[request.pos] := 'charged';
            charge_ids[request.pos] := request.charge_id;
            accepted := accepted + 1;
        END LOOP;
        IF accepted = 0 THEN
            RETURN outcomes;
        END IF;
    END IF;

    -- The wallets still have the old balances, so balance_after subtracts the movements.
    WITH charge AS (
        INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, issuer, amount, price_cents, status, created_at)
        SELECT a.charge_id, a.store_id, COALESCE(s.id, w.id), a.payer,
               COALESCE(a.issuer, credits.issuer_by_id(a.charge_id)), a.amount,
               CASE WHEN a.payer = 'overage' THEN a.amount * a.price_cents END, 'charged', moment
          FROM unnest(charge_ids, p_store_ids, p_amounts, payers, emails, p_overage_price_cents, p_issuers)
                   WITH ORDINALITY AS a (charge_id, store_id, amount, payer, email, price_cents, issuer, pos)
          LEFT JOIN credits.store_credits w ON a.email IS NULL AND w.store_id = a.store_id
          LEFT JOIN credits.store_shopper_credits s ON s.store_id = a.store_id AND s.shopper_email = a.email
         WHERE a.charge_id IS NOT NULL
         ORDER BY a.charge_id, a.pos
        ON CONFLICT (id) DO NOTHING
        RETURNING id, store_id, wallet_id, paid_by, amount, price_cents, array_position(charge_ids, id) AS pos),
    movement AS (
        INSERT INTO credits.store_credit_transactions
                    (store_id, amount, type, charge_id, request_id, description, balance_after, price_cents, created_at)
        SELECT c.store_id,
               CASE WHEN c.paid_by = 'overage' THEN 0 ELSE -c.amount END,
               CASE WHEN c.paid_by = 'overage' THEN 'overage' ELSE 'deduction' END,
               c.id, p_request_ids[c.pos], p_descriptions[c.pos],
               w.balance - sum(CASE WHEN c.paid_by = 'pool' THEN c.amount ELSE 0 END)
                   OVER (PARTITION BY c.wallet_id ORDER BY c.pos ROWS UNBOUNDED PRECEDING),
               c.price_cents, moment
          FROM charge c
          JOIN credits.store_credits w ON w.store_id = c.store_id
         WHERE c.paid_by <> 'shopper'
         ORDER BY c.wallet_id, c.pos),
    pool AS (
        UPDATE credits.store_credits w
           SET balance = w.balance - t.from_pool, total_spent = w.total_spent + t.from_pool,
               spent_since = CASE WHEN w.spent_since >= today THEN w.spent_since
                                  WHEN w.spent_since IS NULL THEN moment ELSE today END,
               spent_today = CASE WHEN w.spent_since >= today THEN w.spent_today ELSE 0 END + t.amount
          FROM (SELECT c.store_id, sum(c.amount) AS amount,
                       COALESCE(sum(c.amount) FILTER (WHERE c.paid_by = 'pool'), 0) AS from_pool
                  FROM charge c GROUP BY c.store_id) t
         WHERE w.store_id = t.store_id)
    SELECT array_agg(c.pos) INTO written FROM charge c;

    IF all_enough AND cardinality(written) = accepted THEN
        outcomes := array_fill('charged'::TEXT, ARRAY [accepted]);
    ELSIF all_enough THEN
        -- Every id that was not written has a row: of an earlier request, or of a release that came first.
        outcomes := ARRAY(
            SELECT CASE
                WHEN a.pos = ANY (written) THEN 'charged'
                WHEN c.store_id <> a.store_id THEN 'foreign'
                WHEN c.status = 'released' THEN 'released'
                WHEN c.issuer IS DISTINCT FROM COALESCE(a.issuer, credits.issuer_by_id(a.charge_id)) THEN 'foreign'
                WHEN c.amount <> a.amount THEN 'other_amount'
                ELSE 'replayed'
            END
              FROM unnest(p_charge_ids, p_store_ids, p_amounts, p_issuers)
                       WITH ORDINALITY AS a (charge_id, store_id, amount, issuer, pos)
              JOIN credits.charges c ON c.id = a.charge_id
             ORDER BY a.pos);
    ELSIF written IS NULL OR cardinality(written) < accepted THEN
        -- A release wrote a tombstone after the decision, so the running balances are wrong.
        RAISE EXCEPTION 'a release came before its charge' USING ERRCODE = 'WC008', HINT = 'Try again.';
    END IF;

    IF 'overage' = ANY (payers) THEN
        INSERT INTO credits.store_overage AS o (store_id, month, price_cents)
        SELECT p_store_ids[t.pos], credits.overage_month_of(moment), sum(p_amounts[t.pos] * p_overage_price_cents[t.pos])
          FROM unnest(written) AS t (pos)
         WHERE payers[t.pos] = 'overage' GROUP BY 1 ORDER BY 1
        ON CONFLICT (store_id, month) DO UPDATE SET price_cents = o.price_cents + EXCLUDED.price_cents;
    END IF;
    IF by_shoppers > 0 THEN
        WITH charge AS (
            SELECT c.id, c.store_id, c.wallet_id, c.amount, t.pos
              FROM unnest(written) AS t (pos)
              JOIN credits.charges c ON c.id = charge_ids[t.pos] AND c.paid_by = 'shopper'),
        movement AS (
            INSERT INTO credits.store_shopper_credit_transactions
                        (store_id, wallet_id, amount, type, charge_id, request_id, description, balance_after, created_at)
            SELECT c.store_id, c.wallet_id, -c.amount, 'deduction', c.id,
                   credits.without_emails(p_request_ids[c.pos]), credits.without_emails(p_descriptions[c.pos]),
                   w.balance - sum(c.amount) OVER (PARTITION BY c.wallet_id ORDER BY c.pos ROWS UNBOUNDED PRECEDING), moment
              FROM charge c
              JOIN credits.store_shopper_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
             ORDER BY c.wallet_id, c.pos)
        UPDATE credits.store_shopper_credits w
           SET balance = w.balance - t.amount, total_spent = w.total_spent + t.amount
          FROM (SELECT c.wallet_id, c.store_id, sum(c.amount) AS amount FROM charge c GROUP BY 1, 2) t
         WHERE w.id = t.wallet_id AND w.store_id = t.store_id;
    END IF;
    RETURN outcomes;
END;
$$;
COMMENT ON FUNCTION credits.charge_all(UUID[], UUID[], INTEGER[], TEXT[], TEXT[], TEXT[], INTEGER[], INTEGER[], TEXT[], INTEGER[]) IS
    'Executes many charges in one transaction, in order of arrival. With a shopper''s e-mail or ref:<external_ref> the shopper pays, otherwise the store. A daily cap limits all charges of the store, whoever pays. SQLSTATE WC008: a release came before its charge, a store has no wallet yet, or its day has not begun (the clock was set back); charge them one by one.';

CREATE OR REPLACE FUNCTION credits.release_all(
    p_charge_ids UUID[], p_store_ids UUID[], p_request_ids TEXT[], p_descriptions TEXT[],
    p_amounts INTEGER[] DEFAULT NULL) RETURNS TEXT[]
    LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS
$$
DECLARE
    moment    TIMESTAMPTZ;
    written   INTEGER;
    -- Each has one element per request. The id is NULL for a request that must not be written; the payer is set for releases.
    outcomes  TEXT[];
    write_ids UUID[];
    payers    TEXT[];
BEGIN
    IF array_position(p_charge_ids, NULL) IS NOT NULL OR array_position(p_store_ids, NULL) IS NOT NULL
        OR array_position(p_request_ids, NULL) IS NOT NULL OR 0 >= ANY (array_remove(p_amounts, NULL)) THEN
        RAISE EXCEPTION 'a release needs a charge id, a store and a request id; its amount must be positive or absent' USING ERRCODE = '22023';
    END IF;

    -- Reads without locks, to find the wallets to lock. The store, amount and wallet of a charge never change, and a
    -- released charge stays released. Only a charged or unknown id may change before the locks; the INSERT below checks it.
    -- Of several requests with one id, the first that may write it does so, and the id then belongs to its store.
    SELECT array_agg(d.outcome ORDER BY d.pos),
           array_agg(CASE WHEN d.pos = d.first_pos THEN d.charge_id END ORDER BY d.pos),
           array_agg(CASE WHEN d.pos = d.first_pos THEN d.paid_by END ORDER BY d.pos)
      INTO outcomes, write_ids, payers
      FROM (SELECT f.pos, f.charge_id, f.first_pos, f.paid_by,
                   CASE
                       WHEN COALESCE(f.owner_id, p_store_ids[f.first_pos]) <> f.store_id THEN 'foreign'
                       WHEN f.status = 'released' AND f.paid_by IS NULL THEN 'never_charged'
                       WHEN f.charged_amount <> f.amount THEN 'other_amount'
                       WHEN f.status = 'released' THEN 'already_released'
                       WHEN f.status IS NULL THEN 'never_charged'
                       WHEN f.pos > f.first_pos THEN 'already_released'
                       ELSE 'released'
                   END AS outcome
              FROM (SELECT a.pos::INTEGER, a.charge_id, a.store_id, a.amount, c.store_id AS owner_id,
                           c.amount AS charged_amount, c.status, c.paid_by,
                           min(a.pos::INTEGER) FILTER (WHERE c.id IS NULL
                                   OR c.status = 'charged' AND c.store_id = a.store_id AND c.amount = COALESCE(a.amount, c.amount))
                               OVER (PARTITION BY a.charge_id) AS first_pos
                      FROM unnest(p_charge_ids, p_store_ids, p_amounts)
                               WITH ORDINALITY AS a (charge_id, store_id, amount, pos)
                      LEFT JOIN credits.charges c ON c.id = a.charge_id) f) d;
    IF array_remove(write_ids, NULL) = '{}' THEN
        RETURN outcomes;
    END IF;

    PERFORM FROM credits.store_credits w
      WHERE w.store_id IN (SELECT c.store_id FROM credits.charges c WHERE c.id = ANY (write_ids) AND c.status = 'charged')
      ORDER BY w.id FOR UPDATE;
    IF 'shopper' = ANY (payers) THEN
        PERFORM FROM credits.store_shopper_credits w
          WHERE (w.store_id, w.id) IN (SELECT c.store_id, c.wallet_id FROM credits.charges c
                                        WHERE c.id = ANY (write_ids) AND c.paid_by = 'shopper')
          ORDER BY w.id FOR UPDATE;
    END IF;
    moment := clock_timestamp();

    -- One INSERT writes tombstones and releases, so that charge rows are written in id order. A charge that came after the
    -- read above has no payer in this call, so it is not released here. The wallets still have the old balances, so
    -- balance_after adds the movements.
    WITH charge AS (
        INSERT INTO credits.charges AS c (id, store_id, status, released_at)
        SELECT a.id, a.store_id, 'released', moment
          FROM unnest(write_ids, p_store_ids) AS a (id, store_id)
         WHERE a.id IS NOT NULL
         ORDER BY a.id
        ON CONFLICT (id) DO UPDATE SET status = 'released', released_at = EXCLUDED.released_at
         WHERE c.status = 'charged' AND c.store_id = EXCLUDED.store_id
           AND c.paid_by = payers[array_position(write_ids, c.id)]
        RETURNING c.id, c.store_id, c.wallet_id, c.paid_by, c.amount, c.price_cents, c.created_at,
                  array_position(write_ids, c.id) AS pos),
    movement AS (
        INSERT INTO credits.store_credit_transactions
                    (store_id, amount, type, charge_id, request_id, description, balance_after, price_cents, created_at)
        SELECT c.store_id, CASE WHEN c.paid_by = 'overage' THEN 0 ELSE c.amount END, 'refund',
               c.id, p_request_ids[c.pos], p_descriptions[c.pos],
               w.balance + sum(CASE WHEN c.paid_by = 'overage' THEN 0 ELSE c.amount END)
                   OVER (PARTITION BY c.wallet_id ORDER BY c.pos ROWS UNBOUNDED PRECEDING),
               c.price_cents, moment
          FROM charge c
          JOIN credits.store_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
         WHERE c.paid_by <> 'shopper'
         ORDER BY c.wallet_id, c.pos),
    pool AS (
        UPDATE credits.store_credits w
           SET balance = w.balance + t.to_pool, total_spent = w.total_spent - t.to_pool,
               spent_today = w.spent_today - t.counted
          FROM (SELECT c.store_id, COALESCE(sum(c.amount) FILTER (WHERE c.paid_by = 'pool'), 0) AS to_pool,
                       -- A charge of an earlier day has no part in the count.
                       COALESCE(sum(c.amount) FILTER (WHERE c.created_at >= p.spent_since), 0) AS counted
                  FROM charge c JOIN credits.store_credits p ON p.store_id = c.store_id
                 WHERE c.wallet_id IS NOT NULL GROUP BY 1) t
         WHERE w.store_id = t.store_id)
    SELECT count(*) INTO written FROM charge;
    IF written < cardinality(array_remove(write_ids, NULL)) THEN
        RAISE EXCEPTION 'a charge or another release came before this release' USING ERRCODE = 'WC008', HINT = 'Try again.';
    END IF;

    -- No request can be refused from here on.
    IF 'overage' = ANY (payers) THEN
        UPDATE credits.store_overage o
           SET price_cents = o.price_cents - t.price_cents
          FROM (SELECT c.store_id, credits.overage_month_of(c.created_at) AS month, sum(c.price_cents) AS price_cents
                  FROM credits.charges c
                 WHERE c.id = ANY (write_ids) AND c.paid_by = 'overage' GROUP BY 1, 2) t
         WHERE o.store_id = t.store_id AND o.month = t.month;
    END IF;
    IF 'shopper' = ANY (payers) THEN
        WITH charge AS (
            SELECT c.id, c.store_id, c.wallet_id, c.amount, array_position(write_ids, c.id) AS pos
              FROM credits.charges c
             WHERE c.id = ANY (write_ids) AND c.paid_by = 'shopper'),
        movement AS (
            INSERT INTO credits.store_shopper_credit_transactions
                        (store_id, wallet_id, amount, type, charge_id, request_id, description, balance_after, created_at)
            SELECT c.store_id, c.wallet_id, c.amount, 'refund', c.id,
                   credits.without_emails(p_request_ids[c.pos]), credits.without_emails(p_descriptions[c.pos]),
                   w.balance + sum(c.amount) OVER (PARTITION BY c.wallet_id ORDER BY c.pos ROWS UNBOUNDED PRECEDING), moment
              FROM charge c
              JOIN credits.store_shopper_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
             ORDER BY c.wallet_id, c.pos)
        UPDATE credits.store_shopper_credits w
           SET balance = w.balance + t.amount, total_spent = w.total_spent - t.amount
          FROM (SELECT c.wallet_id, c.store_id, sum(c.amount) AS amount FROM charge c GROUP BY 1, 2) t
         WHERE w.id = t.wallet_id AND w.store_id = t.store_id;
        -- What came back is clawed first, if its purchase was given back meanwhile. Almost always the look-up finds nothing.
        PERFORM credits.settle_purchases(s.store_id, s.wallet_id, write_ids, NULL)
           FROM (SELECT DISTINCT c.store_id, c.wallet_id
                   FROM credits.charges c
                   JOIN credits.store_shopper_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
                   JOIN credits.store_shopper_purchases p ON p.store_id = w.store_id AND p.shopper_email = w.shopper_email
                    AND p.status = 'completed' AND p.returned > p.withheld + p.clawed_back
                  WHERE c.id = ANY (write_ids) AND c.paid_by = 'shopper') s;
    END IF;
    RETURN outcomes;
END;
$$;
COMMENT ON FUNCTION credits.release_all(UUID[], UUID[], TEXT[], TEXT[], INTEGER[]) IS
    'Releases many charges in one transaction, each to the wallet that paid, and settles the purchases of these wallets. SQLSTATE WC008: a charge or another release came first; release them one by one.';

-- charge and release handle one request. They reach an outcome also when another transaction comes first.

DROP FUNCTION IF EXISTS credits.charge(UUID, UUID, INTEGER, TEXT, TEXT);
DROP FUNCTION IF EXISTS credits.charge(UUID, UUID, INTEGER, TEXT, TEXT, TEXT, INTEGER, INTEGER);
DROP FUNCTION IF EXISTS credits.charge(UUID, UUID, INTEGER, TEXT, TEXT, TEXT, INTEGER, INTEGER, TEXT);
DROP FUNCTION IF EXISTS credits.lock_store_wallet(UUID);
CREATE OR REPLACE FUNCTION credits.charge(
    p_charge_id UUID, p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT,
    p_shopper_email TEXT DEFAULT NULL, p_overage_price_cents INTEGER DEFAULT NULL,
    p_overage_cap_cents INTEGER DEFAULT NULL, p_issuer TEXT DEFAULT NULL, p_daily_cap INTEGER DEFAULT NULL) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    issuer TEXT := COALESCE(p_issuer, credits.issuer_by_id(p_charge_id));
    payer  TEXT := CASE WHEN p_shopper_email IS NULL THEN 'pool' ELSE 'shopper' END;
    pool   RECORD;
    wallet UUID;
    held   INTEGER;
    price  BIGINT;
    moment TIMESTAMPTZ;
    today  TIMESTAMPTZ;
    spent  BIGINT;
    within BOOLEAN;
    known  RECORD;
BEGIN
    IF p_charge_id IS NULL OR p_store_id IS NULL OR p_request_id IS NULL OR COALESCE(p_amount, 0) <= 0 THEN
        RAISE EXCEPTION 'a charge needs an id, a store, a request id and a positive amount' USING ERRCODE = '22023';
    END IF;

    SELECT w.id, w.balance, w.spent_since, w.spent_today INTO pool
      FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    IF NOT FOUND AND payer = 'pool' THEN
        -- Of two concurrent first charges, the second waits here for the first and then finds the wallet.
        INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
        SELECT w.id, w.balance, w.spent_since, w.spent_today INTO STRICT pool
          FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
    END IF;
    IF payer = 'shopper' THEN
        -- A shopper without a wallet never bought credits. A charge opens no wallet.
        SELECT w.id, w.balance INTO wallet, held FROM credits.store_shopper_credits w
         WHERE w.store_id = p_store_id AND w.shopper_email = credits.wallet_key_of(p_store_id, p_shopper_email) FOR UPDATE;
    ELSE
        wallet := pool.id;
        held := pool.balance;
    END IF;
    -- A charge is never older than the day in which it is counted, also if the clock was set back.
    moment := GREATEST(clock_timestamp(), pool.spent_since);
    today := credits.day_start(moment);
    spent := CASE WHEN pool.spent_since >= today THEN pool.spent_today ELSE 0 END + p_amount;
    within := COALESCE(spent <= p_daily_cap, TRUE);

    IF held < p_amount AND payer = 'pool' AND p_overage_price_cents IS NOT NULL THEN
        price := p_amount * p_overage_price_cents::BIGINT;
        IF price + COALESCE((SELECT o.price_cents FROM credits.store_overage o
                              WHERE o.store_id = p_store_id AND o.month = credits.overage_month_of(moment)), 0)
            <= p_overage_cap_cents THEN
            payer := 'overage';
        END IF;
    END IF;

    IF within AND (held >= p_amount OR payer = 'overage') THEN
        INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, issuer, amount, price_cents, status, created_at)
             VALUES (p_charge_id, p_store_id, wallet, payer, issuer, p_amount, price, 'charged', moment)
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            UPDATE credits.store_credits w
               SET balance = w.balance - CASE payer WHEN 'pool' THEN p_amount ELSE 0 END,
                   total_spent = w.total_spent + CASE payer WHEN 'pool' THEN p_amount ELSE 0 END,
                   spent_since = CASE WHEN w.spent_since >= today THEN w.spent_since
                                      WHEN w.spent_since IS NULL THEN moment ELSE today END,
                   spent_today = spent
             WHERE w.store_id = p_store_id;
            CASE payer
                WHEN 'pool' THEN
                    INSERT INTO credits.store_credit_transactions
                                (store_id, amount, type, charge_id, request_id, description, balance_after)
                         VALUES (p_store_id, -p_amount, 'deduction', p_charge_id, p_request_id, p_description, held - p_amount);
                WHEN 'overage' THEN
                    INSERT INTO credits.store_overage AS o (store_id, month, price_cents)
                         VALUES (p_store_id, credits.overage_month_of(moment), price)
                    ON CONFLICT (store_id, month) DO UPDATE SET price_cents = o.price_cents + EXCLUDED.price_cents;
                    INSERT INTO credits.store_credit_transactions
                                (store_id, amount, type, charge_id, request_id, description, balance_after, price_cents)
                         VALUES (p_store_id, 0, 'overage', p_charge_id, p_request_id, p_description, held, price);
                WHEN 'shopper' THEN
                    UPDATE credits.store_shopper_credits w
                       SET balance = w.balance - p_amount, total_spent = w.total_spent + p_amount
                     WHERE w.id = wallet AND w.store_id = p_store_id;
                    INSERT INTO credits.store_shopper_credit_transactions
                                (store_id, wallet_id, amount, type, charge_id, request_id, description, balance_after)
                         VALUES (p_store_id, wallet, -p_amount, 'deduction', p_charge_id,
                                 credits.without_emails(p_request_id), credits.without_emails(p_description),
                                 held - p_amount);
            END CASE;
            RETURN 'charged';
        END IF;
    END IF;

    SELECT c.store_id, c.issuer, c.amount, c.status INTO known FROM credits.charges c WHERE c.id = p_charge_id;
    RETURN CASE
        WHEN NOT FOUND AND NOT within THEN 'daily_cap_reached'
        WHEN NOT FOUND THEN 'insufficient'
        WHEN known.store_id <> p_store_id THEN 'foreign'
        WHEN known.status = 'released' THEN 'released'
        WHEN known.issuer IS DISTINCT FROM issuer THEN 'foreign'
        WHEN known.amount <> p_amount THEN 'other_amount'
        ELSE 'replayed'
    END;
END;
$$;
COMMENT ON FUNCTION credits.charge(UUID, UUID, INTEGER, TEXT, TEXT, TEXT, INTEGER, INTEGER, TEXT, INTEGER) IS
    'Takes an amount once per charge id, from the store''s pool or from its shopper''s wallet: charged, replayed, released, insufficient or daily_cap_reached (write no charge and no movement), foreign or other_amount (change nothing). With a price and a monthly cap in cents, a charge for which the pool is too small becomes overage, up to the cap. A daily cap in credits limits all charges of the store on a UTC day, whoever pays. Only jobs of the issuer see the charge.';

CREATE OR REPLACE FUNCTION credits.release(
    p_charge_id UUID, p_store_id UUID, p_request_id TEXT, p_description TEXT, p_amount INTEGER DEFAULT NULL) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
BEGIN
    LOOP
        BEGIN
            RETURN (credits.release_all(
                ARRAY [p_charge_id], ARRAY [p_store_id], ARRAY [p_request_id], ARRAY [p_description], ARRAY [p_amount]))[1];
        EXCEPTION WHEN SQLSTATE 'WC008' THEN
            NULL; -- The other transaction has committed, so the next attempt sees its rows.
        END;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION credits.release(UUID, UUID, TEXT, TEXT, INTEGER) IS
    'Releases a charge once, to the wallet that paid: released, already_released, never_charged (from now on the id cannot be charged), foreign or other_amount (change nothing).';

CREATE OR REPLACE FUNCTION credits.charge_id_of(p_store_id UUID, p_request_id TEXT) RETURNS UUID
    LANGUAGE sql STABLE AS
$$
    -- UUID version 8, so that it differs from every time-ordered (7) and every random id (4).
    SELECT overlay(overlay(left(encode(sha256(convert_to(p_store_id || ':' || p_request_id, 'UTF8')), 'hex'), 32)
                       PLACING '8' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1)::UUID;
$$;
COMMENT ON FUNCTION credits.charge_id_of(UUID, TEXT) IS
    'Derives a charge id from store and request id, for callers without charge ids. The same store and request id always give the same charge id.';

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
    'Raises every outcome that is not accepted as an error with its own SQLSTATE.';

CREATE OR REPLACE FUNCTION credits.required_email(p_email TEXT) RETURNS TEXT
    LANGUAGE plpgsql IMMUTABLE AS
$$
BEGIN
    IF COALESCE(credits.normal_email(p_email), '') !~ '^[^[:space:][:cntrl:]@]+@[^[:space:][:cntrl:]@]+[.][^[:space:][:cntrl:]@]+$'
        OR char_length(credits.normal_email(p_email)) > 254 THEN
        RAISE EXCEPTION 'a shopper needs one valid e-mail address' USING ERRCODE = '22023';
    END IF;
    RETURN credits.normal_email(p_email);
END;
$$;
COMMENT ON FUNCTION credits.required_email(TEXT) IS 'The normalised address, or SQLSTATE 22023. The error does not contain the address.';

CREATE OR REPLACE FUNCTION credits.required_wallet_key(p_key TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE AS
$$
    SELECT CASE WHEN p_key ~ '^ref:[a-z0-9][a-z0-9._:/-]{0,127}$' THEN p_key ELSE credits.required_email(p_key) END;
$$;
COMMENT ON FUNCTION credits.required_wallet_key(TEXT) IS
    'The key of a shopper''s wallet: ref:<external_ref> unchanged, otherwise the normalised address, or SQLSTATE 22023.';

-- Functions for callers that have a request id instead of a charge id, such as operators in psql. Their charges have no
-- issuer and no time-ordered id, so no job takes them for a try-on.

CREATE OR REPLACE FUNCTION credits.deduct_store_credits(
    p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS BOOLEAN
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        credits.charge(credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_amount, p_request_id, p_description),
        'charged', 'replayed', 'insufficient') <> 'insufficient';
$$;
COMMENT ON FUNCTION credits.deduct_store_credits(UUID, INTEGER, TEXT, TEXT) IS
    'true: this request is paid (a repeat pays no second time); false: not enough credits, and nothing was written.';

CREATE OR REPLACE FUNCTION credits.refund_store_credits(
    p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS VOID
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        credits.release(credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_request_id, p_description, p_amount),
        'released');
$$;
COMMENT ON FUNCTION credits.refund_store_credits(UUID, INTEGER, TEXT, TEXT) IS
    'Refunds what the same request deducted. Without a deduction: SQLSTATE WC001; the second time: WC002.';

CREATE OR REPLACE FUNCTION credits.deduct_store_shopper_credits(
    p_store_id UUID, p_shopper_email TEXT, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS BOOLEAN
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        credits.charge(credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_amount, p_request_id, p_description,
                       credits.required_wallet_key(p_shopper_email)),
        'charged', 'replayed', 'insufficient') <> 'insufficient';
$$;
COMMENT ON FUNCTION credits.deduct_store_shopper_credits(UUID, TEXT, INTEGER, TEXT, TEXT) IS
    'true: the shopper paid this request (a repeat pays no second time); false: not enough credits, and nothing was written.';

CREATE OR REPLACE FUNCTION credits.refund_store_shopper_credits(
    p_store_id UUID, p_shopper_email TEXT, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS VOID
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        CASE WHEN EXISTS (SELECT FROM credits.charges c
                            JOIN credits.store_shopper_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
                           WHERE c.id = credits.charge_id_of(p_store_id, p_request_id) AND c.store_id = p_store_id
                             AND w.shopper_email =
                                 credits.wallet_key_of(p_store_id, credits.required_wallet_key(p_shopper_email)))
             THEN credits.release(
                 credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_request_id, p_description, p_amount)
             ELSE 'never_charged'
        END, 'released');
$$;
COMMENT ON FUNCTION credits.refund_store_shopper_credits(UUID, TEXT, INTEGER, TEXT, TEXT) IS
    'Refunds what the same request deducted from this shopper. Without a deduction: SQLSTATE WC001; the second time: WC002.';
