-- The tables and functions of a second channel, for tests: copies of those of the first channel under other names. Both
-- channels take their turn numbers from the same sequence.
CREATE TABLE generation.kiosk_sessions (LIKE generation.store_generation_sessions INCLUDING ALL);
ALTER TABLE generation.kiosk_sessions RENAME COLUMN store_id TO kiosk_id;
ALTER TABLE generation.kiosk_sessions DROP COLUMN shopper_email, DROP COLUMN shopper_token_id, DROP COLUMN api_key_id;

CREATE TABLE generation.kiosk_keys (LIKE generation.idempotency_keys INCLUDING ALL);
ALTER TABLE generation.kiosk_keys RENAME COLUMN store_id TO kiosk_id;

CREATE TABLE generation.kiosk_events (LIKE generation.store_analytics_events INCLUDING ALL);
ALTER TABLE generation.kiosk_events RENAME COLUMN store_id TO kiosk_id;

CREATE TABLE generation.kiosk_totals (LIKE generation.store_daily_totals INCLUDING ALL);
ALTER TABLE generation.kiosk_totals RENAME COLUMN store_id TO kiosk_id;

CREATE TABLE generation.kiosk_usage (LIKE generation.store_usage INCLUDING ALL);
ALTER TABLE generation.kiosk_usage RENAME COLUMN store_id TO kiosk_id;

CREATE TABLE generation.kiosk_turns (LIKE generation.store_turns INCLUDING ALL);
ALTER TABLE generation.kiosk_turns RENAME COLUMN store_id TO kiosk_id;

CREATE TABLE generation.kiosk_mark (LIKE generation.reconciler_mark INCLUDING ALL);
INSERT INTO generation.kiosk_mark (charges_before) VALUES ('epoch');

DO
$$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY [
        pg_get_functiondef('generation.join_line()'::regprocedure),
        pg_get_functiondef('generation.claim(text[], interval, integer)'::regprocedure)]
    LOOP
        made := replace(made, 'store_generation_sessions', 'kiosk_sessions');
        made := replace(made, 'store_turns', 'kiosk_turns');
        made := replace(made, 'store_id', 'kiosk_id');
        made := replace(made, 'generation.join_line', 'generation.kiosk_join_line');
        made := replace(made, 'generation.claim', 'generation.kiosk_claim');
        EXECUTE made;
    END LOOP;
END
$$;

CREATE TRIGGER kiosk_sessions_join_line
    AFTER INSERT ON generation.kiosk_sessions
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION generation.kiosk_join_line();
CREATE TRIGGER kiosk_sessions_forward_only
    BEFORE UPDATE OF status ON generation.kiosk_sessions
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION generation.refuse_backward_status();
CREATE TRIGGER kiosk_sessions_version
    BEFORE UPDATE ON generation.kiosk_sessions
    FOR EACH ROW WHEN ((OLD.status, OLD.attempts) IS DISTINCT FROM (NEW.status, NEW.attempts))
    EXECUTE FUNCTION generation.raise_version();
