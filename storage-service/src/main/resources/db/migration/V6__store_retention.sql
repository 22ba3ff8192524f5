-- A store may keep its images shorter. That is news like the status and closes nothing, so what is closed has a moment
-- of its own from now on.
ALTER TABLE storage.store_states
    ADD COLUMN closed_until            timestamptz,
    ADD COLUMN image_retention_seconds integer CHECK (image_retention_seconds > 0);

UPDATE storage.store_states SET closed_until = changed_at;

COMMENT ON TABLE storage.store_states IS 'The newest state of each store that was heard of.';
COMMENT ON COLUMN storage.store_states.closed_until IS
    'What was stored up to then is closed, whichever way the status went. Null: nothing was heard of a change.';
COMMENT ON COLUMN storage.store_states.image_retention_seconds IS
    'How long what is written from now on lives, where that is shorter than configured. Null: as configured.';

CREATE OR REPLACE FUNCTION storage.is_closed(p_store_id uuid, p_created_at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS
$$
SELECT EXISTS (
       SELECT
         FROM storage.store_states
        WHERE store_id = p_store_id AND (status = 'inactive' OR p_created_at <= closed_until))
$$;
