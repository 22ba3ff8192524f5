-- These functions move the credits of consumers. Each runs in one short transaction at READ COMMITTED, and locks the row with
-- both wallets first, then writes the charge, then the ledger. So they cannot deadlock, with each other or with the functions of
-- R__ledger.sql, which lock other rows.
--
-- A refusal is a return value. Only the functions at the end of this file, which other programs call in SQL, turn refusals into
-- errors; R__ledger.sql lists the codes. Theirs beside those: WC010, the consumer has no credits.

CREATE OR REPLACE FUNCTION credits.charge_consumer(
    p_charge_id UUID, p_consumer_id UUID, p_request_id TEXT, p_description TEXT, p_issuer TEXT DEFAULT NULL,
    OUT outcome TEXT, OUT credit_type TEXT)
    LANGUAGE plpgsql AS
$$
DECLARE
    wallets RECORD;
    known   RECORD;
    payer   TEXT;
BEGIN
    IF p_charge_id IS NULL OR p_consumer_id IS NULL OR p_request_id IS NULL THEN
        RAISE EXCEPTION 'a charge needs an id, a consumer and a request id' USING ERRCODE = '22023';
    END IF;
    -- A consumer without a row never had credits. A charge opens no wallet.
    SELECT w.trial_credits, w.token_balance INTO wallets
      FROM credits.consumer_credits w WHERE w.consumer_id = p_consumer_id FOR UPDATE;
    payer := CASE WHEN wallets.trial_credits > 0 THEN 'trial' WHEN wallets.token_balance > 0 THEN 'token' END;
    IF payer IS NOT NULL THEN
        INSERT INTO credits.consumer_charges (id, consumer_id, credit_type, issuer, status)
             VALUES (p_charge_id, p_consumer_id, payer, p_issuer, 'charged')
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            PERFORM credits.move_consumer_credit(p_consumer_id, payer, -1, 'deduction', p_charge_id,
                                                 credits.without_emails(p_request_id), p_description);
            outcome := 'charged';
            credit_type := payer;
            RETURN;
        END IF;
    END IF;

    SELECT c.consumer_id, c.credit_type, c.issuer, c.status INTO known
      FROM credits.consumer_charges c WHERE c.id = p_charge_id;
    outcome := CASE
        WHEN NOT FOUND THEN 'insufficient'
        WHEN known.consumer_id <> p_consumer_id THEN 'foreign'
        WHEN known.status = 'released' THEN 'released'
        WHEN known.issuer IS DISTINCT FROM p_issuer THEN 'foreign'
        ELSE 'replayed'
    END;
    IF outcome = 'replayed' THEN
        credit_type := known.credit_type;
    END IF;
END;
$$;
COMMENT ON FUNCTION credits.charge_consumer(UUID, UUID, TEXT, TEXT, TEXT) IS
    'Takes one credit once per charge id, a trial credit before a token: charged, replayed (both with the wallet that paid), released, insufficient (write nothing), or foreign (another consumer''s id or issuer; changes nothing). Only jobs of the issuer see the charge.';

CREATE OR REPLACE FUNCTION credits.release_consumer(
    p_charge_id UUID, p_consumer_id UUID, p_request_id TEXT, p_description TEXT) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    payer TEXT;
    known RECORD;
BEGIN
    IF p_charge_id IS NULL OR p_consumer_id IS NULL OR p_request_id IS NULL THEN
        RAISE EXCEPTION 'a release needs a charge, a consumer and a request id' USING ERRCODE = '22023';
    END IF;
    LOOP
        PERFORM FROM credits.consumer_credits w WHERE w.consumer_id = p_consumer_id FOR UPDATE;
        UPDATE credits.consumer_charges c SET status = 'released', released_at = clock_timestamp()
         WHERE c.id = p_charge_id AND c.consumer_id = p_consumer_id AND c.status = 'charged'
        RETURNING c.credit_type INTO payer;
        IF FOUND THEN
            PERFORM credits.move_consumer_credit(p_consumer_id, payer, 1, 'refund', p_charge_id,
                                                 credits.without_emails(p_request_id), p_description);
            RETURN 'released';
        END IF;
        INSERT INTO credits.consumer_charges (id, consumer_id, status, released_at)
             VALUES (p_charge_id, p_consumer_id, 'released', clock_timestamp())
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            RETURN 'never_charged';
        END IF;
        SELECT c.consumer_id, c.credit_type, c.status INTO STRICT known
          FROM credits.consumer_charges c WHERE c.id = p_charge_id;
        IF known.consumer_id <> p_consumer_id THEN
            RETURN 'foreign';
        ELSIF known.status = 'released' THEN
            RETURN CASE WHEN known.credit_type IS NULL THEN 'never_charged' ELSE 'already_released' END;
        END IF;
        -- The wallet was opened and charged after the first statement. The next round finds the charge.
    END LOOP;
