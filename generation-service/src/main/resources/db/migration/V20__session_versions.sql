-- The version of a session: the number of its states that a client can see. It is the id of the events of the session, so every
-- process raises it, also one of an earlier version: by a trigger. A renewed lease, for example, is no new state.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN version bigint NOT NULL DEFAULT 1;
COMMENT ON COLUMN generation.store_generation_sessions.version IS
    'Raised by each update that a client can see. Later states of a session have higher versions.';

CREATE FUNCTION generation.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION generation.raise_version() IS 'The version of the new row is the next one, whatever the statement says.';

CREATE TRIGGER store_generation_sessions_version
    BEFORE UPDATE ON generation.store_generation_sessions
    FOR EACH ROW WHEN (
        (OLD.status, OLD.attempts, OLD.started_at, OLD.deadline_at, OLD.completed_at, OLD.generated_image_url, OLD.images_expire_at,
         OLD.processing_time_ms, OLD.error_code, OLD.error_message, OLD.credits_used, OLD.credits_refunded)
        IS DISTINCT FROM
        (NEW.status, NEW.attempts, NEW.started_at, NEW.deadline_at, NEW.completed_at, NEW.generated_image_url, NEW.images_expire_at,
         NEW.processing_time_ms, NEW.error_code, NEW.error_message, NEW.credits_used, NEW.credits_refunded))
    EXECUTE FUNCTION generation.raise_version();
