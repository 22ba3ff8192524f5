-- Sessions of test stores, and the two that a test store may have at the same time with a scenario, because a slow one keeps a worker.
SET LOCAL lock_timeout = '5s';

-- A column without default, so old rows and those of the previous version are no tests.
ALTER TABLE generation.store_generation_sessions
    ADD COLUMN test boolean;
COMMENT ON COLUMN generation.store_generation_sessions.test IS
    'true for a session of a test store; otherwise NULL.';

CREATE TABLE generation.scenario_places (
    store_id   uuid        NOT NULL,
    place      smallint    NOT NULL CHECK (place IN (1, 2)),
    session_id uuid        NOT NULL,
    taken_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, place),
    UNIQUE (session_id)
);
COMMENT ON TABLE generation.scenario_places IS
    'The sessions with a scenario of each test store: two at once. A place is free again when its session has ended.';

-- A session is inserted after its place was taken. So a place without a session is free only when its create has surely ended.
CREATE FUNCTION generation.take_scenario_place(p_store_id uuid, p_session_id uuid) RETURNS boolean LANGUAGE plpgsql AS
$$
BEGIN
    IF EXISTS (SELECT FROM generation.scenario_places WHERE session_id = p_session_id AND store_id = p_store_id) THEN
        RETURN true;
    END IF;
    FOR candidate IN 1..2 LOOP
        INSERT INTO generation.scenario_places AS held (store_id, place, session_id)
        VALUES (p_store_id, candidate, p_session_id)
        ON CONFLICT (store_id, place) DO UPDATE SET session_id = excluded.session_id, taken_at = excluded.taken_at
         WHERE COALESCE(
                   (SELECT session.status IN ('completed', 'failed')
                      FROM generation.store_generation_sessions AS session
                     WHERE session.id = held.session_id AND session.store_id = held.store_id),
                   held.taken_at < now() - interval '1 minute');
        IF FOUND THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
EXCEPTION WHEN unique_violation THEN
    -- Another call of the same session took a place for it.
    RETURN true;
END
$$;
COMMENT ON FUNCTION generation.take_scenario_place(uuid, uuid) IS
    'Takes one of the two places of a test store for a session with a scenario; false if both are taken. May be repeated.';