END;
$$;
COMMENT ON FUNCTION credits.release_consumer(UUID, UUID, TEXT, TEXT) IS
    'Releases a charge once, to the wallet that paid: released, already_released, never_charged (from now on the id cannot be charged) or foreign (changes nothing).';

CREATE OR REPLACE FUNCTION credits.move_consumer_credit(
    p_consumer_id UUID, p_credit_type TEXT, p_amount INTEGER, p_type TEXT, p_charge_id UUID, p_request_id TEXT, p_description TEXT,
    OUT transaction_id UUID, OUT balance INTEGER)
    LANGUAGE plpgsql AS
$$
DECLARE
    granted  INTEGER := CASE WHEN p_type IN ('trial', 'grant') THEN p_amount ELSE 0 END;
    consumed INTEGER := CASE WHEN p_type IN ('trial', 'grant') THEN 0 ELSE -p_amount END;
BEGIN
    IF p_credit_type = 'trial' THEN
        UPDATE credits.consumer_credits w
           SET trial_credits = w.trial_credits + p_amount, trial_granted = w.trial_granted + granted,
               trial_consumed = w.trial_consumed + consumed
         WHERE w.consumer_id = p_consumer_id
        RETURNING w.trial_credits INTO STRICT balance;
    ELSE
        UPDATE credits.consumer_credits w
           SET token_balance = w.token_balance + p_amount, total_purchased = w.total_purchased + granted,
               total_consumed = w.total_consumed + consumed
         WHERE w.consumer_id = p_consumer_id
        RETURNING w.token_balance INTO STRICT balance;
    END IF;
    INSERT INTO credits.consumer_credit_transactions AS t
                (consumer_id, credit_type, amount, type, charge_id, request_id, description, balance_after)
         VALUES (p_consumer_id, p_credit_type, p_amount, p_type, p_charge_id, p_request_id,
                 credits.without_emails(p_description), balance)
      RETURNING t.id INTO transaction_id;
END;
$$;
COMMENT ON FUNCTION credits.move_consumer_credit(UUID, TEXT, INTEGER, TEXT, UUID, TEXT, TEXT) IS
    'Changes one wallet and writes the movement. The caller has decided that it may.';

CREATE OR REPLACE FUNCTION credits.open_consumer_wallets(p_consumer_id UUID) RETURNS credits.consumer_credits
    LANGUAGE plpgsql AS
$$
DECLARE
    wallets credits.consumer_credits;
BEGIN
    INSERT INTO credits.consumer_credits (consumer_id) VALUES (p_consumer_id) ON CONFLICT (consumer_id) DO NOTHING;
    SELECT * INTO STRICT wallets FROM credits.consumer_credits w WHERE w.consumer_id = p_consumer_id FOR UPDATE;
    RETURN wallets;
END;
$$;
COMMENT ON FUNCTION credits.open_consumer_wallets(UUID) IS 'Locks both wallets of a consumer; opens them, with 0 credits, if there are none.';

CREATE OR REPLACE FUNCTION credits.grant_tokens(
    p_consumer_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT,
    OUT outcome TEXT, OUT transaction_id UUID, OUT balance INTEGER)
    LANGUAGE plpgsql AS
$$
DECLARE
    wallets credits.consumer_credits;
    known   RECORD;
BEGIN
    IF p_consumer_id IS NULL OR p_request_id IS NULL OR COALESCE(p_amount, 0) <= 0 THEN
        RAISE EXCEPTION 'a grant needs a consumer, a request id and a positive amount' USING ERRCODE = '22023';
    END IF;
    wallets := credits.open_consumer_wallets(p_consumer_id);
    SELECT t.id, t.amount, t.balance_after INTO known
      FROM credits.consumer_credit_transactions t
     WHERE t.consumer_id = p_consumer_id AND t.request_id = p_request_id AND t.type = 'grant';
    IF FOUND THEN
        outcome := CASE WHEN known.amount = p_amount THEN 'replayed' ELSE 'key_reused' END;
        IF outcome = 'replayed' THEN
            transaction_id := known.id;
            balance := known.balance_after;
        END IF;
    ELSIF wallets.total_purchased::BIGINT + p_amount > 2147483647 THEN
        outcome := 'wallet_full';
    ELSE
        outcome := 'granted';
        SELECT m.transaction_id, m.balance INTO transaction_id, balance
          FROM credits.move_consumer_credit(p_consumer_id, 'token', p_amount, 'grant', NULL, p_request_id, p_description) m;
    END IF;
