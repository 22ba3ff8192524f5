-- Keys that end: revoked for good, or at the end of the grace that a rotation leaves them. And a mark on keys and stores
-- by which every gateway notices within half a second that one of them has changed.

ALTER TABLE gateway.store_api_keys
    ADD COLUMN revoked_at timestamptz,
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE gateway.stores
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();

UPDATE gateway.store_api_keys
   SET revoked_at = now()
 WHERE NOT is_active;

ALTER TABLE gateway.store_api_keys
    ADD CONSTRAINT store_api_keys_revoked_check CHECK (is_active = (revoked_at IS NULL));

CREATE INDEX idx_store_api_keys_changed_at ON gateway.store_api_keys (changed_at);
CREATE INDEX idx_stores_changed_at ON gateway.stores (changed_at);

COMMENT ON COLUMN gateway.store_api_keys.revoked_at IS 'Since when the key is refused, for good; null while is_active.';
COMMENT ON COLUMN gateway.store_api_keys.expires_at IS 'When the key ends because another one has taken its place; null for a key that was not rotated.';
COMMENT ON COLUMN gateway.store_api_keys.changed_at IS 'When the row was last written, by the database''s clock; no two writes of a row have the same.';
COMMENT ON COLUMN gateway.stores.changed_at IS 'When the row was last written, by the database''s clock; no two writes of a row have the same.';

-- The clock of the write and not of its transaction, which may have begun long before; and always later than the write
-- before it, also when the clock was set back.
CREATE FUNCTION gateway.set_changed_at() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    NEW.changed_at := GREATEST(clock_timestamp(), OLD.changed_at + INTERVAL '1 microsecond');
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION gateway.set_changed_at() IS 'Marks a row for the gateways that remember it, whoever writes.';

CREATE TRIGGER stores_set_changed_at
    BEFORE UPDATE
    ON gateway.stores
    FOR EACH ROW
EXECUTE FUNCTION gateway.set_changed_at();

CREATE TRIGGER store_api_keys_set_changed_at
    BEFORE UPDATE
    ON gateway.store_api_keys
    FOR EACH ROW
EXECUTE FUNCTION gateway.set_changed_at();

CREATE FUNCTION gateway.keep_key_ended() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    IF NEW.store_id <> OLD.store_id OR NEW.key_hash <> OLD.key_hash THEN
        RAISE EXCEPTION 'An API key stays what it is and whose it is' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'A revoked API key stays revoked' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
        RAISE EXCEPTION 'The end of an API key is not put off' USING ERRCODE = 'check_violation';
    END IF;
    -- Whoever revokes by hand need not know that there is a second column.
    IF NOT NEW.is_active AND NEW.revoked_at IS NULL THEN
        NEW.revoked_at := now();
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION gateway.keep_key_ended() IS 'A key that has ended never comes back, whoever writes.';

CREATE TRIGGER store_api_keys_keep_ended
    BEFORE UPDATE
    ON gateway.store_api_keys
    FOR EACH ROW
EXECUTE FUNCTION gateway.keep_key_ended();
