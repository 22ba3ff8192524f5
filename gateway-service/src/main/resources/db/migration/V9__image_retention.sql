-- How long a store's images live. Storage must learn of it, as of the status: news are whole states from now on.

ALTER TABLE gateway.stores
    ADD COLUMN image_retention_seconds integer,
    ADD COLUMN status_changed_at       timestamptz,
    ADD CONSTRAINT stores_image_retention_seconds_check CHECK (image_retention_seconds BETWEEN 1800 AND 2592000);

COMMENT ON COLUMN gateway.stores.image_retention_seconds IS
    'For images written from now on, where it is shorter than what storage is configured with. Null: the latter.';
COMMENT ON COLUMN gateway.stores.status_changed_at IS
    'When the status became what it is; what the store had until then is closed. Null: not since this is noted.';

UPDATE gateway.stores SET status_changed_at = changed_at WHERE status = 'inactive';

ALTER TABLE gateway.outbox
    ADD COLUMN status_changed_at       timestamptz,
    ADD COLUMN image_retention_seconds integer;

COMMENT ON COLUMN gateway.outbox.status_changed_at IS 'As it stood in the store at this change, like the status.';
COMMENT ON COLUMN gateway.outbox.image_retention_seconds IS 'As it stood in the store at this change, like the status.';

UPDATE gateway.outbox SET status_changed_at = changed_at;

CREATE FUNCTION gateway.set_status_changed_at() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    NEW.status_changed_at := NEW.changed_at;
    RETURN NEW;
END
$$;

-- By its name behind the one that sets changed_at.
CREATE TRIGGER stores_set_status_changed_at
    BEFORE UPDATE
    ON gateway.stores
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION gateway.set_status_changed_at();

DROP TRIGGER stores_tell_status ON gateway.stores;
DROP FUNCTION gateway.tell_status();

CREATE FUNCTION gateway.tell_state() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO gateway.outbox (store_id, status, status_changed_at, image_retention_seconds, changed_at)
    VALUES (NEW.id, NEW.status, NEW.status_changed_at, NEW.image_retention_seconds, NEW.changed_at);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION gateway.tell_state() IS
    'A trigger and not a second statement, so that nothing of it can change without its news, whatever code changes it.';

-- Not "UPDATE OF": that asks which columns a statement names and not what became of them.
CREATE TRIGGER stores_tell_state
    AFTER UPDATE
    ON gateway.stores
    FOR EACH ROW
    WHEN ((OLD.status, OLD.image_retention_seconds) IS DISTINCT FROM (NEW.status, NEW.image_retention_seconds))
EXECUTE FUNCTION gateway.tell_state();
