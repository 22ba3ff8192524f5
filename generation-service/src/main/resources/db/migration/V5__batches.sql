-- Prepares the tables for statements that insert many sessions. A trigger of the statement runs once for all of its rows; a
-- trigger of the row would run once for each.
SET LOCAL lock_timeout = '5s';

-- The event that a new status is; null for a status without an event.
CREATE FUNCTION generation.event_of(status text, error_code text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$
SELECT CASE WHEN status = 'queued' THEN 'generation_queued'
            WHEN status = 'completed' THEN 'generation_completed'
            WHEN status = 'failed' AND error_code = 'MODERATION_BLOCKED' THEN 'generation_moderation_blocked'
            WHEN status = 'failed' THEN 'generation_failed' END
$$;
COMMENT ON FUNCTION generation.event_of(text, text) IS
    'The type of the event that is written when a session gets this status; null if none is.';

-- Random ids would each be written to a random page of the index. With millions of events, most of these pages are in no cache.
-- uuidv7() begins with the time, so that new ids are neighbours. PostgreSQL 17 does not have it and keeps the random ids.
DO
$$
BEGIN
    IF current_setting('server_version_num')::integer >= 180000 THEN
        ALTER TABLE generation.store_analytics_events ALTER COLUMN id SET DEFAULT uuidv7();
    END IF;
END
$$;

CREATE FUNCTION generation.write_events_of_inserts() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO generation.store_analytics_events (store_id, event_type, shopper_email, metadata)
    SELECT store_id, generation.event_of(status, error_code), shopper_email,
           jsonb_strip_nulls(jsonb_build_object(
               'session_id', id, 'request_id', request_id,
               'error_code', CASE status WHEN 'failed' THEN error_code END))
      FROM inserted
     WHERE generation.event_of(status, error_code) IS NOT NULL;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION generation.write_events_of_inserts() IS
    'A trigger: writes the events of all sessions that a statement inserted.';

CREATE TRIGGER store_generation_sessions_events_of_inserts
    AFTER INSERT ON generation.store_generation_sessions
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION generation.write_events_of_inserts();

CREATE OR REPLACE TRIGGER store_generation_sessions_events
    AFTER UPDATE OF status, credits_refunded ON generation.store_generation_sessions
    FOR EACH ROW EXECUTE FUNCTION generation.tell_session_event();
