-- The store's wallet and its ledger: tables, names and checks of story 1.1 in the schema of the service that owns them.
-- What moves credits stands in R__ledger.sql; what must never be true, whoever writes, stands here.

CREATE FUNCTION credits.set_updated_at() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.set_updated_at() IS 'Trigger: stamps the row that is being updated.';

CREATE FUNCTION credits.handle_new_store() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO credits.store_credits (store_id) VALUES (NEW.id);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION credits.handle_new_store() IS 'Trigger: opens the wallet of a new store with 0 credits.';

CREATE FUNCTION credits.refuse_change() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% of credits.% is refused: its rows stand for ever', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'WC007', HINT = 'A movement is corrected by another movement.';
END;
$$;
COMMENT ON FUNCTION credits.refuse_change() IS 'Trigger: keeps rows that are evidence from being changed (SQLSTATE WC007).';

CREATE TABLE credits.stores (
    id         UUID        NOT NULL PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE credits.stores IS
    'The stores that the ledger knows, opened at first use under a verified identity. Everything else about a store is the gateway''s.';

CREATE TABLE credits.store_credits (
    id              UUID        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    store_id        UUID        NOT NULL UNIQUE REFERENCES credits.stores (id),
    balance         INTEGER     NOT NULL DEFAULT 0,
    total_purchased INTEGER     NOT NULL DEFAULT 0,
    total_spent     INTEGER     NOT NULL DEFAULT 0,
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT store_credits_balance_not_negative CHECK (balance >= 0),
    CONSTRAINT store_credits_total_spent_not_negative CHECK (total_spent >= 0),
    -- In bigint, so that a sum at the border of integer is an answer and not an overflow.
    CONSTRAINT store_credits_balance_adds_up CHECK (balance::BIGINT = total_purchased::BIGINT - total_spent::BIGINT)
);
COMMENT ON TABLE credits.store_credits IS
    'The store''s pool, one wallet per store: balance = total_purchased - total_spent = sum of its ledger, at every commit.';
COMMENT ON COLUMN credits.store_credits.total_spent IS 'Charged and not given back: a release takes it down again.';

CREATE TABLE credits.charges (
    id          UUID        NOT NULL PRIMARY KEY,
    store_id    UUID        NOT NULL,
    wallet_id   UUID,
    amount      INTEGER,
    status      TEXT        NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    released_at TIMESTAMPTZ,
    CONSTRAINT charges_status_known CHECK (status IN ('charged', 'released')),
    CONSTRAINT charges_amount_positive CHECK (amount > 0),
    CONSTRAINT charges_wallet_has_amount CHECK ((wallet_id IS NULL) = (amount IS NULL)),
    CONSTRAINT charges_without_wallet_are_released CHECK (wallet_id IS NOT NULL OR status = 'released'),
    CONSTRAINT charges_released_has_time CHECK ((status = 'released') = (released_at IS NOT NULL))
);
COMMENT ON TABLE credits.charges IS
    'One row per charge id, for ever: its primary key decides every race between charging, repeating and giving back.';
COMMENT ON COLUMN credits.charges.store_id IS
    'Whose charge this is. No foreign key: a tombstone may name a store that was never charged before.';
COMMENT ON COLUMN credits.charges.wallet_id IS
    'The wallet that paid and that a release pays back to. NULL: a tombstone, the release came before the charge.';

-- Read by time, page after page, by who looks for charges that belong to nothing.
CREATE INDEX idx_charges_created_at ON credits.charges (created_at, id);

CREATE TABLE credits.store_credit_transactions (
    id            UUID        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    entry_no      BIGINT      NOT NULL GENERATED ALWAYS AS IDENTITY,
    store_id      UUID        NOT NULL REFERENCES credits.stores (id),
    amount        INTEGER     NOT NULL,
    type          TEXT        NOT NULL,
    charge_id     UUID,
    request_id    TEXT        NOT NULL,
    description   TEXT,
    balance_after INTEGER     NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT store_credit_transactions_type_known
        CHECK (type IN ('deduction', 'refund', 'purchase', 'subscription', 'overage')),
    CONSTRAINT store_credit_transactions_amount_fits_type CHECK (
        CASE type
            WHEN 'deduction' THEN amount < 0
            WHEN 'overage' THEN amount = 0
            -- A refund that voids an overage mints nothing.
            WHEN 'refund' THEN amount >= 0
            ELSE amount > 0
        END),
    CONSTRAINT store_credit_transactions_charge_fits_type
        CHECK ((charge_id IS NOT NULL) = (type IN ('deduction', 'refund', 'overage'))),
    CONSTRAINT store_credit_transactions_request_id_length CHECK (char_length(request_id) BETWEEN 1 AND 255),
    CONSTRAINT store_credit_transactions_balance_after_not_negative CHECK (balance_after >= 0)
);
COMMENT ON TABLE credits.store_credit_transactions IS
    'The ledger of the store wallets: append-only, every movement once. Not deleted with its store.';
COMMENT ON COLUMN credits.store_credit_transactions.amount IS
    'Signed: what the movement adds to the balance. A deduction of 1 is -1.';
COMMENT ON COLUMN credits.store_credit_transactions.entry_no IS
    'The order of movements within a wallet. Taken under the wallet''s lock; gaps mean nothing.';

-- One movement of a type per charge, one grant per request: the last word when two come at once.
CREATE UNIQUE INDEX store_credit_transactions_once_per_charge
    ON credits.store_credit_transactions (charge_id, type);
CREATE UNIQUE INDEX store_credit_transactions_once_per_request
    ON credits.store_credit_transactions (store_id, request_id, type)
    WHERE type IN ('purchase', 'subscription');
CREATE INDEX idx_store_credit_transactions_store_id
    ON credits.store_credit_transactions (store_id, entry_no);
-- Rows arrive in the order of time, so a summary per block range is enough and costs an insert next to nothing.
CREATE INDEX idx_store_credit_transactions_created_at
    ON credits.store_credit_transactions USING brin (created_at);

CREATE TRIGGER on_store_created AFTER INSERT ON credits.stores
    FOR EACH ROW EXECUTE FUNCTION credits.handle_new_store();
CREATE TRIGGER update_stores_updated_at BEFORE UPDATE ON credits.stores
    FOR EACH ROW EXECUTE FUNCTION credits.set_updated_at();
CREATE TRIGGER update_store_credits_updated_at BEFORE UPDATE ON credits.store_credits
    FOR EACH ROW EXECUTE FUNCTION credits.set_updated_at();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credits.store_credit_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
CREATE TRIGGER charges_stand_for_ever BEFORE DELETE OR TRUNCATE ON credits.charges
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
