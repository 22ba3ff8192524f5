-- Tells once that a store has few credits left. The charge that takes the credits writes the note in its own transaction; a job
-- of credits-service tells it and deletes it, so the table is almost always empty. No index has the new column and no CHECK reads
-- it, so an update of a wallet costs as much as before.
SET LOCAL lock_timeout = '5s';

ALTER TABLE credits.store_credits
    ADD COLUMN told_low_credits INTEGER;
COMMENT ON COLUMN credits.store_credits.told_low_credits IS
    'The low_credits_at of the store when it was told that it has no more credits than that. NULL: not told since a grant brought more.';

CREATE TABLE credits.low_credit_notices
(
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id       UUID        NOT NULL REFERENCES credits.stores (id),
    balance        INTEGER     NOT NULL CHECK (balance >= 0),
    low_credits    INTEGER     NOT NULL CHECK (low_credits >= balance),
    created_at     TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE credits.low_credit_notices IS
    'Notes that a store has low_credits or fewer credits left, until a job has told them.';
COMMENT ON COLUMN credits.low_credit_notices.balance IS 'The credits of the pool after the charge that crossed the limit.';
