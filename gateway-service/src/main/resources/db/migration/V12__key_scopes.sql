-- What an API key may do, what it is called, and when it was used. Earlier versions of the service neither write nor read this;
-- a key that they issue gets the scopes of a key that names none.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.store_api_keys
    ADD COLUMN name       text,
    ADD COLUMN scopes     text[] NOT NULL DEFAULT
        '{generations:write,generations:read,credits:read,shoppers:read,store:read,store:write}',
    ADD COLUMN rotated_at timestamptz,
    -- The changelog has the name, and accepts neither an e-mail address nor an API key. Nor is it a place for a shopper token.
    ADD CONSTRAINT store_api_keys_name_check
        CHECK (char_length(name) BETWEEN 1 AND 100 AND name !~ '[[:cntrl:]]|@|(wk|wst)_[0-9a-f]{32}'),
    ADD CONSTRAINT store_api_keys_scopes_check
        CHECK (cardinality(scopes) > 0
           AND scopes <@ ARRAY ['generations:write', 'generations:read', 'credits:read', 'shoppers:read', 'store:read',
                                'store:write', 'shopper-tokens:mint', 'purchases:write', 'webhooks:write', 'images:keep']);

-- Until now only a rotation ended a key in advance.
UPDATE gateway.store_api_keys
   SET rotated_at = changed_at
 WHERE expires_at IS NOT NULL;

COMMENT ON COLUMN gateway.store_api_keys.name IS 'What the operator calls the key; null for a key without a name.';
COMMENT ON COLUMN gateway.store_api_keys.scopes IS 'What the key may do.';
COMMENT ON COLUMN gateway.store_api_keys.rotated_at IS
    'When another key took its place; null for a key that was not rotated. expires_at alone does not say this: a key may be issued with an end.';
COMMENT ON COLUMN gateway.store_api_keys.expires_at IS 'When the key ends; null if no end is planned. It can only become earlier.';

-- An end that is set after the issue is a rotation. Earlier versions of the service set only the end.
CREATE FUNCTION gateway.note_rotation() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    IF NEW.rotated_at IS NULL AND NEW.expires_at IS DISTINCT FROM OLD.expires_at THEN
        NEW.rotated_at := now();
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION gateway.note_rotation() IS 'Tells a key that was rotated from one that was issued with an end, whoever writes.';

CREATE TRIGGER store_api_keys_note_rotation
    BEFORE UPDATE
    ON gateway.store_api_keys
    FOR EACH ROW
EXECUTE FUNCTION gateway.note_rotation();

-- A table of its own, because every write of a key makes all gateways look it up again.
CREATE TABLE gateway.api_key_uses
(
    key_id       uuid PRIMARY KEY REFERENCES gateway.store_api_keys (id) ON DELETE CASCADE,
    last_used_at timestamptz NOT NULL
);

COMMENT ON TABLE gateway.api_key_uses IS 'When a key was last used, at most a minute behind. A key without a row was not used since this is noted.';
