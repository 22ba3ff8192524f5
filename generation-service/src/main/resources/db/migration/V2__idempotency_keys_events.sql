-- The intent of a create: which session an Idempotency-Key stands for. Written before anything else.
CREATE TABLE generation.idempotency_keys (
    store_id     uuid NOT NULL,
    key          text NOT NULL CHECK (key ~ '^[\x21-\x7E]{1,255}$'),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    session_id   uuid NOT NULL UNIQUE,
    begun_at     timestamptz NOT NULL DEFAULT now(),
    takes        integer NOT NULL DEFAULT 1 CHECK (takes > 0),
    PRIMARY KEY (store_id, key)
);
CREATE INDEX idx_idempotency_keys_begun_at ON generation.idempotency_keys (begun_at);

COMMENT ON TABLE generation.idempotency_keys IS
    'One row for each Idempotency-Key of a store; its primary key decides which of several parallel creates is the one.';
COMMENT ON COLUMN generation.idempotency_keys.request_hash IS
    'SHA-256 over what was asked for: object paths, prompt, shopper. Another hash is another request.';
COMMENT ON COLUMN generation.idempotency_keys.session_id IS
    'Also the charge''s id. Replaced when that session was closed before its 201, so that the key can be used again.';
COMMENT ON COLUMN generation.idempotency_keys.begun_at IS
    'When the create under this id was begun, or taken up again after it had been left without an answer.';
COMMENT ON COLUMN generation.idempotency_keys.takes IS
    'How often that was. Whoever frees the key says for which take, so that a late one does not free what another holds.';

-- A 201 that somebody else gave than the create that made the session: from then on that create may not close it any more.
ALTER TABLE generation.store_generation_sessions ADD COLUMN acknowledged_at timestamptz;
COMMENT ON COLUMN generation.store_generation_sessions.acknowledged_at IS
    'When a repeat was first answered 201 while the session was still queued. A session that was acknowledged is not closed
because its permit could not be pushed: the sweeper pushes one.';

-- What happened, for the analytics of a store.
CREATE TABLE generation.store_analytics_events (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    store_id      uuid NOT NULL,
    event_type    text NOT NULL,
    shopper_email text,
    metadata      jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_store_analytics_events_store_id ON generation.store_analytics_events (store_id);
CREATE INDEX idx_store_analytics_events_type_created
    ON generation.store_analytics_events (event_type, created_at DESC);
COMMENT ON TABLE generation.store_analytics_events IS
    'Written by the change itself, in its transaction: an event is there exactly when what it tells has happened.';

CREATE FUNCTION generation.tell_session_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
        told := CASE NEW.status
            WHEN 'queued' THEN 'generation_queued'
            WHEN 'completed' THEN 'generation_completed'
            WHEN 'failed' THEN
                CASE NEW.error_code WHEN 'MODERATION_BLOCKED' THEN 'generation_moderation_blocked'
                                    ELSE 'generation_failed' END
        END;
    ELSIF NEW.credits_refunded > OLD.credits_refunded THEN
        told := 'credit_refunded';
    END IF;
    IF told IS NOT NULL THEN
        INSERT INTO generation.store_analytics_events (store_id, event_type, shopper_email, metadata)
        VALUES (NEW.store_id, told, NEW.shopper_email,
                jsonb_strip_nulls(jsonb_build_object(
                    'session_id', NEW.id, 'request_id', NEW.request_id,
                    'error_code', CASE NEW.status WHEN 'failed' THEN NEW.error_code END)));
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION generation.tell_session_event() IS
    'A trigger and not a second statement, so that no transition can be made without its event, whatever code makes it.';

CREATE TRIGGER store_generation_sessions_events
    AFTER INSERT OR UPDATE OF status, credits_refunded ON generation.store_generation_sessions
    FOR EACH ROW EXECUTE FUNCTION generation.tell_session_event();

-- How many unfinished sessions a store has is asked before every create.
CREATE INDEX idx_store_generation_sessions_store_unfinished
    ON generation.store_generation_sessions (store_id) WHERE status IN ('queued', 'processing');
