-- What moves credits. Every function is one short transaction's worth of work at READ COMMITTED and keeps one lock order:
-- wallet rows that may be missing are inserted, then the pools are locked in id order, then the shoppers' wallets in id
-- order; only then are charges written, in id order, and ledger rows after them. What was decided from is read after the
-- locks, by a statement of its own, since each statement sees what was committed when it began.
--
-- Refusals are values, so that one of them never disturbs its neighbours in a transaction; only the seeds' functions at
-- the end turn them into errors:
--   WC001 refund without a charge          WC004 the same id, but another amount or type
--   WC002 refunded already                 WC005 given back, so it can never be charged
--   WC003 the id belongs to another store  WC006 the wallet cannot hold that many credits
--         or was charged by another issuer
--   WC007 evidence stands for ever         WC008 overtaken by another transaction: ask again
--   22023 an argument is missing or not a positive amount

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

CREATE OR REPLACE FUNCTION credits.overage_month_of(p_moment TIMESTAMPTZ) RETURNS DATE
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN date_trunc('month', p_moment AT TIME ZONE 'UTC')::DATE;
COMMENT ON FUNCTION credits.overage_month_of(TIMESTAMPTZ) IS 'The calendar month (UTC) whose cap a moment counts against.';

CREATE OR REPLACE FUNCTION credits.without_emails(p_text TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(p_text, '[^[:space:]]+@[^[:space:]]+', '***', 'g');
COMMENT ON FUNCTION credits.without_emails(TEXT) IS 'A text without the e-mail addresses that a caller may have put into it.';

-- The two functions that do the work take many requests at once, each of any store: arrays of one length, one place per
-- request, in order of arrival. The answer has its outcomes in the same places. What one request is refused for never
-- disturbs its neighbours.
--
-- They are planned once in the life of a connection, as planning takes longer than running them. That may be on a day when
-- the tables are nearly empty, so they are told to look rows up by index, whatever the statistics say on that day.

DROP FUNCTION IF EXISTS credits.charge_all(UUID[], UUID[], INTEGER[], TEXT[], TEXT[], TEXT[], INTEGER[], INTEGER[]);
CREATE OR REPLACE FUNCTION credits.charge_all(
    p_charge_ids UUID[], p_store_ids UUID[], p_amounts INTEGER[], p_request_ids TEXT[], p_descriptions TEXT[],
    p_shopper_emails TEXT[], p_overage_price_cents INTEGER[], p_overage_cap_cents INTEGER[],
    p_issuers TEXT[] DEFAULT NULL) RETURNS TEXT[]
    LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS
$$
DECLARE
    outcomes  TEXT[] := array_fill(NULL::TEXT, ARRAY [cardinality(p_charge_ids)]);
    emails    TEXT[];
    moment    TIMESTAMPTZ;
    asked     RECORD;
    wallet    UUID;
    left_over INTEGER;
    owed      BIGINT;
    payer     TEXT;
    place     INTEGER;
    -- What is charged, in the order in which it is written down: places in the arguments, and what was found for each.
    taken     INTEGER[] := '{}';
    taken_ids UUID[]    := '{}';
    wallets   UUID[]    := '{}';
    payers    TEXT[]    := '{}';
    issuers   TEXT[]    := '{}';
    afters    INTEGER[] := '{}';
BEGIN
    IF array_position(p_charge_ids, NULL) IS NOT NULL OR array_position(p_store_ids, NULL) IS NOT NULL
        OR array_position(p_request_ids, NULL) IS NOT NULL OR COALESCE(0 >= ANY (p_amounts), TRUE) THEN
        RAISE EXCEPTION 'a charge needs an id, a store, a request id and a positive amount' USING ERRCODE = '22023';
    END IF;

    -- Wallets first, the pools in id order, the shoppers' after them.
    PERFORM FROM credits.store_credits w
      WHERE w.store_id IN (SELECT a.store_id
                             FROM unnest(p_store_ids, p_shopper_emails) AS a (store_id, shopper_email)
                            WHERE a.shopper_email IS NULL)
      ORDER BY w.id FOR UPDATE;
    IF array_remove(p_shopper_emails, NULL) <> '{}' THEN
        -- A shopper without a wallet has bought nothing yet; an attempt to pay does not open one.
        emails := ARRAY(SELECT credits.normal_email(a.email)
                          FROM unnest(p_shopper_emails) WITH ORDINALITY AS a (email, place) ORDER BY a.place);
        PERFORM FROM credits.store_shopper_credits w
          WHERE (w.store_id, w.shopper_email) IN (SELECT a.store_id, a.email
                                                    FROM unnest(p_store_ids, emails) AS a (store_id, email))
          ORDER BY w.id FOR UPDATE;
    END IF;
    moment := clock_timestamp();

    FOR asked IN
        SELECT a.place::INTEGER, a.charge_id, a.store_id, a.amount, a.email IS NULL AS by_store,
               COALESCE(s.id, w.id) AS wallet_id,
               COALESCE(s.balance, w.balance, 0) AS balance,
               a.amount * a.price_cents::BIGINT AS price_cents, a.cap_cents,
               CASE WHEN a.price_cents IS NOT NULL THEN COALESCE(o.price_cents, 0) END AS owed,
               COALESCE(a.issuer, credits.issuer_by_id(a.charge_id)) AS issuer,
               c.status, c.store_id AS owner_id, c.issuer AS charged_issuer, c.amount AS charged_amount
          FROM unnest(p_charge_ids, p_store_ids, p_amounts, emails, p_shopper_emails, p_overage_price_cents, p_overage_cap_cents,
                      p_issuers)
                   WITH ORDINALITY AS a (charge_id, store_id, amount, email, shopper_email, price_cents, cap_cents, issuer, place)
          LEFT JOIN credits.store_credits w ON a.shopper_email IS NULL AND w.store_id = a.store_id
          LEFT JOIN credits.store_shopper_credits s ON s.store_id = a.store_id AND s.shopper_email = a.email
          LEFT JOIN credits.store_overage o
            ON a.price_cents IS NOT NULL AND o.store_id = a.store_id AND o.month = credits.overage_month_of(moment)
          LEFT JOIN credits.charges c ON c.id = a.charge_id
         ORDER BY wallet_id, a.place
    LOOP
        IF asked.wallet_id IS NULL AND asked.by_store THEN
            RAISE EXCEPTION 'a store has no wallet yet' USING ERRCODE = 'WC008', HINT = 'Ask again with credits.charge.';
        END IF;
        IF asked.wallet_id IS DISTINCT FROM wallet OR left_over IS NULL THEN
            wallet := asked.wallet_id;
            left_over := asked.balance;
            owed := NULL;
        END IF;
        -- Looked up only for a request that may be charged as overage, which need not be the first of its wallet.
        owed := COALESCE(owed, asked.owed);
        place := array_position(taken_ids, asked.charge_id);
        IF place IS NOT NULL THEN
            -- Charged a moment ago, for a neighbour with the same id.
            asked.status := 'charged';
            asked.owner_id := p_store_ids[taken[place]];
            asked.charged_issuer := issuers[place];
            asked.charged_amount := p_amounts[taken[place]];
        END IF;

        payer := NULL;
        outcomes[asked.place] := CASE
            WHEN asked.owner_id <> asked.store_id THEN 'foreign'
            WHEN asked.status = 'released' THEN 'released'
            WHEN asked.status = 'charged' AND asked.charged_issuer IS DISTINCT FROM asked.issuer THEN 'foreign'
            WHEN asked.charged_amount <> asked.amount THEN 'other_amount'
            WHEN asked.status = 'charged' THEN 'replayed'
        END;
        CONTINUE WHEN outcomes[asked.place] IS NOT NULL;

        IF left_over >= asked.amount THEN
            payer := CASE WHEN asked.by_store THEN 'pool' ELSE 'shopper' END;
            left_over := left_over - asked.amount;
        ELSIF asked.by_store AND owed + asked.price_cents <= asked.cap_cents THEN
            payer := 'overage';
            owed := owed + asked.price_cents;
        ELSE
            outcomes[asked.place] := 'insufficient';
            CONTINUE;
        END IF;
        outcomes[asked.place] := 'charged';
        taken := taken || asked.place;
        taken_ids := taken_ids || asked.charge_id;
        wallets := wallets || wallet;
        payers := payers || payer;
        issuers := issuers || asked.issuer;
        afters := afters || left_over;
    END LOOP;

    IF taken = '{}' THEN
        RETURN outcomes;
    END IF;

    INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, issuer, amount, price_cents, status, created_at)
    SELECT t.id, p_store_ids[t.place], t.wallet_id, t.payer, t.issuer, p_amounts[t.place],
           CASE WHEN t.payer = 'overage' THEN p_amounts[t.place] * p_overage_price_cents[t.place] END, 'charged', moment
      FROM unnest(taken, taken_ids, wallets, payers, issuers) AS t (place, id, wallet_id, payer, issuer)
     ORDER BY t.id
    ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS place = ROW_COUNT;
    IF place < cardinality(taken) THEN
        -- A tombstone was written between the look and the insert; the running balances above are wrong now.
        RAISE EXCEPTION 'a charge was overtaken by its release' USING ERRCODE = 'WC008', HINT = 'Ask again.';
    END IF;

    IF 'pool' = ANY (payers) THEN
        UPDATE credits.store_credits w
           SET balance = w.balance - t.amount, total_spent = w.total_spent + t.amount
          FROM (SELECT t.wallet_id, p_store_ids[t.place] AS store_id, sum(p_amounts[t.place]) AS amount
                  FROM unnest(taken, wallets, payers) AS t (place, wallet_id, payer)
                 WHERE t.payer = 'pool' GROUP BY 1, 2) t
         WHERE w.id = t.wallet_id AND w.store_id = t.store_id;
    END IF;
    IF 'pool' = ANY (payers) OR 'overage' = ANY (payers) THEN
        INSERT INTO credits.store_credit_transactions
                    (store_id, amount, type, charge_id, request_id, description, balance_after, price_cents, created_at)
        SELECT p_store_ids[t.place],
               CASE WHEN t.payer = 'overage' THEN 0 ELSE -p_amounts[t.place] END,
               CASE WHEN t.payer = 'overage' THEN 'overage' ELSE 'deduction' END,
               t.id, p_request_ids[t.place], p_descriptions[t.place], t.balance_after,
               CASE WHEN t.payer = 'overage' THEN p_amounts[t.place] * p_overage_price_cents[t.place] END, moment
          FROM unnest(taken, taken_ids, payers, afters) AS t (place, id, payer, balance_after)
         WHERE t.payer <> 'shopper';
    END IF;
    IF 'overage' = ANY (payers) THEN
        INSERT INTO credits.store_overage AS o (store_id, month, price_cents)
        SELECT p_store_ids[t.place], credits.overage_month_of(moment), sum(p_amounts[t.place] * p_overage_price_cents[t.place])
          FROM unnest(taken, payers) AS t (place, payer)
         WHERE t.payer = 'overage' GROUP BY 1 ORDER BY 1
        ON CONFLICT (store_id, month) DO UPDATE SET price_cents = o.price_cents + EXCLUDED.price_cents;
    END IF;
    IF 'shopper' = ANY (payers) THEN
        UPDATE credits.store_shopper_credits w
           SET balance = w.balance - t.amount, total_spent = w.total_spent + t.amount
          FROM (SELECT t.wallet_id, p_store_ids[t.place] AS store_id, sum(p_amounts[t.place]) AS amount
                  FROM unnest(taken, wallets, payers) AS t (place, wallet_id, payer)
                 WHERE t.payer = 'shopper' GROUP BY 1, 2) t
         WHERE w.id = t.wallet_id AND w.store_id = t.store_id;
        INSERT INTO credits.store_shopper_credit_transactions
                    (store_id, wallet_id, amount, type, charge_id, request_id, description, balance_after, created_at)
        SELECT p_store_ids[t.place], t.wallet_id, -p_amounts[t.place], 'deduction', t.id,
               credits.without_emails(p_request_ids[t.place]), credits.without_emails(p_descriptions[t.place]),
               t.balance_after, moment
          FROM unnest(taken, taken_ids, wallets, payers, afters) AS t (place, id, wallet_id, payer, balance_after)
         WHERE t.payer = 'shopper';
    END IF;
    RETURN outcomes;
