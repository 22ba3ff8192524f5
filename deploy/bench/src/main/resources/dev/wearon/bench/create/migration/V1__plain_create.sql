-- The tables of the plain references of ./wearon bench create: what one process needs to take a credit for a try-on and queue it.

CREATE TABLE bench_create.stores (
    id         UUID        NOT NULL PRIMARY KEY,
    balance    INTEGER     NOT NULL CHECK (balance >= 0),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE bench_create.api_keys (
    key_hash TEXT NOT NULL PRIMARY KEY,
    store_id UUID NOT NULL REFERENCES bench_create.stores (id)
);

CREATE TABLE bench_create.images (
    path       TEXT        NOT NULL PRIMARY KEY,
    store_id   UUID        NOT NULL REFERENCES bench_create.stores (id),
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE bench_create.charges (
    id            UUID        NOT NULL PRIMARY KEY,
    store_id      UUID        NOT NULL REFERENCES bench_create.stores (id),
    amount        INTEGER     NOT NULL CHECK (amount > 0),
    balance_after INTEGER     NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX charges_store_id ON bench_create.charges (store_id, created_at DESC);

-- The same id as the charge.
CREATE TABLE bench_create.sessions (
    id           UUID        NOT NULL PRIMARY KEY,
    store_id     UUID        NOT NULL REFERENCES bench_create.stores (id),
    status       TEXT        NOT NULL DEFAULT 'queued'
                 CHECK (status IN ('queued', 'processing', 'completed', 'failed')),
    image_urls   TEXT[]      NOT NULL,
    image_paths  TEXT[]      NOT NULL,
    prompt       TEXT        NOT NULL,
    credits_used INTEGER     NOT NULL DEFAULT 1,
    request_id   TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX sessions_store_id ON bench_create.sessions (store_id, created_at DESC);
CREATE INDEX sessions_status ON bench_create.sessions (status, created_at DESC);
