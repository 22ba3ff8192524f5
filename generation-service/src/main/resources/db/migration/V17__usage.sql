-- What a store used, by hour, outcome and API key. The end of each session adds a row, and a job merges rows of the same hour,
-- outcome and key. So creates of a store never wait for each other, and no read counts sessions. Triggers write the rows, so that
-- those of an earlier version of the service count, too.
SET LOCAL lock_timeout = '5s';

-- First, as the retention locks the mark before it deletes sessions: in the other order both could wait for each other.
ALTER TABLE generation.reconciler_mark ADD COLUMN usage_since timestamptz;
COMMENT ON COLUMN generation.reconciler_mark.usage_since IS
    'The usage does not know the sessions that were created before this time and deleted before the usage was kept; null if none was.';
UPDATE generation.reconciler_mark SET usage_since = sessions_since WHERE sessions_since > 'epoch';

CREATE TABLE generation.store_usage (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id           uuid NOT NULL,
    hour               timestamptz NOT NULL,
    outcome            text NOT NULL,
    api_key_id         uuid,
    merged             boolean NOT NULL DEFAULT false,
    try_ons            bigint NOT NULL CHECK (try_ons >= 0),
    credits_used       bigint NOT NULL CHECK (credits_used >= 0),
    credits_refunded   bigint NOT NULL,
    processing_time_ms bigint NOT NULL CHECK (processing_time_ms >= 0)
)
-- Every row is deleted when it is merged.
WITH (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0.02,
      autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX idx_store_usage_hour ON generation.store_usage (store_id, hour);
CREATE INDEX idx_store_usage_unmerged ON generation.store_usage (id) WHERE NOT merged;

COMMENT ON TABLE generation.store_usage IS
    'The ended sessions of a store, also deleted ones: the sum of all rows of an hour, outcome and key counts, not a single row.';
COMMENT ON COLUMN generation.store_usage.hour IS 'The hour (UTC) of the create.';
COMMENT ON COLUMN generation.store_usage.outcome IS 'completed, or the error code of the failed sessions.';
COMMENT ON COLUMN generation.store_usage.api_key_id IS 'As in the session: null if the session is older than that column.';
COMMENT ON COLUMN generation.store_usage.merged IS 'Whether the row is a sum that the job wrote.';
COMMENT ON COLUMN generation.store_usage.credits_used IS 'Credits of completed sessions, as in store_daily_totals.';
COMMENT ON COLUMN generation.store_usage.credits_refunded IS
    'Credits of failed sessions that came back. Less than 0 in the row of a correction.';

CREATE FUNCTION generation.add_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended boolean := TG_OP = 'INSERT' OR OLD.status <> NEW.status;
BEGIN
    INSERT INTO generation.store_usage
        (store_id, hour, outcome, api_key_id, try_ons, credits_used, credits_refunded, processing_time_ms)
    VALUES (NEW.store_id, date_trunc('hour', NEW.created_at, 'UTC'),
            CASE NEW.status WHEN 'completed' THEN 'completed' ELSE NEW.error_code END, NEW.api_key_id,
            CASE WHEN ended THEN 1 ELSE 0 END,
            CASE WHEN ended AND NEW.status = 'completed' THEN NEW.credits_used ELSE 0 END,
            NEW.credits_refunded - CASE WHEN ended THEN 0 ELSE OLD.credits_refunded END,
            CASE WHEN ended THEN COALESCE(NEW.processing_time_ms, 0) ELSE 0 END);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION generation.add_usage() IS
    'A trigger: adds what the end of a session, or a credit that came back, changes in the usage of the store.';

-- From here to the end, sessions can be read but not written: a session ends either before the sums are counted, or with a trigger.
CREATE TRIGGER store_generation_sessions_usage_of_inserts
    AFTER INSERT ON generation.store_generation_sessions
    FOR EACH ROW WHEN (NEW.status IN ('completed', 'failed'))
    EXECUTE FUNCTION generation.add_usage();
CREATE TRIGGER store_generation_sessions_usage
    AFTER UPDATE OF status, credits_refunded ON generation.store_generation_sessions
    FOR EACH ROW WHEN (NEW.status IN ('completed', 'failed')
        AND (OLD.status <> NEW.status OR OLD.credits_refunded <> NEW.credits_refunded))
    EXECUTE FUNCTION generation.add_usage();

INSERT INTO generation.store_usage
    (store_id, hour, outcome, api_key_id, merged, try_ons, credits_used, credits_refunded, processing_time_ms)
SELECT store_id, date_trunc('hour', created_at, 'UTC'),
       CASE status WHEN 'completed' THEN 'completed' ELSE error_code END, api_key_id, true,
       count(*), COALESCE(sum(credits_used) FILTER (WHERE status = 'completed'), 0), sum(credits_refunded),
       COALESCE(sum(processing_time_ms), 0)
  FROM generation.store_generation_sessions
 WHERE status IN ('completed', 'failed')
 GROUP BY 1, 2, 3, 4;
