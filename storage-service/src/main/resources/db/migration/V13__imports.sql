-- Images that were fetched from a host which the operator allowed. The row ends with its object, also if a process of the version
-- before deletes that.
SET LOCAL lock_timeout = '5s';

CREATE TABLE storage.imports
(
    store_id   UUID NOT NULL,
    owner      UUID NOT NULL,
    url_hash   BYTEA NOT NULL CHECK (octet_length(url_hash) = 32),
    path       TEXT NOT NULL UNIQUE REFERENCES storage.objects (path) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (store_id, owner, url_hash)
);
COMMENT ON TABLE storage.imports IS 'The last import of a URL for an owner. Within an hour a repeat gets the same object.';
COMMENT ON COLUMN storage.imports.owner IS 'As in storage.objects; all zeros for the store alone.';
COMMENT ON COLUMN storage.imports.url_hash IS 'SHA-256 of the URL, which may be a secret.';
COMMENT ON COLUMN storage.imports.created_at IS 'Like expires_at a copy from the object, so that one row decides every race.';
