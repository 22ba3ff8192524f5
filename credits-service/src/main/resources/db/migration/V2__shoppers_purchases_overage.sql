-- Shoppers' wallets with a ledger of their own, the purchases that fill them, and overage: story 1.1's resell tables,
-- and what the store's ledger needs to tell of both. What moves credits stands in the repeatable migrations.

CREATE FUNCTION credits.normal_email(p_email TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN normalize(lower(normalize(btrim(p_email, E' \t\r\n'), NFC) COLLATE "und-x-icu"), NFC);
COMMENT ON FUNCTION credits.normal_email(TEXT) IS
    'One spelling for one shopper: trimmed, in lower case (whatever the database''s locale), composed (NFC).';

CREATE FUNCTION credits.time_ordered_id() RETURNS UUID
    LANGUAGE sql VOLATILE PARALLEL SAFE
    -- Version 7: 48 bits of milliseconds before the random ones. PostgreSQL has a function for it from 18 on only.
    RETURN encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send((date_part('epoch', clock_timestamp()) * 1000)::BIGINT) FROM 3) FROM 1 FOR 6),
            52, 1), 53, 1), 'hex')::UUID;
COMMENT ON FUNCTION credits.time_ordered_id() IS
    'An id for a row of a table that only grows: rows that come together lie together in its index.';
ALTER TABLE credits.store_credit_transactions ALTER COLUMN id SET DEFAULT credits.time_ordered_id();

CREATE TABLE credits.store_shopper_credits (
    id              UUID        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    store_id        UUID        NOT NULL REFERENCES credits.stores (id),
    shopper_email   TEXT        NOT NULL,
    balance         INTEGER     NOT NULL DEFAULT 0,
    total_purchased INTEGER     NOT NULL DEFAULT 0,
    total_spent     INTEGER     NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT store_shopper_credits_email_normal
        CHECK (shopper_email = credits.normal_email(shopper_email) AND char_length(shopper_email) BETWEEN 3 AND 254),
    CONSTRAINT store_shopper_credits_balance_not_negative CHECK (balance >= 0),
    CONSTRAINT store_shopper_credits_total_spent_not_negative CHECK (total_spent >= 0),
    CONSTRAINT store_shopper_credits_balance_adds_up
        CHECK (balance::BIGINT = total_purchased::BIGINT - total_spent::BIGINT)
);
COMMENT ON TABLE credits.store_shopper_credits IS
    'A shopper''s wallet at one store, filled from the store''s pool: balance = total_purchased - total_spent = sum of its ledger, at every commit.';
COMMENT ON COLUMN credits.store_shopper_credits.shopper_email IS
    'Normalised, so that one shopper has one wallet. Nothing else in the ledgers names the shopper.';
CREATE UNIQUE INDEX idx_store_shopper_credits_store_email ON credits.store_shopper_credits (store_id, shopper_email);

CREATE TABLE credits.store_shopper_purchases (
    id                UUID        NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    store_id          UUID        NOT NULL REFERENCES credits.stores (id),
    shopper_email     TEXT        NOT NULL,
    shopify_order_id  TEXT        NOT NULL,
    credits_purchased INTEGER     NOT NULL,
    amount_paid       NUMERIC     NOT NULL,
    currency          TEXT        NOT NULL DEFAULT 'USD',
    status            TEXT        NOT NULL DEFAULT 'pending',
    request_id        TEXT,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    completed_at      TIMESTAMPTZ,
    CONSTRAINT store_shopper_purchases_credits_positive CHECK (credits_purchased > 0),
    CONSTRAINT store_shopper_purchases_amount_paid_not_negative CHECK (amount_paid >= 0),
    CONSTRAINT store_shopper_purchases_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT store_shopper_purchases_order_id_length CHECK (char_length(shopify_order_id) BETWEEN 1 AND 64),
    CONSTRAINT store_shopper_purchases_status_known CHECK (status IN ('pending', 'completed')),
    CONSTRAINT store_shopper_purchases_completed_has_time CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CONSTRAINT store_shopper_purchases_of_a_wallet
        FOREIGN KEY (store_id, shopper_email) REFERENCES credits.store_shopper_credits (store_id, shopper_email)
);
COMMENT ON TABLE credits.store_shopper_purchases IS
    'What shoppers paid for, once per (store, order). Pending: the store''s pool was too small; completed after a top-up.';
