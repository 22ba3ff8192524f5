-- The wallets of consumers, who have an account independent of any store: trial credits first, then tokens. A generation costs
-- one credit. What moves credits is in R__consumers.sql; what must never be true, whoever writes, is here.

CREATE TABLE credits.consumer_credits (
    consumer_id     UUID        NOT NULL PRIMARY KEY,
    trial_credits   INTEGER     NOT NULL DEFAULT 0,
    trial_granted   INTEGER     NOT NULL DEFAULT 0,
    trial_consumed  INTEGER     NOT NULL DEFAULT 0,
    token_balance   INTEGER     NOT NULL DEFAULT 0,
    total_purchased INTEGER     NOT NULL DEFAULT 0,
    total_consumed  INTEGER     NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT consumer_credits_trial_not_negative CHECK (trial_credits >= 0),
    CONSTRAINT consumer_credits_trial_consumed_not_negative CHECK (trial_consumed >= 0),
    CONSTRAINT consumer_credits_tokens_not_negative CHECK (token_balance >= 0),
    CONSTRAINT consumer_credits_total_consumed_not_negative CHECK (total_consumed >= 0),
    CONSTRAINT consumer_credits_trial_adds_up CHECK (trial_credits::BIGINT = trial_granted::BIGINT - trial_consumed::BIGINT),
    CONSTRAINT consumer_credits_tokens_add_up CHECK (token_balance::BIGINT = total_purchased::BIGINT - total_consumed::BIGINT)
);
COMMENT ON TABLE credits.consumer_credits IS
    'Both wallets of a consumer in one row, so that one lock decides which of them pays. Each balance is the sum of its ledger, at every commit.';
COMMENT ON COLUMN credits.consumer_credits.consumer_id IS
    'The id of the account. It stays after the account is deleted, and then names nobody.';
COMMENT ON COLUMN credits.consumer_credits.total_purchased IS 'All tokens that were granted.';

CREATE TABLE credits.consumer_charges (
    id          UUID        NOT NULL PRIMARY KEY,
    consumer_id UUID        NOT NULL,
    credit_type TEXT,
    issuer      TEXT,
    status      TEXT        NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    released_at TIMESTAMPTZ,
    CONSTRAINT consumer_charges_status_known CHECK (status IN ('charged', 'released')),
    CONSTRAINT consumer_charges_credit_type_known CHECK (credit_type IN ('trial', 'token')),
    CONSTRAINT consumer_charges_issuer_shape CHECK (issuer ~ '^[a-z][a-z0-9-]{0,31}$'),
    CONSTRAINT consumer_charges_tombstone CHECK (credit_type IS NOT NULL OR (status = 'released' AND issuer IS NULL)),
    CONSTRAINT consumer_charges_released_has_time CHECK ((status = 'released') = (released_at IS NOT NULL))
);
COMMENT ON TABLE credits.consumer_charges IS
    'One row per charge id, for ever, each of one credit: its primary key decides every race between charging, repeating and giving back.';
COMMENT ON COLUMN credits.consumer_charges.credit_type IS
    'The wallet that paid and that a release pays back to. NULL: a tombstone, the release came before the charge.';
COMMENT ON COLUMN credits.consumer_charges.issuer IS
    'Whose jobs find this charge, and who alone may give it back: the sessions of a channel. NULL: nobody''s; the SQL functions and tombstones.';

-- Each issuer reads its own unreleased charges by time, page after page.
CREATE INDEX idx_consumer_charges_issuer_created_at
    ON credits.consumer_charges (issuer, created_at, id) WHERE issuer IS NOT NULL;