END;
$$;
COMMENT ON FUNCTION credits.grant_tokens(UUID, INTEGER, TEXT, TEXT) IS
    'Adds tokens once per consumer and request id: granted, replayed, key_reused (another amount) or wallet_full (change nothing).';

CREATE OR REPLACE FUNCTION credits.grant_trial(
    p_consumer_id UUID, p_address_key BYTEA, p_network_key BYTEA, p_credits INTEGER, p_per_day INTEGER, p_per_network INTEGER)
    RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    today     DATE;
    everybody CONSTANT BYTEA := ''::BYTEA;
BEGIN
    IF p_consumer_id IS NULL OR COALESCE(p_credits, 0) <= 0 OR p_per_day IS NULL OR p_per_network IS NULL
        OR octet_length(p_address_key) IS DISTINCT FROM 32 OR octet_length(p_network_key) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'a trial needs a consumer, two keys of 32 bytes, a positive amount and two limits' USING ERRCODE = '22023';
    END IF;
    PERFORM credits.open_consumer_wallets(p_consumer_id);
    -- One trial after another: they are few, and the counts must be exact.
    LOCK TABLE credits.trial_counts IN SHARE ROW EXCLUSIVE MODE;
    -- Only now: the lock may have been waited for over midnight.
    today := (clock_timestamp() AT TIME ZONE 'UTC')::DATE;
    IF EXISTS (SELECT FROM credits.consumer_credit_transactions t WHERE t.consumer_id = p_consumer_id AND t.type = 'trial') THEN
        RETURN 'replayed';
    ELSIF EXISTS (SELECT FROM credits.trials t WHERE t.address_key = p_address_key) THEN
        RETURN 'had_one';
    ELSIF EXISTS (SELECT FROM credits.trial_counts c
                   WHERE c.day = today AND c.network_key = p_network_key AND c.granted >= p_per_network) OR p_per_network <= 0 THEN
        RETURN 'network_full';
    ELSIF EXISTS (SELECT FROM credits.trial_counts c
                   WHERE c.day = today AND c.network_key = everybody AND c.granted >= p_per_day) OR p_per_day <= 0 THEN
        RETURN 'day_full';
    END IF;
    DELETE FROM credits.trial_counts c WHERE c.day < today;
    INSERT INTO credits.trial_counts AS c (day, network_key, granted) VALUES (today, everybody, 1), (today, p_network_key, 1)
    ON CONFLICT (day, network_key) DO UPDATE SET granted = c.granted + 1;
    INSERT INTO credits.trials (address_key) VALUES (p_address_key);
    PERFORM credits.move_consumer_credit(p_consumer_id, 'trial', p_credits, 'trial', NULL, 'trial', 'Trial credits');
    RETURN 'granted';
END;
$$;
COMMENT ON FUNCTION credits.grant_trial(UUID, BYTEA, BYTEA, INTEGER, INTEGER, INTEGER) IS
    'Adds trial credits, once per consumer and once per address for ever: granted, replayed (this consumer has them), had_one (the address had them under an earlier account), network_full or day_full (the limit of the UTC day is reached; change nothing).';

-- Those that other programs call in SQL, with the names, parameters and results of the story of the consumers.

CREATE OR REPLACE FUNCTION credits.consume_credit(p_user_id UUID, p_generation_id UUID DEFAULT NULL) RETURNS TEXT
    LANGUAGE plpgsql AS
$$
DECLARE
    charge_id UUID := COALESCE(p_generation_id, gen_random_uuid());
    charge    RECORD;
BEGIN
    charge := credits.charge_consumer(charge_id, p_user_id, charge_id::TEXT, 'Generation');
    IF charge.outcome = 'insufficient' THEN
        RAISE EXCEPTION 'Insufficient credits' USING ERRCODE = 'WC010';
    END IF;
    PERFORM credits.accept_or_raise(charge.outcome, 'charged', 'replayed');
    RETURN charge.credit_type;
END;
$$;
COMMENT ON FUNCTION credits.consume_credit(UUID, UUID) IS
    'Takes one credit, a trial credit before a token, and returns which: trial or token. Repeats with the same generation take nothing more. Without credits SQLSTATE WC010.';

CREATE OR REPLACE FUNCTION credits.refund_credit(p_generation_id UUID) RETURNS VOID
    LANGUAGE plpgsql AS
$$
DECLARE
    known RECORD;
