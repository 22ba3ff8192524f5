-- For the jobs that end sessions at their deadline and publish pictures. Apart from the columns, so that sessions can be read while
-- the indexes are built.
SET LOCAL lock_timeout = '5s';

CREATE INDEX idx_store_generation_sessions_deadline
    ON generation.store_generation_sessions (deadline_at) WHERE status IN ('queued', 'processing');

CREATE INDEX idx_store_generation_sessions_unpublished
    ON generation.store_generation_sessions (completed_at) WHERE status = 'completed' AND NOT result_published;
