-- Orders at Shopify that have a line of the store's credit product. Earlier versions of the service neither write nor read these tables.
SET LOCAL lock_timeout = '5s';

CREATE TABLE gateway.orders
(
    id            uuid PRIMARY KEY,
    store_id      uuid        NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    order_id      text        NOT NULL,
    facts         jsonb       NOT NULL,
    token_hash    text,
    seen_at       timestamptz,
    attributed_to text,
    customer_id   text,
    email         text,
    credits       integer,
    amount_paid   numeric(12, 2),
    currency      text,
    decided_at    timestamptz,
    returned      integer     NOT NULL DEFAULT 0,
    claimed_at    timestamptz,
    claimed_by    uuid,
    shopper_ref   text,
    shopper_email text,
    told_returned integer,
    told_claimed  boolean     NOT NULL DEFAULT false,
    outcome       text,
    granted       integer,
    clawed_back   integer,
    shortfall     integer,
    reason        text,
    attempts      integer     NOT NULL DEFAULT 0,
    due_at        timestamptz,
    redacted_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_order_id_key UNIQUE (store_id, order_id),
    CONSTRAINT orders_order_id_check CHECK (order_id ~ '^[0-9]{1,32}$'),
    CONSTRAINT orders_token_hash_check CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT orders_decided_check CHECK ((credits IS NULL) = (decided_at IS NULL) AND (credits IS NULL) = (amount_paid IS NULL)
        AND (credits IS NULL) = (currency IS NULL)),
    CONSTRAINT orders_credits_check CHECK (credits > 0),
    CONSTRAINT orders_returned_check CHECK (returned BETWEEN 0 AND COALESCE(credits, 0)),
    CONSTRAINT orders_claimed_check CHECK ((claimed_at IS NULL) = (claimed_by IS NULL) AND (claimed_at IS NULL OR credits IS NOT NULL)),
    CONSTRAINT orders_shopper_check CHECK (claimed_at IS NOT NULL OR (shopper_ref IS NULL AND shopper_email IS NULL)),
    CONSTRAINT orders_told_check CHECK (told_returned <= returned AND (NOT told_claimed OR claimed_at IS NOT NULL)),
    CONSTRAINT orders_outcome_check CHECK (outcome IN ('unclaimed', 'pending', 'completed', 'returned', 'refused')),
    CONSTRAINT orders_attempts_check CHECK (attempts >= 0)
);

COMMENT ON TABLE gateway.orders IS 'What is known of an order, what was decided, and what the ledger has answered. Nothing in a row is ever taken back.';
COMMENT ON COLUMN gateway.orders.order_id IS 'The id at Shopify, as digits: it may exceed 2^53.';
COMMENT ON COLUMN gateway.orders.facts IS 'Payment, lines of the product and refunds. They only grow. Nothing personal.';
COMMENT ON COLUMN gateway.orders.token_hash IS 'SHA-256 of the secret token of the order, 64 lower-case hex digits. Null: not seen.';
COMMENT ON COLUMN gateway.orders.seen_at IS 'The updated_at of the newest state that named a buyer.';
COMMENT ON COLUMN gateway.orders.attributed_to IS 'The shopper of our attribute. Null when the shopper is fixed, as are customer_id and email.';
COMMENT ON COLUMN gateway.orders.credits IS 'What was bought: fixed by the first decision, before the ledger is told.';
COMMENT ON COLUMN gateway.orders.returned IS 'How many of the credits were given back.';
COMMENT ON COLUMN gateway.orders.claimed_at IS 'When the shopper was fixed. Null: nobody knows the shopper yet.';
COMMENT ON COLUMN gateway.orders.claimed_by IS 'The pseudonym of the shopper within the store.';
COMMENT ON COLUMN gateway.orders.shopper_ref IS 'Whom the ledger is told. Null again when it knows, as is shopper_email.';
COMMENT ON COLUMN gateway.orders.told_returned IS 'How many returned credits the ledger has confirmed. Null: it has confirmed nothing.';
COMMENT ON COLUMN gateway.orders.outcome IS 'The status of the purchase in the last answer of the ledger, or refused.';
COMMENT ON COLUMN gateway.orders.redacted_at IS 'When everything that names the shopper was deleted.';
COMMENT ON COLUMN gateway.orders.due_at IS 'When the ledger is told next. Null: there is nothing to tell.';

CREATE UNIQUE INDEX orders_token_hash_idx ON gateway.orders (store_id, token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX orders_due_at_idx ON gateway.orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_created_at_idx ON gateway.orders (created_at DESC, id DESC);
CREATE INDEX orders_unclaimed_idx ON gateway.orders (decided_at) WHERE decided_at IS NOT NULL AND claimed_at IS NULL;

CREATE FUNCTION gateway.keep_order() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    IF (OLD.credits IS NOT NULL AND (NEW.credits, NEW.amount_paid, NEW.currency) IS DISTINCT FROM (OLD.credits, OLD.amount_paid, OLD.currency))
        OR (OLD.claimed_at IS NOT NULL AND NEW.claimed_at IS DISTINCT FROM OLD.claimed_at)
        -- The pseudonym of a shopper who is forgotten becomes a random one.
        OR (OLD.claimed_at IS NOT NULL AND NEW.claimed_by IS DISTINCT FROM OLD.claimed_by AND NEW.redacted_at IS NOT DISTINCT FROM OLD.redacted_at)
        OR NEW.returned < OLD.returned
        OR (OLD.told_claimed AND NOT NEW.told_claimed)
        OR NEW.told_returned < OLD.told_returned OR (NEW.told_returned IS NULL AND OLD.told_returned IS NOT NULL)
        OR (NEW.store_id, NEW.order_id) IS DISTINCT FROM (OLD.store_id, OLD.order_id) THEN
        RAISE EXCEPTION 'what is fixed of an order never changes, and what is given back never shrinks' USING ERRCODE = '23514';
    END IF;
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;

CREATE TRIGGER keep_order
    BEFORE UPDATE ON gateway.orders
    FOR EACH ROW EXECUTE FUNCTION gateway.keep_order();

CREATE TABLE gateway.order_sweeps
(
    store_id     uuid PRIMARY KEY REFERENCES gateway.stores (id) ON DELETE CASCADE,
    swept_until  timestamptz,
    since        timestamptz,
    began_at     timestamptz,
    cursor       text,
    installed_at timestamptz,
    due_at       timestamptz NOT NULL DEFAULT now(),
    holder       uuid,
    leased_until timestamptz,
    CONSTRAINT order_sweeps_running_check CHECK ((since IS NULL) = (began_at IS NULL) AND (cursor IS NULL OR since IS NOT NULL)),
    CONSTRAINT order_sweeps_lease_check CHECK ((holder IS NULL) = (leased_until IS NULL))
);

COMMENT ON TABLE gateway.order_sweeps IS 'How far the orders of a shop were read again. A store without a row was never swept.';
COMMENT ON COLUMN gateway.order_sweeps.swept_until IS 'Every change at Shopify before this time was read.';
COMMENT ON COLUMN gateway.order_sweeps.since IS 'The changes since this time are being read. Null: no sweep is under way.';
COMMENT ON COLUMN gateway.order_sweeps.cursor IS 'Of the last page that was read. Null: none yet.';
COMMENT ON COLUMN gateway.order_sweeps.installed_at IS 'That of the store at the start of the last sweep. A later one makes a sweep due at once.';
COMMENT ON COLUMN gateway.order_sweeps.holder IS 'The process that sweeps. The lease ends by itself if it dies.';
