-- When a session must have ended, and when work on it began. Earlier versions of the service neither write nor read both: their
-- sessions end after the default of the service.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN deadline_at timestamptz;
COMMENT ON COLUMN generation.store_generation_sessions.deadline_at IS
    'An unfinished session fails then. Null in rows of an earlier version: those fail after the default of the service.';

ALTER TABLE generation.store_generation_sessions ADD COLUMN started_at timestamptz;
COMMENT ON COLUMN generation.store_generation_sessions.started_at IS
    'When a worker first claimed the session; null before that, and if a worker of an earlier version claimed it.';
