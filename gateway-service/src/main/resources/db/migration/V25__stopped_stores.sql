-- A store can be suspended, which deletes nothing. What has to be done in other services after a store was stopped, or for the
-- privacy of its shoppers, is a job: its row is written in the transaction of the change.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.stores ADD COLUMN suspended_at timestamptz;
COMMENT ON COLUMN gateway.stores.suspended_at IS
    'Since when the operator has suspended the store; null if not. It is apart from status, so that an uninstall and an install do not lift it, and storage keeps the images.';

-- The version before reads this view as well, so it refuses the keys of a suspended store.
CREATE OR REPLACE VIEW gateway.store_terms AS
SELECT id AS store_id,
       CASE WHEN suspended_at IS NULL THEN status ELSE 'suspended' END AS status,
       billing_mode,
       subscription_tier,
       subscription_status,
       CASE WHEN overage_enabled THEN overage_monthly_cap_cents END AS overage_cap_cents,
       require_shopper_email,
       shopper_creates_per_day,
       changed_at,
       daily_credit_cap,
       anonymous_per_day,
       low_credits_at,
       test,
       image_hosts
  FROM gateway.stores;

CREATE TABLE gateway.store_jobs
(
    id          uuid PRIMARY KEY     DEFAULT gen_random_uuid(),
    store_id    uuid        NOT NULL REFERENCES gateway.stores (id) ON DELETE CASCADE,
    kind        text        NOT NULL,
    origin      text        NOT NULL,
    request_key text        NOT NULL,
    shoppers    text[],
    step        smallint    NOT NULL DEFAULT 0,
    passes      smallint    NOT NULL DEFAULT 0,
    attempts    integer     NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    due_at      timestamptz          DEFAULT now(),
    done_at     timestamptz,
    CONSTRAINT store_jobs_kind_check CHECK (kind IN ('stop', 'redact_shopper', 'redact_shop', 'data_request')),
    CONSTRAINT store_jobs_request_key UNIQUE (store_id, kind, request_key),
    CONSTRAINT store_jobs_shoppers_check CHECK (
        CASE
            WHEN kind IN ('stop', 'redact_shop') THEN shoppers IS NULL
            WHEN kind = 'redact_shopper' AND done_at IS NOT NULL THEN shoppers IS NULL
            ELSE cardinality(shoppers) BETWEEN 1 AND 100
        END),
    CONSTRAINT store_jobs_done_check CHECK ((due_at IS NULL) = (done_at IS NOT NULL))
);

CREATE INDEX idx_store_jobs_due_at ON gateway.store_jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX idx_store_jobs_done_at ON gateway.store_jobs (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX idx_store_jobs_store_id ON gateway.store_jobs (store_id, created_at DESC, id DESC);

COMMENT ON TABLE gateway.store_jobs IS
    'Work for a store in other services, and requests of the privacy law. A done row is kept for 30 days.';
COMMENT ON COLUMN gateway.store_jobs.kind IS
    'stop: cancel what is queued. redact_shopper, redact_shop: delete what names shoppers. data_request: nothing is done; the data are read when somebody fetches them.';
COMMENT ON COLUMN gateway.store_jobs.origin IS 'operator, shopify or store: who caused it.';
COMMENT ON COLUMN gateway.store_jobs.request_key IS 'Names the request within store and kind, so that a repeat makes no second job.';
COMMENT ON COLUMN gateway.store_jobs.shoppers IS
    'All names of the shopper, as in shopper_tokens.shopper. Deleted when the job is done; a data request keeps them until it is deleted itself.';
COMMENT ON COLUMN gateway.store_jobs.step IS 'The next step. Each step may be repeated.';
COMMENT ON COLUMN gateway.store_jobs.passes IS 'How often all steps were done. The second time finds what was under way during the first.';
COMMENT ON COLUMN gateway.store_jobs.due_at IS 'When it may be worked on; whoever takes it moves this on first. Null: done.';

CREATE FUNCTION gateway.stop_store() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO gateway.store_jobs (store_id, kind, origin, request_key)
    VALUES (NEW.id, 'stop', 'store', NEW.changed_at::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION gateway.stop_store() IS
    'A trigger and not a second statement, so that no store can be stopped without its job, whatever code stops it.';

CREATE TRIGGER stores_stop
    AFTER UPDATE
    ON gateway.stores
    FOR EACH ROW
    WHEN (OLD.status = 'active' AND OLD.suspended_at IS NULL AND (NEW.status <> 'active' OR NEW.suspended_at IS NOT NULL))
EXECUTE FUNCTION gateway.stop_store();
