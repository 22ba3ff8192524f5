-- The webhooks of Shopify, until they are done, and a log of them. Earlier versions of the service neither write nor read this table.
SET LOCAL lock_timeout = '5s';

CREATE TABLE gateway.incoming_webhooks
(
    id              uuid PRIMARY KEY,
    webhook_id      text        NOT NULL,
    event_id        text,
    shop            text        NOT NULL,
    topic           text        NOT NULL,
    triggered_at    timestamptz NOT NULL,
    received_at     timestamptz NOT NULL DEFAULT now(),
    waiting_since   timestamptz NOT NULL DEFAULT now(),
    body            text,
    attempts        integer     NOT NULL DEFAULT 0,
    taken           integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    leased_until    timestamptz,
    handled_at      timestamptz,
    outcome         text,
    reason          text,
    CONSTRAINT incoming_webhooks_webhook_id_key UNIQUE (webhook_id),
    CONSTRAINT incoming_webhooks_outcome_check CHECK (outcome IN ('done', 'ignored', 'failed')),
    CONSTRAINT incoming_webhooks_next_attempt_at_check CHECK ((next_attempt_at IS NOT NULL) = (outcome IS NULL)),
    CONSTRAINT incoming_webhooks_leased_until_check CHECK (leased_until IS NULL OR outcome IS NULL),
    CONSTRAINT incoming_webhooks_handled_at_check
        CHECK ((handled_at IS NOT NULL) = COALESCE(outcome IN ('done', 'ignored'), false)),
    -- Whoever writes: what is done keeps nothing personal.
    CONSTRAINT incoming_webhooks_body_check CHECK ((body IS NULL) = (handled_at IS NOT NULL))
);

COMMENT ON TABLE gateway.incoming_webhooks IS
    'Webhooks of Shopify, each once, for 30 days. No foreign key: a webhook may name a shop that has no store.';
COMMENT ON COLUMN gateway.incoming_webhooks.webhook_id IS 'Of the delivery; Shopify repeats it with the same id.';
COMMENT ON COLUMN gateway.incoming_webhooks.event_id IS 'Of the event; several subscriptions to one topic send the same event.';
COMMENT ON COLUMN gateway.incoming_webhooks.shop IS 'The permanent domain in lower case: the owner of the row.';
COMMENT ON COLUMN gateway.incoming_webhooks.triggered_at IS 'When it happened, by the clock of Shopify.';
COMMENT ON COLUMN gateway.incoming_webhooks.waiting_since IS 'When it arrived, or when an operator sent it back to the work.';
COMMENT ON COLUMN gateway.incoming_webhooks.body IS 'The signed text, which is personal. Null: handled.';
COMMENT ON COLUMN gateway.incoming_webhooks.attempts IS 'Since waiting_since.';
COMMENT ON COLUMN gateway.incoming_webhooks.taken IS 'How often it was taken. A result of an earlier time is ignored.';
COMMENT ON COLUMN gateway.incoming_webhooks.next_attempt_at IS
    'When it may be taken. Moves to the end of the lease when it is taken. Null: it has an outcome.';
COMMENT ON COLUMN gateway.incoming_webhooks.handled_at IS 'Null: it waits or has failed, so it still has its body.';
COMMENT ON COLUMN gateway.incoming_webhooks.outcome IS 'Null: it waits.';
COMMENT ON COLUMN gateway.incoming_webhooks.reason IS 'Of the last attempt, for the operator; nothing personal.';

CREATE UNIQUE INDEX incoming_webhooks_event_id_key ON gateway.incoming_webhooks (shop, topic, event_id)
    WHERE event_id IS NOT NULL;
CREATE INDEX incoming_webhooks_next_attempt_at_idx ON gateway.incoming_webhooks (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX incoming_webhooks_received_at_idx ON gateway.incoming_webhooks (received_at DESC, id DESC);
CREATE INDEX incoming_webhooks_shop_idx ON gateway.incoming_webhooks (shop, received_at DESC, id DESC);
CREATE INDEX incoming_webhooks_unhandled_idx ON gateway.incoming_webhooks (received_at DESC, id DESC)
    WHERE handled_at IS NULL;

ALTER TABLE gateway.incoming_webhooks SET
    (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02,
     toast.autovacuum_vacuum_threshold = 500, toast.autovacuum_vacuum_scale_factor = 0.02);