END;
$$;
COMMENT ON FUNCTION credits.charge_all(UUID[], UUID[], INTEGER[], TEXT[], TEXT[], TEXT[], INTEGER[], INTEGER[], TEXT[]) IS
    'Decides many charges in one transaction, in order of arrival; a shopper''s e-mail says that not the store pays. SQLSTATE WC008: one was overtaken by its release, or its store has no wallet yet; charge them one by one.';

CREATE OR REPLACE FUNCTION credits.release_all(
    p_charge_ids UUID[], p_store_ids UUID[], p_request_ids TEXT[], p_descriptions TEXT[],
    p_amounts INTEGER[] DEFAULT NULL) RETURNS TEXT[]
    LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS
$$
DECLARE
    outcomes  TEXT[] := array_fill(NULL::TEXT, ARRAY [cardinality(p_charge_ids)]);
    moment    TIMESTAMPTZ;
    asked     RECORD;
    earlier   INTEGER;
    settled   INTEGER;
    -- The ids to settle and the places where each was asked for first; of these the ones that are charged, and by whom.
    firsts    INTEGER[] := '{}';
    first_ids UUID[]    := '{}';
    given     INTEGER[] := '{}';
    given_ids UUID[]    := '{}';
    payers    TEXT[]    := '{}';
BEGIN
    IF array_position(p_charge_ids, NULL) IS NOT NULL OR array_position(p_store_ids, NULL) IS NOT NULL
        OR array_position(p_request_ids, NULL) IS NOT NULL OR 0 >= ANY (array_remove(p_amounts, NULL)) THEN
        RAISE EXCEPTION 'a release needs a charge id, a store and a request id, its amount is positive' USING ERRCODE = '22023';
    END IF;

    -- Read without a lock, to learn which wallets to lock. Whose a charge is, its amount and its wallet never change, and
    -- released it stays; only what is charged or unknown here may be different a moment later.
    FOR asked IN
        SELECT a.place::INTEGER, a.charge_id, a.store_id, a.amount, c.store_id AS owner_id, c.amount AS charged_amount,
               c.status, c.paid_by
          FROM unnest(p_charge_ids, p_store_ids, p_amounts)
                   WITH ORDINALITY AS a (charge_id, store_id, amount, place)
          LEFT JOIN credits.charges c ON c.id = a.charge_id
         ORDER BY a.place
    LOOP
        -- Settled a moment ago, for a neighbour with the same id: then it belongs to that one's store.
        earlier := array_position(first_ids, asked.charge_id);
        outcomes[asked.place] := CASE
            WHEN COALESCE(asked.owner_id, p_store_ids[firsts[earlier]]) <> asked.store_id THEN 'foreign'
            WHEN asked.status = 'released' AND asked.paid_by IS NULL THEN 'never_charged'
            WHEN asked.charged_amount <> asked.amount THEN 'other_amount'
            WHEN asked.status = 'released' THEN 'already_released'
            WHEN asked.status IS NULL THEN 'never_charged'
            WHEN earlier IS NOT NULL THEN 'already_released'
            ELSE 'released'
        END;
        IF outcomes[asked.place] = 'released' THEN
            given := given || asked.place;
            given_ids := given_ids || asked.charge_id;
            payers := payers || asked.paid_by;
        END IF;
        IF outcomes[asked.place] = 'released' OR (asked.status IS NULL AND earlier IS NULL) THEN
            firsts := firsts || asked.place;
            first_ids := first_ids || asked.charge_id;
        END IF;
    END LOOP;
    IF firsts = '{}' THEN
        RETURN outcomes;
    END IF;

    IF 'pool' = ANY (payers) OR 'overage' = ANY (payers) THEN
        PERFORM FROM credits.store_credits w
          WHERE (w.store_id, w.id) IN (SELECT c.store_id, c.wallet_id FROM credits.charges c
                                        WHERE c.id = ANY (given_ids) AND c.paid_by <> 'shopper')
          ORDER BY w.id FOR UPDATE;
    END IF;
    IF 'shopper' = ANY (payers) THEN
        PERFORM FROM credits.store_shopper_credits w
          WHERE (w.store_id, w.id) IN (SELECT c.store_id, c.wallet_id FROM credits.charges c
                                        WHERE c.id = ANY (given_ids) AND c.paid_by = 'shopper')
          ORDER BY w.id FOR UPDATE;
    END IF;
    moment := clock_timestamp();

    -- Tombstones and releases in one go, so that charge rows are written in id order.
    INSERT INTO credits.charges AS c (id, store_id, status, released_at)
    SELECT f.id, p_store_ids[f.place], 'released', moment
      FROM unnest(firsts, first_ids) AS f (place, id)
     ORDER BY f.id
    ON CONFLICT (id) DO UPDATE SET status = 'released', released_at = EXCLUDED.released_at
     WHERE c.status = 'charged' AND c.store_id = EXCLUDED.store_id AND c.id = ANY (given_ids);
    GET DIAGNOSTICS settled = ROW_COUNT;
    IF settled < cardinality(firsts) THEN
        RAISE EXCEPTION 'a release was overtaken by a charge or another release' USING ERRCODE = 'WC008', HINT = 'Ask again.';
    END IF;

    -- Nothing can be refused any more. The balances are still those from before: each movement adds to what came before it.
    IF 'pool' = ANY (payers) OR 'overage' = ANY (payers) THEN
        INSERT INTO credits.store_credit_transactions
                    (store_id, amount, type, charge_id, request_id, description, balance_after, price_cents, created_at)
        SELECT g.store_id, g.amount, 'refund', g.id, p_request_ids[g.place], p_descriptions[g.place],
               w.balance + sum(g.amount) OVER (PARTITION BY w.id ORDER BY g.place), g.price_cents, moment
          FROM (SELECT g.place, c.id, c.store_id, c.wallet_id, c.price_cents,
                       CASE WHEN c.paid_by = 'overage' THEN 0 ELSE c.amount END AS amount
                  FROM unnest(given, given_ids) AS g (place, id)
                  JOIN credits.charges c ON c.id = g.id
                 WHERE c.paid_by <> 'shopper') g
          JOIN credits.store_credits w ON w.id = g.wallet_id AND w.store_id = g.store_id
         ORDER BY g.place;
    END IF;
    IF 'pool' = ANY (payers) THEN
        UPDATE credits.store_credits w
           SET balance = w.balance + t.amount, total_spent = w.total_spent - t.amount
          FROM (SELECT c.wallet_id, c.store_id, sum(c.amount) AS amount
                  FROM credits.charges c
                 WHERE c.id = ANY (given_ids) AND c.paid_by = 'pool' GROUP BY 1, 2) t
         WHERE w.id = t.wallet_id AND w.store_id = t.store_id;
    END IF;
    IF 'overage' = ANY (payers) THEN
        UPDATE credits.store_overage o
           SET price_cents = o.price_cents - t.price_cents
          FROM (SELECT c.store_id, credits.overage_month_of(c.created_at) AS month, sum(c.price_cents) AS price_cents
                  FROM credits.charges c
                 WHERE c.id = ANY (given_ids) AND c.paid_by = 'overage' GROUP BY 1, 2) t
         WHERE o.store_id = t.store_id AND o.month = t.month;
    END IF;
    IF 'shopper' = ANY (payers) THEN
        INSERT INTO credits.store_shopper_credit_transactions
                    (store_id, wallet_id, amount, type, charge_id, request_id, description, balance_after, created_at)
        SELECT c.store_id, c.wallet_id, c.amount, 'refund', c.id,
               credits.without_emails(p_request_ids[g.place]), credits.without_emails(p_descriptions[g.place]),
               w.balance + sum(c.amount) OVER (PARTITION BY w.id ORDER BY g.place), moment
          FROM unnest(given, given_ids) AS g (place, id)
          JOIN credits.charges c ON c.id = g.id
          JOIN credits.store_shopper_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
         WHERE c.paid_by = 'shopper'
         ORDER BY g.place;
        UPDATE credits.store_shopper_credits w
           SET balance = w.balance + t.amount, total_spent = w.total_spent - t.amount
          FROM (SELECT c.wallet_id, c.store_id, sum(c.amount) AS amount
                  FROM credits.charges c
                 WHERE c.id = ANY (given_ids) AND c.paid_by = 'shopper' GROUP BY 1, 2) t
         WHERE w.id = t.wallet_id AND w.store_id = t.store_id;
    END IF;
    RETURN outcomes;
