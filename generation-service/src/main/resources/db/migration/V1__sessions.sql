-- A try-on from its create to its end. The row is the truth: what is queued, who works on it, how it ended.
CREATE TABLE generation.store_generation_sessions (
    id                  uuid PRIMARY KEY,
    store_id            uuid NOT NULL,
    shopper_email       text,
    status              text NOT NULL DEFAULT 'queued'
                        CHECK (status IN ('queued', 'processing', 'completed', 'failed')),
    model_image_url     text NOT NULL,
    outfit_image_url    text,
    prompt_system       text NOT NULL,
    prompt_user         text,
    generated_image_url text,
    credits_used        integer NOT NULL DEFAULT 1 CHECK (credits_used > 0),
    error_message       text,
    processing_time_ms  integer CHECK (processing_time_ms >= 0),
    request_id          text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    completed_at        timestamptz,

    -- What the saga needs beyond the story's columns.
    image_urls          text[] NOT NULL CHECK (cardinality(image_urls) BETWEEN 1 AND 10),
    image_paths         text[] NOT NULL CHECK (cardinality(image_paths) = cardinality(image_urls)),
    images_expire_at    timestamptz,
    error_code          text,
    attempts            integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease_owner         text,
    lease_until         timestamptz NOT NULL DEFAULT now(),
    released_at         timestamptz,
    credits_refunded    integer NOT NULL DEFAULT 0 CHECK (credits_refunded BETWEEN 0 AND credits_used),

    CONSTRAINT store_generation_sessions_completed_has_result
        CHECK (status <> 'completed' OR (generated_image_url IS NOT NULL AND completed_at IS NOT NULL)),
    CONSTRAINT store_generation_sessions_failed_has_reason
        CHECK (status <> 'failed' OR (error_code IS NOT NULL AND error_message IS NOT NULL AND completed_at IS NOT NULL)),
    CONSTRAINT store_generation_sessions_only_failed_is_released
        CHECK (status = 'failed' OR (released_at IS NULL AND credits_refunded = 0))
);

CREATE INDEX idx_store_generation_sessions_store_id
    ON generation.store_generation_sessions (store_id, created_at DESC);
CREATE INDEX idx_store_generation_sessions_status
    ON generation.store_generation_sessions (status, created_at DESC);
CREATE INDEX idx_store_generation_sessions_created_at
    ON generation.store_generation_sessions (created_at DESC);
-- The claim walks the unfinished ones from the oldest; there are few of them however long the table grows.
CREATE INDEX idx_store_generation_sessions_unfinished
    ON generation.store_generation_sessions (created_at) WHERE status IN ('queued', 'processing');
CREATE INDEX idx_store_generation_sessions_unreleased
    ON generation.store_generation_sessions (completed_at) WHERE status = 'failed' AND released_at IS NULL;

COMMENT ON TABLE generation.store_generation_sessions IS
    'One try-on of a store. The id is also the id of its charge.';
COMMENT ON COLUMN generation.store_generation_sessions.image_urls IS
    'As the client sent them: person, garment, accessories.';
COMMENT ON COLUMN generation.store_generation_sessions.image_paths IS
    'The objects behind image_urls, as storage resolved them at the create; what the worker reads.';
COMMENT ON COLUMN generation.store_generation_sessions.generated_image_url IS
    'Object path of the result. A status read signs a fresh URL for it; a stored URL would be dead after hours.';
COMMENT ON COLUMN generation.store_generation_sessions.attempts IS
    'How often it was claimed. The writes of an attempt that is no longer the last one are refused.';
COMMENT ON COLUMN generation.store_generation_sessions.lease_until IS
    'An unfinished session can be claimed from then on. For the client it stays processing when it is taken over.';
COMMENT ON COLUMN generation.store_generation_sessions.released_at IS
    'When the ledger confirmed that nothing is charged for this failed session any more.';
COMMENT ON COLUMN generation.store_generation_sessions.credits_refunded IS
    'Credits that came back with that: 0 when the charge had never been taken.';

-- A session only moves forward: queued, processing, then completed or failed for good.
CREATE FUNCTION generation.refuse_backward_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('completed', 'failed') OR (OLD.status = 'processing' AND NEW.status = 'queued') THEN
        RAISE EXCEPTION 'session % cannot go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION generation.refuse_backward_status() IS 'Terminal states are final, whatever code asks.';

CREATE TRIGGER store_generation_sessions_forward_only
    BEFORE UPDATE OF status ON generation.store_generation_sessions
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION generation.refuse_backward_status();

-- How far the charges of the ledger have been compared with the sessions here.
CREATE TABLE generation.reconciler_mark (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    charges_before timestamptz NOT NULL
);
COMMENT ON TABLE generation.reconciler_mark IS
    'Every charge taken before this moment has been seen by the reconciler; kept here, so that a restart goes on.';
INSERT INTO generation.reconciler_mark (charges_before) VALUES ('epoch');