BEGIN
    SELECT c.consumer_id, c.issuer INTO known FROM credits.consumer_charges c WHERE c.id = p_generation_id;
    IF NOT FOUND THEN
        RETURN;
    ELSIF known.issuer IS NOT NULL THEN
        RAISE EXCEPTION 'the charge belongs to a generation of channel %, and only its failure gives it back', known.issuer
            USING ERRCODE = 'WC003';
    END IF;
    PERFORM credits.release_consumer(p_generation_id, known.consumer_id, p_generation_id::TEXT, 'Generation failed');
END;
$$;
COMMENT ON FUNCTION credits.refund_credit(UUID) IS
    'Gives back the credit that consume_credit took for a generation, once; nothing for an unknown one. A charge of a channel is refused with SQLSTATE WC003.';

CREATE OR REPLACE FUNCTION credits.get_credit_balance(p_user_id UUID)
    RETURNS TABLE (trial_credits INTEGER, token_balance INTEGER, total_available INTEGER)
    LANGUAGE sql STABLE AS
$$
    -- The sum of two integers may not fit into one; nobody can spend the difference.
    SELECT w.trial_credits, w.token_balance, LEAST(w.trial_credits::BIGINT + w.token_balance, 2147483647)::INTEGER
      FROM credits.consumer_credits w WHERE w.consumer_id = p_user_id;
$$;
COMMENT ON FUNCTION credits.get_credit_balance(UUID) IS 'Both balances of a consumer and their sum; no row for one who never had credits.';

-- The operator's report; R__audit.sql has that of the stores.
CREATE OR REPLACE VIEW credits.consumer_disagreements AS
WITH ledger AS (
    SELECT t.consumer_id, t.credit_type,
           SUM(t.amount) AS balance,
           SUM(t.amount) FILTER (WHERE t.type IN ('trial', 'grant')) AS granted
      FROM credits.consumer_credit_transactions t
     GROUP BY t.consumer_id, t.credit_type),
wallet AS (
    SELECT w.consumer_id, f.credit_type, f.balance, f.granted
      FROM credits.consumer_credits w
     CROSS JOIN LATERAL (VALUES ('trial', w.trial_credits, w.trial_granted),
                                ('token', w.token_balance, w.total_purchased)) f (credit_type, balance, granted)),
chain AS (
    SELECT t.consumer_id, t.entry_no, t.balance_after,
           LAG(t.balance_after, 1, 0) OVER (PARTITION BY t.consumer_id, t.credit_type ORDER BY t.entry_no)::BIGINT + t.amount AS follows
      FROM credits.consumer_credit_transactions t),
expected AS (
    SELECT c.consumer_id, c.id AS charge_id, c.credit_type, m.type, m.amount
      FROM credits.consumer_charges c
     CROSS JOIN LATERAL (VALUES ('deduction', -1), ('refund', 1)) m (type, amount)
     WHERE c.credit_type IS NOT NULL AND (m.type = 'deduction' OR c.status = 'released')),
written AS (
    SELECT t.consumer_id, t.charge_id, t.credit_type, t.type, t.amount
      FROM credits.consumer_credit_transactions t WHERE t.charge_id IS NOT NULL)
SELECT w.consumer_id, w.credit_type || ' ' || f.field AS field, f.stored::BIGINT AS stored, f.recomputed::BIGINT AS recomputed
  FROM wallet w
  LEFT JOIN ledger l ON l.consumer_id = w.consumer_id AND l.credit_type = w.credit_type
 CROSS JOIN LATERAL (VALUES ('balance', w.balance, COALESCE(l.balance, 0)),
                            ('granted', w.granted, COALESCE(l.granted, 0))) f (field, stored, recomputed)
 WHERE f.stored <> f.recomputed
UNION ALL
SELECT c.consumer_id, 'balance_after of entry ' || c.entry_no, c.balance_after, c.follows
  FROM chain c
 WHERE c.balance_after <> c.follows
UNION ALL
SELECT COALESCE(e.consumer_id, w.consumer_id), COALESCE(e.type, w.type) || ' of charge ' || COALESCE(e.charge_id, w.charge_id),
       w.amount, e.amount
  FROM expected e
  FULL JOIN written w
       ON w.charge_id = e.charge_id AND w.type = e.type AND w.credit_type = e.credit_type AND w.consumer_id = e.consumer_id
 WHERE w.amount IS DISTINCT FROM e.amount;
COMMENT ON VIEW credits.consumer_disagreements IS
    'Wallets and charges of consumers that disagree with their ledger: no row on a healthy ledger.';