END;
$$;
COMMENT ON FUNCTION credits.release_all(UUID[], UUID[], TEXT[], TEXT[], INTEGER[]) IS
    'Gives many charges back in one transaction, each to the wallet that paid. SQLSTATE WC008: one was overtaken by its charge or another release; release them one by one.';

-- One charge, one release: the outcome is decided here even when another transaction gets in between.

DROP FUNCTION IF EXISTS credits.charge(UUID, UUID, INTEGER, TEXT, TEXT);
DROP FUNCTION IF EXISTS credits.charge(UUID, UUID, INTEGER, TEXT, TEXT, TEXT, INTEGER, INTEGER);
DROP FUNCTION IF EXISTS credits.lock_store_wallet(UUID);
CREATE OR REPLACE FUNCTION credits.charge(
    p_charge_id UUID, p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT,
    p_shopper_email TEXT DEFAULT NULL, p_overage_price_cents INTEGER DEFAULT NULL,
    p_overage_cap_cents INTEGER DEFAULT NULL, p_issuer TEXT DEFAULT NULL) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    issuer TEXT := COALESCE(p_issuer, credits.issuer_by_id(p_charge_id));
    payer  TEXT := CASE WHEN p_shopper_email IS NULL THEN 'pool' ELSE 'shopper' END;
    wallet UUID;
    held   INTEGER;
    price  BIGINT;
    known  RECORD;
