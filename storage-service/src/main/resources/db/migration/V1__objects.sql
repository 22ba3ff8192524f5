-- What lies in the backend, whose it is and how long it lives. The primary key decides every race for a path:
-- bytes are written first, under a name of their own (blob), and count from the moment their row stands.
CREATE TABLE storage.objects (
    path         text        PRIMARY KEY,
    store_id     uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('uploads', 'generated')),
    blob         text        NOT NULL UNIQUE,
    content_type text        NOT NULL,
    size_bytes   bigint      NOT NULL CHECK (size_bytes > 0),
    sha256       text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL CHECK (expires_at > created_at),
    -- A path that says one store and a row that says another would be a hole between tenants.
    CHECK (starts_with(path, 'stores/' || store_id || '/' || kind || '/'))
);

CREATE INDEX objects_store_id ON storage.objects (store_id);
CREATE INDEX objects_expires_at ON storage.objects (expires_at);
