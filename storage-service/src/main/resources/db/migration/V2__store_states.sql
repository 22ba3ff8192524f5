-- What was last heard of a store. No row: nothing was, and the store is as good as any.
CREATE TABLE storage.store_states (
    store_id   uuid        PRIMARY KEY,
    status     text        NOT NULL CHECK (status IN ('active', 'inactive')),
    changed_at timestamptz NOT NULL,
    event_id   uuid        NOT NULL
);
COMMENT ON TABLE storage.store_states IS
    'The newest change of each store''s status. What was stored up to it is closed, whichever way the store went.';

-- A status comes only after the other one, so whoever is active by such a change was inactive before it: what lies there
-- from that time is closed as well, also when the news came late, twice or in the wrong order.
CREATE FUNCTION storage.is_closed(p_store_id uuid, p_created_at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS
$$
SELECT EXISTS (
       SELECT
         FROM storage.store_states
        WHERE store_id = p_store_id AND (status = 'inactive' OR p_created_at <= changed_at))
$$;
COMMENT ON FUNCTION storage.is_closed(uuid, timestamptz) IS
    'Whether an object of that store and time is closed for reading. Asked at each read and not only when the news comes:
an upload or a result may have been on its way at that moment.';