BEGIN
    IF p_charge_id IS NULL OR p_store_id IS NULL OR p_request_id IS NULL OR COALESCE(p_amount, 0) <= 0 THEN
        RAISE EXCEPTION 'a charge needs an id, a store, a request id and a positive amount' USING ERRCODE = '22023';
    END IF;

    IF payer = 'shopper' THEN
        -- A shopper without a wallet has bought nothing yet; an attempt to pay does not open one.
        SELECT w.id, w.balance INTO wallet, held FROM credits.store_shopper_credits w
         WHERE w.store_id = p_store_id AND w.shopper_email = credits.normal_email(p_shopper_email) FOR UPDATE;
    ELSE
        SELECT w.id, w.balance INTO wallet, held FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
        IF NOT FOUND THEN
            -- Two that come first at once: the second waits here for the first, then finds its wallet.
            INSERT INTO credits.stores (id) VALUES (p_store_id) ON CONFLICT (id) DO NOTHING;
            SELECT w.id, w.balance INTO STRICT wallet, held
              FROM credits.store_credits w WHERE w.store_id = p_store_id FOR UPDATE;
        END IF;
    END IF;

    IF held < p_amount AND payer = 'pool' AND p_overage_price_cents IS NOT NULL THEN
        price := p_amount * p_overage_price_cents::BIGINT;
        IF price + COALESCE((SELECT o.price_cents FROM credits.store_overage o
                              WHERE o.store_id = p_store_id AND o.month = credits.overage_month_of(clock_timestamp())), 0)
            <= p_overage_cap_cents THEN
            payer := 'overage';
        END IF;
    END IF;

    IF held >= p_amount OR payer = 'overage' THEN
        INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, issuer, amount, price_cents, status)
             VALUES (p_charge_id, p_store_id, wallet, payer, issuer, p_amount, price, 'charged')
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            CASE payer
                WHEN 'pool' THEN
                    UPDATE credits.store_credits w
                       SET balance = w.balance - p_amount, total_spent = w.total_spent + p_amount
                     WHERE w.id = wallet AND w.store_id = p_store_id;
                    INSERT INTO credits.store_credit_transactions
                                (store_id, amount, type, charge_id, request_id, description, balance_after)
                         VALUES (p_store_id, -p_amount, 'deduction', p_charge_id, p_request_id, p_description, held - p_amount);
                WHEN 'overage' THEN
                    INSERT INTO credits.store_overage AS o (store_id, month, price_cents)
                    SELECT c.store_id, credits.overage_month_of(c.created_at), c.price_cents
                      FROM credits.charges c WHERE c.id = p_charge_id AND c.store_id = p_store_id
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
        WHEN NOT FOUND THEN 'insufficient'
        WHEN known.store_id <> p_store_id THEN 'foreign'
        WHEN known.status = 'released' THEN 'released'
        WHEN known.issuer IS DISTINCT FROM issuer THEN 'foreign'
        WHEN known.amount <> p_amount THEN 'other_amount'
        ELSE 'replayed'
    END;
