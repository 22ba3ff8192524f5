-- What the gateway must tell stores with webhooks, until it has taken it over. Triggers write the rows, so each is in the transaction
-- of its change, whatever code makes it, also an earlier version of the service. The transaction holds the lock of the pool, so
-- the numbers of a store rise in the order of its changes.
SET LOCAL lock_timeout = '5s';

CREATE TABLE credits.notices
(
    id          UUID PRIMARY KEY,
    version     BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
    store_id    UUID        NOT NULL REFERENCES credits.stores (id),
    type        TEXT        NOT NULL CHECK (type IN ('credits.low', 'credits.purchased')),
    data        JSONB       NOT NULL CHECK (jsonb_typeof(data) = 'object'),
    occurred_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE credits.notices IS 'Notices that no gateway has acknowledged yet, at most seven days.';
COMMENT ON COLUMN credits.notices.id IS 'The id of the event. That of a purchase is the id of its movement.';
COMMENT ON COLUMN credits.notices.version IS 'Rises with each notice of a store.';
COMMENT ON COLUMN credits.notices.data IS 'Facts without an address of a person and without a text of a caller.';

CREATE FUNCTION credits.notice_low_credits() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO credits.notices (id, store_id, type, data)
         VALUES (gen_random_uuid(), NEW.store_id, 'credits.low',
                 jsonb_build_object('balance', NEW.balance, 'low_credits_at', NEW.low_credits));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION credits.notice_low_credits() IS 'Trigger: a store has few credits left.';

CREATE TRIGGER low_credit_notices_notice AFTER INSERT ON credits.low_credit_notices
    FOR EACH ROW EXECUTE FUNCTION credits.notice_low_credits();

CREATE FUNCTION credits.notice_purchase() RETURNS TRIGGER
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO credits.notices (id, store_id, type, data)
         VALUES (NEW.id, NEW.store_id, 'credits.purchased',
                 jsonb_build_object('transaction_id', NEW.id, 'credits', NEW.amount, 'kind', NEW.type, 'balance', NEW.balance_after));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION credits.notice_purchase() IS 'Trigger: the pool of a store got credits that were bought or subscribed.';

-- The condition is cheap, so charges cost as much as before.
CREATE TRIGGER store_credit_transactions_notice AFTER INSERT ON credits.store_credit_transactions
    FOR EACH ROW WHEN (NEW.type IN ('purchase', 'subscription'))
    EXECUTE FUNCTION credits.notice_purchase();
