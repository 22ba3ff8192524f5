-- The reference of the ledger's benchmark: one function that takes credits, with its tables, checks and indexes, as an
-- application would call it directly.

CREATE TABLE bench_reference.stores (
    id         UUID        NOT NULL PRIMARY KEY DEFAULT uuidv7(),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE bench_reference.store_credits (
    id              UUID        NOT NULL PRIMARY KEY DEFAULT uuidv7(),
    store_id        UUID        NOT NULL UNIQUE REFERENCES bench_reference.stores (id) ON DELETE CASCADE,
    balance         INTEGER     NOT NULL DEFAULT 0 CHECK (balance >= 0),
    total_purchased INTEGER     NOT NULL DEFAULT 0,
    total_spent     INTEGER     NOT NULL DEFAULT 0,
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE bench_reference.store_credit_transactions (
    id          UUID        NOT NULL PRIMARY KEY DEFAULT uuidv7(),
    store_id    UUID        NOT NULL REFERENCES bench_reference.stores (id) ON DELETE CASCADE,
    amount      INTEGER     NOT NULL,
    type        TEXT        NOT NULL CHECK (type IN ('deduction', 'refund', 'purchase', 'subscription', 'overage')),
    request_id  TEXT,
    description TEXT,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (store_id, request_id, type)
);
CREATE INDEX idx_store_credit_transactions_store_id ON bench_reference.store_credit_transactions (store_id);
CREATE INDEX idx_store_credit_transactions_created_at
    ON bench_reference.store_credit_transactions USING brin (created_at);

CREATE FUNCTION bench_reference.set_updated_at() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;
CREATE TRIGGER update_store_credits_updated_at BEFORE UPDATE ON bench_reference.store_credits
    FOR EACH ROW EXECUTE FUNCTION bench_reference.set_updated_at();

CREATE FUNCTION bench_reference.deduct_store_credits(
    p_store_id UUID, p_amount INTEGER, p_request_id TEXT, p_description TEXT) RETURNS BOOLEAN
    LANGUAGE plpgsql AS
$$
DECLARE
    current_balance INTEGER;
BEGIN
    IF p_amount <= 0 THEN
        RAISE EXCEPTION 'the amount must be positive';
    END IF;
    SELECT balance INTO current_balance FROM bench_reference.store_credits WHERE store_id = p_store_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the store has no wallet';
    END IF;
    IF current_balance < p_amount THEN
        RETURN FALSE;
    END IF;
    UPDATE bench_reference.store_credits
       SET balance = balance - p_amount, total_spent = total_spent + p_amount
     WHERE store_id = p_store_id;
    INSERT INTO bench_reference.store_credit_transactions (store_id, amount, type, request_id, description)
         VALUES (p_store_id, -p_amount, 'deduction', p_request_id, p_description);
    RETURN TRUE;
END;
$$;
