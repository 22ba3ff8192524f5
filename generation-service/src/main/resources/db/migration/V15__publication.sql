-- Whether the picture of a session can be read. Storage keeps it unpublished until the session has completed, so that the picture of
-- a session that was cancelled in the middle is never read. The default of old rows is true: their pictures are readable. An earlier
-- version of the service does not write the column, so its sessions are published by this one.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN result_published boolean NOT NULL DEFAULT true;
ALTER TABLE generation.store_generation_sessions ALTER COLUMN result_published SET DEFAULT false;

COMMENT ON COLUMN generation.store_generation_sessions.result_published IS
    'Whether storage was told that clients may read the picture of the completed session.';
