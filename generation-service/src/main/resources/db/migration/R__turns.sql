-- Gives the waiting stores their turns in order; docs/adr/0056-fair-turns.md explains the order. The line is all stores that
-- wait for their turn: the rows of store_turns with waiting = true.

-- A migration that waits for a lock stops all creates and claims behind it.
SET LOCAL lock_timeout = '5s';

-- Puts the stores of queued sessions into the line. FOR KEY SHARE does not conflict with a claim's FOR NO KEY UPDATE, so neither
-- waits for the other. It conflicts with the FOR UPDATE below, so no claim takes a store out of the line meanwhile. The rows of
-- the other stores are written in the order of their ids: two statements with the same new stores would otherwise wait for each
-- other.
CREATE OR REPLACE FUNCTION generation.join_line() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS
$$
BEGIN
    INSERT INTO generation.store_turns AS line (store_id)
    SELECT DISTINCT store_id
      FROM inserted
     WHERE status = 'queued'
       AND NOT EXISTS (SELECT FROM generation.store_turns AS present
                        WHERE present.store_id = inserted.store_id AND present.waiting
                          FOR KEY SHARE)
     ORDER BY store_id
        ON CONFLICT (store_id) DO UPDATE SET waiting = true WHERE NOT line.waiting;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION generation.join_line() IS
    'A trigger: marks the stores of all queued sessions that a statement inserted as waiting, so that claims find them.';

-- An earlier version of the service has a trigger of the same name for each row. Whichever runs its migrations last replaces both.
CREATE OR REPLACE TRIGGER store_generation_sessions_join_line
    AFTER INSERT ON generation.store_generation_sessions
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION generation.join_line();

-- Puts stores into the line whose sessions were queued before the trigger existed, also during this migration. Rows that are in
-- the line stay untouched, because a running claim may have locked them and wait for this migration.
INSERT INTO generation.store_turns AS line (store_id)
SELECT DISTINCT store_id
  FROM generation.store_generation_sessions AS session
 WHERE status = 'queued'
   AND NOT EXISTS (SELECT FROM generation.store_turns AS present
                    WHERE present.store_id = session.store_id AND present.waiting)
ON CONFLICT (store_id) DO UPDATE SET waiting = true WHERE NOT line.waiting;

-- Claims a session for each of the workers, and fewer if fewer wait. Each statement of PL/pgSQL sees the commits that happened
-- during the statement before. The function never waits for a lock, because a locked row belongs to another claim. The sessions
-- are written together at the end: a statement that writes one session costs almost as much as one that writes many.
CREATE OR REPLACE FUNCTION generation.claim(p_owners text[], p_lease interval, p_max_attempts integer)
    RETURNS SETOF generation.store_generation_sessions LANGUAGE plpgsql ROWS 1
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS
$$
DECLARE
    wanted  integer := cardinality(p_owners);
    claimed uuid[];
    before  integer;
    next_id uuid;
    line    record;
BEGIN
    -- A session whose lease has ended already had its turn, so it comes first.
    claimed := ARRAY (
        SELECT id
          FROM generation.store_generation_sessions
         WHERE status = 'processing' AND lease_until <= now() AND attempts < p_max_attempts
         ORDER BY lease_until
         LIMIT wanted
           FOR UPDATE SKIP LOCKED);

    -- Each round gives a turn to each waiting store.
    LOOP
        before := cardinality(claimed);
        EXIT WHEN before = wanted;

        FOR line IN
            SELECT store_id, last_turn FROM generation.store_turns WHERE waiting ORDER BY last_turn
        LOOP
            -- Skips a store that another claim is serving, or has served since the loop read it.
            PERFORM FROM generation.store_turns
              WHERE store_id = line.store_id AND last_turn = line.last_turn
                FOR NO KEY UPDATE SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;

            SELECT id INTO next_id
              FROM generation.store_generation_sessions
             WHERE store_id = line.store_id AND status = 'queued' AND id <> ALL (claimed)
             ORDER BY created_at
             LIMIT 1
               FOR UPDATE SKIP LOCKED;
            IF FOUND THEN
                claimed := claimed || next_id;
                UPDATE generation.store_turns SET last_turn = nextval('generation.turn_numbers')
                 WHERE store_id = line.store_id;
                EXIT WHEN cardinality(claimed) = wanted;
                CONTINUE;
            END IF;

            -- The store has no session. If one is just being queued, the row is locked and stays in the line.
            PERFORM FROM generation.store_turns
              WHERE store_id = line.store_id
                AND NOT EXISTS (SELECT FROM generation.store_generation_sessions
                                 WHERE store_id = line.store_id AND status = 'queued')
                FOR UPDATE SKIP LOCKED;
            IF FOUND THEN
                UPDATE generation.store_turns SET waiting = false
                 WHERE store_id = line.store_id
                   AND NOT EXISTS (SELECT FROM generation.store_generation_sessions
                                    WHERE store_id = line.store_id AND status = 'queued');
            END IF;
        END LOOP;

        EXIT WHEN cardinality(claimed) = before;
    END LOOP;

    IF cardinality(claimed) < wanted THEN
        -- Other claims are serving the stores that wait. This claim takes further sessions of these stores and uses no turn.
        claimed := claimed || ARRAY (
            SELECT session.id
              FROM generation.store_turns AS store
             CROSS JOIN LATERAL (
                   SELECT id
                     FROM generation.store_generation_sessions
                    WHERE store_id = store.store_id AND status = 'queued' AND id <> ALL (claimed)
                    ORDER BY created_at
                    LIMIT wanted - cardinality(claimed)
                      FOR UPDATE SKIP LOCKED) AS session
             WHERE store.waiting
             ORDER BY store.last_turn
             LIMIT wanted - cardinality(claimed));
    END IF;

    RETURN QUERY
        UPDATE generation.store_generation_sessions
           SET status = 'processing', attempts = attempts + 1, lease_until = now() + p_lease,
               lease_owner = p_owners[array_position(claimed, id)], started_at = COALESCE(started_at, now())
         WHERE id = ANY (claimed)
        RETURNING *;
END
$$;
COMMENT ON FUNCTION generation.claim(text[], interval, integer) IS
    'Claims the sessions whose turn it is, of any store, one for each worker, and returns their rows.';

-- The previous version of the service calls this function.
CREATE OR REPLACE FUNCTION generation.claim(p_owner text, p_lease interval, p_max_attempts integer)
    RETURNS SETOF generation.store_generation_sessions LANGUAGE sql ROWS 1 AS
$$
SELECT * FROM generation.claim(ARRAY [p_owner], p_lease, p_max_attempts)
$$;
COMMENT ON FUNCTION generation.claim(text, interval, integer) IS 'Claims a session for one worker.';
