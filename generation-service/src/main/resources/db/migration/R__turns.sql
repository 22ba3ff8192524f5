-- Fair turns: how a session comes into its store's line, and how one is claimed. The order is docs/adr/0056.

-- Called when a session was queued. The lock does not meet that of a claim, which leaves the key alone, so neither waits
-- for the other; it meets the one that sets waiting back: nobody leaves a line at the moment in which somebody joins it.
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
    'A trigger, so that no session can be queued in a line that no claim looks at, whatever code queues it.';

CREATE OR REPLACE TRIGGER store_generation_sessions_join_line
    AFTER INSERT ON generation.store_generation_sessions
    FOR EACH ROW WHEN (NEW.status = 'queued')
    EXECUTE FUNCTION generation.join_line();

-- What was queued before the trigger stood, be it by an instance of an older version while this one migrates.
INSERT INTO generation.store_turns AS line (store_id)
SELECT DISTINCT store_id FROM generation.store_generation_sessions WHERE status = 'queued'
ON CONFLICT (store_id) DO UPDATE SET waiting = true WHERE NOT line.waiting;

-- Statement by statement, as each must see what was committed while the one before it took its locks. It waits for
-- nobody: what is locked belongs to another claim.
CREATE OR REPLACE FUNCTION generation.claim(p_owner text, p_lease interval, p_max_attempts integer)
    RETURNS SETOF generation.store_generation_sessions LANGUAGE plpgsql ROWS 1
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS
$$
DECLARE
    claimed uuid;
    line    record;
BEGIN
    -- A session whose lease is over has had its turn already, and goes first.
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
            -- Not when another claim is serving it, or has served it since this one looked.
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

            -- Nobody is left in this line, unless somebody is just joining it.
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
        -- At this moment more claims are made than stores wait: a second one of a store, without a turn of its own.
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
    'Takes the session whose turn it is, of whatever store, and answers it as it is then; no row when nothing can be claimed.';
