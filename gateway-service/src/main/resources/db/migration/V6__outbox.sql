-- What other services must learn of a store, until they have acknowledged it. Today: storage, of its status.

CREATE TABLE gateway.outbox
(
    event_id   uuid PRIMARY KEY     DEFAULT gen_random_uuid(),
    store_id   uuid        NOT NULL,
    status     text        NOT NULL,
    changed_at timestamptz NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outbox_status_check CHECK (status IN ('active', 'inactive')),
    CONSTRAINT outbox_store_id_changed_at_key UNIQUE (store_id, changed_at)
);

CREATE INDEX idx_outbox_due_at ON gateway.outbox (due_at);

COMMENT ON TABLE gateway.outbox IS
    'News that have not been acknowledged yet; an acknowledged one is deleted. It outlives its store: no foreign key.';
COMMENT ON COLUMN gateway.outbox.changed_at IS
    'When the store changed; the order of the news of a store, as no two changes of a row have the same.';
COMMENT ON COLUMN gateway.outbox.attempts IS 'How often somebody has set out to deliver it.';
COMMENT ON COLUMN gateway.outbox.due_at IS
    'When it may be tried again; whoever takes it moves this on first, so nobody else takes it meanwhile.';

CREATE FUNCTION gateway.tell_status() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO gateway.outbox (store_id, status, changed_at)
    VALUES (NEW.id, NEW.status, NEW.changed_at);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION gateway.tell_status() IS
    'A trigger and not a second statement, so that no status can change without its news, whatever code changes it.';

-- Not "UPDATE OF status": that asks which columns a statement names and not what became of them.
CREATE TRIGGER stores_tell_status
    AFTER UPDATE
    ON gateway.stores
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION gateway.tell_status();
