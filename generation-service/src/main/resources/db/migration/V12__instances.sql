-- The running processes of this service, for the operator. Unlogged: each process writes its row every few seconds, and after a
-- crash of PostgreSQL the rows are written again.
SET LOCAL lock_timeout = '5s';

CREATE UNLOGGED TABLE generation.instances
(
    id      UUID PRIMARY KEY,
    roles   TEXT[] NOT NULL,
    host    TEXT NOT NULL,
    pid     BIGINT NOT NULL,
    version TEXT NOT NULL,
    since   TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    failing TEXT[] NOT NULL,
    lag_ms  INTEGER NOT NULL CHECK (lag_ms >= 0)
);
COMMENT ON TABLE generation.instances IS 'The running processes of this service. Each writes its row every few seconds and deletes it when it stops.';
COMMENT ON COLUMN generation.instances.roles IS 'What the process does.';
COMMENT ON COLUMN generation.instances.failing IS 'The names of the readiness checks that fail.';
COMMENT ON COLUMN generation.instances.lag_ms IS 'How late its event loop was at most, since the write before.';