END;
$$;
COMMENT ON FUNCTION credits.charge(UUID, UUID, INTEGER, TEXT, TEXT, TEXT, INTEGER, INTEGER, TEXT) IS
    'Takes an amount once per charge id, from the store''s pool or from its shopper''s wallet: charged, replayed, released, insufficient (leaves no charge and no movement), foreign or other_amount (change nothing). With a price and a monthly cap in cents, an empty pool is charged as overage. Only the jobs of its issuer ever look for it.';

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
            NULL; -- What overtook it is committed, so the next look decides.
        END;
    END LOOP;
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

CREATE OR REPLACE FUNCTION credits.required_email(p_email TEXT) RETURNS TEXT
    LANGUAGE plpgsql IMMUTABLE AS
$$
BEGIN
    IF COALESCE(credits.normal_email(p_email), '') !~ '^[^[:space:][:cntrl:]@]+@[^[:space:][:cntrl:]@]+[.][^[:space:][:cntrl:]@]+$'
        OR char_length(credits.normal_email(p_email)) > 254 THEN
        RAISE EXCEPTION 'a shopper is named by one e-mail address' USING ERRCODE = '22023';
    END IF;
    RETURN credits.normal_email(p_email);
END;
$$;
COMMENT ON FUNCTION credits.required_email(TEXT) IS 'The normalised address, or SQLSTATE 22023; the text is not repeated in the error.';

