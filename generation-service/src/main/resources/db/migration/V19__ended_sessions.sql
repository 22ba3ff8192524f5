-- Sessions whose end the gateway has not taken over yet, for the webhooks of stores. Triggers write the rows, so each is in the
-- transaction that ends the session, whatever code does it, also an earlier version of the service. The triggers run only for
-- sessions that end. A row is small and is deleted when the gateway has stored it, so the table is almost always empty.
SET LOCAL lock_timeout = '5s';

CREATE TABLE generation.ended_sessions (
    session_id uuid PRIMARY KEY,
    store_id   uuid NOT NULL,
    ended_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE generation.ended_sessions IS
    'Ended sessions that no gateway has acknowledged yet, at most seven days. Ids of sessions begin with the time, so the primary key
is also about the order.';
COMMENT ON COLUMN generation.ended_sessions.session_id IS 'Also the id of the event. A session ends once, so it has one event.';

ALTER TABLE generation.ended_sessions SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

CREATE FUNCTION generation.note_end() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO generation.ended_sessions (session_id, store_id) VALUES (NEW.id, NEW.store_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION generation.note_end() IS 'A trigger: notes a session that has ended.';

CREATE TRIGGER store_generation_sessions_note_end
    AFTER UPDATE OF status ON generation.store_generation_sessions
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('completed', 'failed'))
    EXECUTE FUNCTION generation.note_end();

-- A create that is given up before its answer inserts a failed session.
CREATE TRIGGER store_generation_sessions_note_end_of_inserts
    AFTER INSERT ON generation.store_generation_sessions
    FOR EACH ROW WHEN (NEW.status IN ('completed', 'failed'))
    EXECUTE FUNCTION generation.note_end();