CREATE UNIQUE INDEX idx_store_shopper_purchases_order_id
    ON credits.store_shopper_purchases (store_id, shopify_order_id);
CREATE INDEX idx_store_shopper_purchases_store_id ON credits.store_shopper_purchases (store_id, created_at);
CREATE INDEX idx_store_shopper_purchases_pending
    ON credits.store_shopper_purchases (store_id, created_at, id) WHERE status = 'pending';

CREATE FUNCTION credits.keep_purchase() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF OLD.status = 'completed' OR (to_jsonb(NEW) - ARRAY ['status', 'completed_at'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY ['status', 'completed_at']) THEN
        RAISE EXCEPTION 'UPDATE of credits.store_shopper_purchases is refused: a purchase only ever becomes completed'
            USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_purchase() IS 'Trigger: a purchase goes from pending to completed, nothing else of it changes.';

CREATE TABLE credits.store_shopper_credit_transactions (
    id            UUID        NOT NULL PRIMARY KEY DEFAULT credits.time_ordered_id(),
    entry_no      BIGINT      NOT NULL GENERATED ALWAYS AS IDENTITY,
    store_id      UUID        NOT NULL REFERENCES credits.stores (id),
    wallet_id     UUID        NOT NULL REFERENCES credits.store_shopper_credits (id),
    amount        INTEGER     NOT NULL,
    type          TEXT        NOT NULL,
    charge_id     UUID,
    purchase_id   UUID REFERENCES credits.store_shopper_purchases (id),
    request_id    TEXT        NOT NULL,
    description   TEXT,
    balance_after INTEGER     NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT store_shopper_credit_transactions_type_known CHECK (type IN ('deduction', 'refund', 'purchase')),
    CONSTRAINT store_shopper_credit_transactions_amount_fits_type
        CHECK (CASE type WHEN 'deduction' THEN amount < 0 ELSE amount > 0 END),
    CONSTRAINT store_shopper_credit_transactions_has_its_cause
        CHECK (CASE type
                   WHEN 'purchase' THEN purchase_id IS NOT NULL AND charge_id IS NULL
                   ELSE charge_id IS NOT NULL AND purchase_id IS NULL
               END),
    CONSTRAINT store_shopper_credit_transactions_names_nobody
        CHECK (concat(description, ' ', request_id) !~ '[^[:space:]]@[^[:space:]]'),
    CONSTRAINT store_shopper_credit_transactions_request_id_length CHECK (char_length(request_id) BETWEEN 1 AND 255),
    CONSTRAINT store_shopper_credit_transactions_balance_after_not_negative CHECK (balance_after >= 0)
);
COMMENT ON TABLE credits.store_shopper_credit_transactions IS
    'The ledger of the shoppers'' wallets: append-only, every movement once, no e-mail address in it.';
COMMENT ON COLUMN credits.store_shopper_credit_transactions.amount IS
    'Signed: what the movement adds to the balance. A deduction of 1 is -1.';
COMMENT ON COLUMN credits.store_shopper_credit_transactions.entry_no IS
    'The order of movements within a wallet. Taken under the wallet''s lock; gaps mean nothing.';
CREATE UNIQUE INDEX store_shopper_credit_transactions_once_per_charge
    ON credits.store_shopper_credit_transactions (charge_id, type);
CREATE UNIQUE INDEX store_shopper_credit_transactions_once_per_purchase
    ON credits.store_shopper_credit_transactions (purchase_id);
CREATE INDEX idx_store_shopper_credit_transactions_wallet_id
    ON credits.store_shopper_credit_transactions (wallet_id, entry_no);

-- A charge says who paid it: the pool, a shopper, or, when the pool was empty and the operator allows it, nobody yet.
ALTER TABLE credits.charges
    ADD COLUMN paid_by TEXT,
    ADD COLUMN price_cents INTEGER;
UPDATE credits.charges SET paid_by = 'pool' WHERE wallet_id IS NOT NULL;
ALTER TABLE credits.charges
    ADD CONSTRAINT charges_paid_by_known CHECK (paid_by IN ('pool', 'shopper', 'overage')),
    ADD CONSTRAINT charges_wallet_is_who_paid CHECK ((wallet_id IS NULL) = (paid_by IS NULL)),
    ADD CONSTRAINT charges_overage_has_price
        CHECK ((paid_by IS NOT DISTINCT FROM 'overage') = (price_cents IS NOT NULL)),
    ADD CONSTRAINT charges_price_positive CHECK (price_cents > 0);
COMMENT ON COLUMN credits.charges.paid_by IS
    'pool: wallet_id is the store''s. shopper: the shopper''s. overage: the store''s, untouched; price_cents is owed.';
COMMENT ON COLUMN credits.charges.price_cents IS 'Of an overage: what the whole charge costs, in cents.';

ALTER TABLE credits.store_credit_transactions
    ADD COLUMN price_cents INTEGER,
    ADD COLUMN purchase_id UUID REFERENCES credits.store_shopper_purchases (id),
    DROP CONSTRAINT store_credit_transactions_charge_fits_type,
    ADD CONSTRAINT store_credit_transactions_has_its_cause CHECK (
        CASE
            WHEN type IN ('refund', 'overage') THEN charge_id IS NOT NULL AND purchase_id IS NULL
            -- Credits leave the pool for a try-on, or for the wallet of a shopper who bought them.
            WHEN type = 'deduction' THEN (charge_id IS NULL) <> (purchase_id IS NULL)
            ELSE charge_id IS NULL AND purchase_id IS NULL
        END),
    ADD CONSTRAINT store_credit_transactions_price_without_amount CHECK ((amount = 0) = (price_cents IS NOT NULL)),
    ADD CONSTRAINT store_credit_transactions_price_positive CHECK (price_cents > 0);
COMMENT ON COLUMN credits.store_credit_transactions.price_cents IS
    'Of an overage what it costs, of the refund that voids one what is no longer owed; both leave the balance as it is.';
COMMENT ON COLUMN credits.store_credit_transactions.purchase_id IS 'The shopper''s purchase that these credits left the pool for.';
CREATE UNIQUE INDEX store_credit_transactions_once_per_purchase
    ON credits.store_credit_transactions (purchase_id) WHERE purchase_id IS NOT NULL;

-- One grant per request, whatever its type.
DROP INDEX credits.store_credit_transactions_once_per_request;
CREATE UNIQUE INDEX store_credit_transactions_once_per_request
    ON credits.store_credit_transactions (store_id, request_id) WHERE type IN ('purchase', 'subscription');

CREATE FUNCTION credits.keep_charge() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    IF OLD.status = 'released' OR NEW.status <> 'released'
        OR (NEW.id, NEW.store_id, NEW.wallet_id, NEW.paid_by, NEW.amount, NEW.price_cents, NEW.created_at)
            IS DISTINCT FROM
           (OLD.id, OLD.store_id, OLD.wallet_id, OLD.paid_by, OLD.amount, OLD.price_cents, OLD.created_at) THEN
        RAISE EXCEPTION 'UPDATE of credits.charges is refused: a charge only ever becomes released' USING ERRCODE = 'WC007';
    END IF;
    RETURN NEW;
END;
$$;
COMMENT ON FUNCTION credits.keep_charge() IS 'Trigger: a charge goes from charged to released, nothing else of it changes.';

CREATE TABLE credits.store_overage (
    store_id    UUID        NOT NULL REFERENCES credits.stores (id),
    month       DATE        NOT NULL,
    price_cents BIGINT      NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, month),
    CONSTRAINT store_overage_month_starts CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT store_overage_price_not_negative CHECK (price_cents >= 0)
);
COMMENT ON TABLE credits.store_overage IS
    'What a store owes for the overage of a calendar month (UTC), voided ones taken off; read and written under the lock of the store''s wallet.';

CREATE TRIGGER update_store_shopper_credits_updated_at BEFORE UPDATE ON credits.store_shopper_credits
    FOR EACH ROW EXECUTE FUNCTION credits.set_updated_at();
CREATE TRIGGER update_store_overage_updated_at BEFORE UPDATE ON credits.store_overage
    FOR EACH ROW EXECUTE FUNCTION credits.set_updated_at();
CREATE TRIGGER shopper_ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON credits.store_shopper_credit_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
CREATE TRIGGER purchases_stand_for_ever BEFORE DELETE OR TRUNCATE ON credits.store_shopper_purchases
    FOR EACH STATEMENT EXECUTE FUNCTION credits.refuse_change();
CREATE TRIGGER purchases_only_complete BEFORE UPDATE ON credits.store_shopper_purchases
    FOR EACH ROW EXECUTE FUNCTION credits.keep_purchase();
CREATE TRIGGER charges_only_become_released BEFORE UPDATE ON credits.charges
    FOR EACH ROW EXECUTE FUNCTION credits.keep_charge();
