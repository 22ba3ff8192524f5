-- Gives the waiting stores their turns in order; docs/adr/0056-fair-turns.md explains the order. The line is all stores that
-- wait for their turn: the rows of store_turns with waiting = true.

-- Puts the store of a queued session into the line. FOR KEY SHARE does not conflict with a claim's FOR NO KEY UPDATE, so
-- neither waits for the other. It conflicts with the FOR UPDATE below, so no claim takes the store out of the line meanwhile.
CREATE OR REPLACE FUNCTION generation.join_line() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS
$$
BEGIN
    PERFORM FROM generation.store_turns WHERE store_id = NEW.store_id AND waiting FOR KEY SHARE;
    IF NOT FOUND THEN
        INSERT INTO generation.store_turns AS line (store_id) VALUES (NEW.store_id)
        ON CONFLICT (store_id) DO UPDATE SET waiting = true WHERE NOT line.waiting;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION generation.join_line() IS
    'A trigger: marks the store of each queued session as waiting, so that claims find it.';

CREATE OR REPLACE TRIGGER store_generation_sessions_join_line
    AFTER INSERT ON generation.store_generation_sessions
    FOR EACH ROW WHEN (NEW.status = 'queued')
    EXECUTE FUNCTION generation.join_line();

-- Puts stores into the line whose sessions were queued before the trigger existed, also during this migration.
INSERT INTO generation.store_turns AS line (store_id)
SELECT DISTINCT store_id FROM generation.store_generation_sessions WHERE status = 'queued'
ON CONFLICT (store_id) DO UPDATE SET waiting = true WHERE NOT line.waiting;

-- Claims a session. Each statement of PL/pgSQL sees the commits that happened during the statement before. The function never
-- waits for a lock, because a locked row belongs to another claim.
CREATE OR REPLACE FUNCTION generation.claim(p_owner text, p_lease interval, p_max_attempts integer)
    RETURNS SETOF generation.store_generation_sessions LANGUAGE plpgsql ROWS 1
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS
$$
DECLARE
    claimed uuid;
    line    record;
BEGIN
    -- A session whose lease has ended already had its turn, so it comes first.
    SELECT id INTO claimed
      FROM generation.store_generation_sessions
     WHERE status = 'processing' AND lease_until <= now() AND attempts < p_max_attempts
     ORDER BY lease_until
     LIMIT 1
       FOR UPDATE SKIP LOCKED;

    IF claimed IS NULL THEN
        FOR line IN
            SELECT store_id, last_turn FROM generation.store_turns WHERE waiting ORDER BY last_turn
        LOOP
            -- Skips a store that another claim is serving, or has served since the loop read it.
            PERFORM FROM generation.store_turns
              WHERE store_id = line.store_id AND last_turn = line.last_turn
                FOR NO KEY UPDATE SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;

            SELECT id INTO claimed
              FROM generation.store_generation_sessions
             WHERE store_id = line.store_id AND status = 'queued'
             ORDER BY created_at
             LIMIT 1
               FOR UPDATE SKIP LOCKED;
            IF FOUND THEN
                UPDATE generation.store_turns SET last_turn = nextval('generation.turn_numbers')
                 WHERE store_id = line.store_id;
                EXIT;
            END IF;

            -- The store has no unlocked session. If a session is just being queued, the row is locked and stays in the line.
            PERFORM FROM generation.store_turns WHERE store_id = line.store_id FOR UPDATE SKIP LOCKED;
            IF FOUND THEN
                UPDATE generation.store_turns SET waiting = false
                 WHERE store_id = line.store_id
                   AND NOT EXISTS (SELECT FROM generation.store_generation_sessions
                                    WHERE store_id = line.store_id AND status = 'queued');
            END IF;
        END LOOP;
    END IF;

    IF claimed IS NULL THEN
        -- There are more claims than waiting stores. This claim takes another session of a store and uses no turn.
        SELECT session.id INTO claimed
          FROM generation.store_turns AS store
         CROSS JOIN LATERAL (
               SELECT id
                 FROM generation.store_generation_sessions
                WHERE store_id = store.store_id AND status = 'queued'
                ORDER BY created_at
                LIMIT 1
                  FOR UPDATE SKIP LOCKED) AS session
         WHERE store.waiting
         ORDER BY store.last_turn
         LIMIT 1;
    END IF;

    RETURN QUERY
        UPDATE generation.store_generation_sessions AS session
           SET status = 'processing', attempts = attempts + 1, lease_owner = p_owner, lease_until = now() + p_lease
         WHERE id = claimed
        RETURNING session.*;
END
$$;
COMMENT ON FUNCTION generation.claim(text, interval, integer) IS
    'Claims the session whose turn it is, of any store, and returns its row; no row when nothing can be claimed.';
