-- What names a shopper is deleted from sessions and events on request. The rows stay, for the books and the usage.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN redacted_at timestamptz;
COMMENT ON COLUMN generation.store_generation_sessions.redacted_at IS
    'When the shopper, the prompt and the URLs of the session were deleted; null if they were not.';

-- Without it, each batch of a redaction would read all events of the store.
CREATE INDEX idx_store_analytics_events_shopper
    ON generation.store_analytics_events (store_id, shopper_email) WHERE shopper_email IS NOT NULL;