CREATE OR REPLACE FUNCTION credits.required_wallet_key(p_key TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE AS
$$
    SELECT CASE WHEN p_key ~ '^ref:[a-z0-9][a-z0-9._:/-]{0,127}$' THEN p_key ELSE credits.required_email(p_key) END;
$$;
COMMENT ON FUNCTION credits.required_wallet_key(TEXT) IS
    'The key of a shopper''s wallet: ref:<external_ref> as it stands, else the normalised address, or SQLSTATE 22023.';

-- The seeds' functions: their names, parameters and return types, their request id in the place of a charge id. They name
-- no issuer and make no time-ordered ids, so nobody issues their charges and no job takes them for a try-on's.

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
    'true: the shopper paid this request (a repeat pays no second time); false: not enough credits, and no trace of it.';

CREATE OR REPLACE FUNCTION credits.refund_store_shopper_credits(
    p_store_id UUID, p_shopper_email TEXT, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS VOID
    LANGUAGE sql AS
$$
    SELECT credits.accept_or_raise(
        CASE WHEN EXISTS (SELECT FROM credits.charges c
                            JOIN credits.store_shopper_credits w ON w.id = c.wallet_id AND w.store_id = c.store_id
                           WHERE c.id = credits.charge_id_of(p_store_id, p_request_id) AND c.store_id = p_store_id
                             AND w.shopper_email = credits.required_wallet_key(p_shopper_email))
             THEN credits.release(
                 credits.charge_id_of(p_store_id, p_request_id), p_store_id, p_request_id, p_description, p_amount)
             ELSE 'never_charged'
        END, 'released');
$$;
COMMENT ON FUNCTION credits.refund_store_shopper_credits(UUID, TEXT, INTEGER, TEXT, TEXT) IS
    'Gives back what the same request deducted from this shopper. Without a deduction: SQLSTATE WC001, a second time: WC002.';