CREATE TABLE credits.consumer_credit_transactions (
    id            UUID        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    entry_no      BIGINT      NOT NULL GENERATED ALWAYS AS IDENTITY,
    consumer_id   UUID        NOT NULL REFERENCES credits.consumer_credits (consumer_id),
    credit_type   TEXT        NOT NULL,
    amount        INTEGER     NOT NULL,
    type          TEXT        NOT NULL,
    charge_id     UUID        REFERENCES credits.consumer_charges (id),
    request_id    TEXT        NOT NULL,
    description   TEXT,
    balance_after INTEGER     NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT consumer_credit_transactions_credit_type_known CHECK (credit_type IN ('trial', 'token')),
    CONSTRAINT consumer_credit_transactions_type_known CHECK (type IN ('deduction', 'refund', 'trial', 'grant')),
    CONSTRAINT consumer_credit_transactions_amount_fits_type CHECK (
        CASE type WHEN 'deduction' THEN amount = -1 WHEN 'refund' THEN amount = 1 ELSE amount > 0 END),
    CONSTRAINT consumer_credit_transactions_wallet_fits_type CHECK (
        CASE type WHEN 'trial' THEN credit_type = 'trial' WHEN 'grant' THEN credit_type = 'token' ELSE TRUE END),
    CONSTRAINT consumer_credit_transactions_charge_fits_type CHECK ((charge_id IS NOT NULL) = (type IN ('deduction', 'refund'))),
    CONSTRAINT consumer_credit_transactions_request_id_length CHECK (char_length(request_id) BETWEEN 1 AND 255),
    CONSTRAINT consumer_credit_transactions_balance_after_not_negative CHECK (balance_after >= 0)
);
COMMENT ON TABLE credits.consumer_credit_transactions IS
    'The ledger of the consumers'' wallets: append-only, every movement once. Not deleted with its account.';
COMMENT ON COLUMN credits.consumer_credit_transactions.balance_after IS 'Of the wallet that credit_type names.';
COMMENT ON COLUMN credits.consumer_credit_transactions.entry_no IS
    'The order of movements of a consumer. Taken under the lock of the wallets; gaps mean nothing.';

-- One movement of a type per charge, one grant per request, one trial per consumer: the last word when two come at once.
CREATE UNIQUE INDEX consumer_credit_transactions_once_per_charge
    ON credits.consumer_credit_transactions (charge_id, type);
CREATE UNIQUE INDEX consumer_credit_transactions_once_per_request
    ON credits.consumer_credit_transactions (consumer_id, request_id) WHERE type = 'grant';
CREATE UNIQUE INDEX consumer_credit_transactions_one_trial
    ON credits.consumer_credit_transactions (consumer_id) WHERE type = 'trial';
CREATE INDEX idx_consumer_credit_transactions_consumer_id
    ON credits.consumer_credit_transactions (consumer_id, entry_no);

CREATE TABLE credits.trials (
    address_key BYTEA       NOT NULL PRIMARY KEY,
    granted_at  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT trials_address_key_length CHECK (octet_length(address_key) = 32)
);
COMMENT ON TABLE credits.trials IS
    'The e-mail addresses that have had their trial credits, for ever, also after their account is deleted. It holds nothing else about them.';
COMMENT ON COLUMN credits.trials.address_key IS
    'HMAC-SHA256 of the canonical address under a key that only the gateway has.';

CREATE TABLE credits.trial_counts (
    day         DATE    NOT NULL,
    network_key BYTEA   NOT NULL,
    granted     INTEGER NOT NULL,
    PRIMARY KEY (day, network_key),
    CONSTRAINT trial_counts_granted_positive CHECK (granted > 0)
);
COMMENT ON TABLE credits.trial_counts IS
    'The trials of a day (UTC) by client network, an HMAC; the empty key counts all. Rows of past days may be deleted.';

CREATE TRIGGER update_consumer_credits_updated_at BEFORE UPDATE ON credits.consumer_credits
    FOR EACH ROW EXECUTE FUNCTION credits.set_updated_at();
CREATE TRIGGER consumer_wallets_stand_for_ever BEFORE DELETE OR TRUNCATE ON credits.consumer_credits
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
CREATE TRIGGER consumer_ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits.consumer_credit_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
CREATE TRIGGER consumer_charges_stand_for_ever BEFORE DELETE OR TRUNCATE ON credits.consumer_charges
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
CREATE TRIGGER trials_stand_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON credits.trials
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();

CREATE FUNCTION credits.keep_consumer_charge() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF OLD.status = 'released' OR NEW.status <> 'released'
        OR (NEW.id, NEW.consumer_id, NEW.credit_type, NEW.issuer, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.consumer_id, OLD.credit_type, OLD.issuer, OLD.created_at) THEN
        RAISE EXCEPTION 'UPDATE of credits.consumer_charges is refused: a charge only ever becomes released'
            USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_consumer_charge() IS
    'Trigger: keeps a charge from every change except its release (SQLSTATE WC007).';
CREATE TRIGGER consumer_charges_only_become_released BEFORE UPDATE ON credits.consumer_charges
    FOR EACH ROW EXECUTE FUNCTION credits.keep_consumer_charge();

-- As the tables of the stores (V9).
ALTER TABLE credits.consumer_charges
    SET (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE credits.consumer_credit_transactions
    SET (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE credits.consumer_credits
    SET (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.02);
