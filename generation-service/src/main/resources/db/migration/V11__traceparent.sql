-- The span of the create, so that the worker continues its trace. Earlier versions of the service neither write nor read it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN traceparent text;

COMMENT ON COLUMN generation.store_generation_sessions.traceparent IS
    'The span of the create that made the session, in the form of W3C; null unless its trace is sampled.';
