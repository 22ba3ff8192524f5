-- What endpoints receive, and each attempt to deliver it. Earlier versions of the service neither write nor read these tables.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.webhook_endpoints
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN probe_at timestamptz,
    ADD COLUMN rests_until timestamptz,
    ADD CONSTRAINT webhook_endpoints_failing_check
        CHECK ((failing_since IS NULL) = (probe_at IS NULL) AND (failing_since IS NULL) = (failures = 0));

COMMENT ON COLUMN gateway.webhook_endpoints.failing_since IS 'The first failure after the last success. Null: the last attempt succeeded.';
COMMENT ON COLUMN gateway.webhook_endpoints.failures IS 'The attempts that failed since the last success.';
COMMENT ON COLUMN gateway.webhook_endpoints.probe_at IS 'When a failing endpoint gets the next message: one at a time.';
COMMENT ON COLUMN gateway.webhook_endpoints.rests_until IS
    'When it may get messages again: each message costs a tenth of a second. The lowest is the next, so that all have their turn.';

CREATE TABLE gateway.webhook_messages
(
    endpoint_id  uuid        NOT NULL,
    event_id     uuid        NOT NULL,
    store_id     uuid        NOT NULL,
    type         text        NOT NULL,
    payload      text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    status       text        NOT NULL DEFAULT 'pending',
    attempts     integer     NOT NULL DEFAULT 0,
    taken        integer     NOT NULL DEFAULT 0,
    due_at       timestamptz DEFAULT now(),
    leased_until timestamptz,
    PRIMARY KEY (endpoint_id, event_id),
    CONSTRAINT webhook_messages_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
    CONSTRAINT webhook_messages_due_at_check CHECK ((due_at IS NOT NULL) = (status = 'pending')),
    CONSTRAINT webhook_messages_leased_until_check CHECK (leased_until IS NULL OR status = 'pending')
);

COMMENT ON TABLE gateway.webhook_messages IS
    'An event for an endpoint, for 30 days. No foreign key: the messages of a deleted endpoint end with the others, in batches.';
COMMENT ON COLUMN gateway.webhook_messages.payload IS 'The signed bytes. Has no URL and no address of a person.';
COMMENT ON COLUMN gateway.webhook_messages.attempts IS 'Since the message was created or sent again.';
COMMENT ON COLUMN gateway.webhook_messages.taken IS 'How often it was taken. A result of an earlier time is ignored.';
COMMENT ON COLUMN gateway.webhook_messages.due_at IS 'When it may be taken. Moves to the end of the lease when it is taken.';

CREATE INDEX webhook_messages_due_at_idx ON gateway.webhook_messages (endpoint_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_messages_leased_until_idx ON gateway.webhook_messages (endpoint_id, leased_until)
    WHERE leased_until IS NOT NULL;
CREATE INDEX webhook_messages_occurred_at_idx ON gateway.webhook_messages (endpoint_id, occurred_at, event_id);
CREATE INDEX webhook_messages_created_at_idx ON gateway.webhook_messages (created_at);

CREATE TABLE gateway.webhook_attempts
(
    id           uuid PRIMARY KEY,
    endpoint_id  uuid        NOT NULL,
    event_id     uuid        NOT NULL,
    store_id     uuid        NOT NULL,
    attempted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    outcome      text        NOT NULL,
    status       integer,
    duration_ms  integer     NOT NULL,
    response     text,
    CONSTRAINT webhook_attempts_outcome_check
        CHECK (outcome IN ('delivered', 'refused', 'timeout', 'unreachable', 'no_address')),
    CONSTRAINT webhook_attempts_status_check CHECK ((status IS NOT NULL) = (outcome IN ('delivered', 'refused')))
);

COMMENT ON TABLE gateway.webhook_attempts IS 'Each attempt to deliver a message, for 30 days.';
COMMENT ON COLUMN gateway.webhook_attempts.response IS 'The start of the receiver''s answer.';

CREATE INDEX webhook_attempts_endpoint_id_idx
    ON gateway.webhook_attempts (endpoint_id, attempted_at DESC, id DESC);
CREATE INDEX webhook_attempts_attempted_at_idx ON gateway.webhook_attempts (attempted_at);

ALTER TABLE gateway.webhook_messages SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02);
