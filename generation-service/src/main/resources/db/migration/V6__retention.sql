-- Finished sessions are deleted after some time. Before that, what a store's statistics need goes to one row per store and
-- day, in the transaction that deletes the sessions.
CREATE TABLE generation.store_daily_totals (
    store_id         uuid NOT NULL,
    day              date NOT NULL,
    completed        bigint NOT NULL CHECK (completed >= 0),
    failed           bigint NOT NULL CHECK (failed >= 0),
    credits_used     bigint NOT NULL CHECK (credits_used >= 0),
    credits_refunded bigint NOT NULL CHECK (credits_refunded >= 0),
    PRIMARY KEY (store_id, day)
)
-- Each batch of a day updates its rows again; with free space in the page, that writes no index.
WITH (fillfactor = 80);

COMMENT ON TABLE generation.store_daily_totals IS
    'The deleted sessions of a store by the day (UTC) of their create. A session is either here or in its own row.';
COMMENT ON COLUMN generation.store_daily_totals.credits_used IS
    'Credits of the completed sessions. A failed session is only deleted after the release of its charge.';
COMMENT ON COLUMN generation.store_daily_totals.credits_refunded IS 'Credits of the failed sessions that came back.';

ALTER TABLE generation.reconciler_mark ADD COLUMN sessions_since timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN generation.reconciler_mark.sessions_since IS
    'Sessions created before this midnight (UTC) may be deleted: a charge before it without a session is no mismatch.
It is committed before the first of them is deleted, and never moves back.';

-- The tables keep growing until the first sessions are old enough, and then every new row replaces a deleted one. A fifth
-- of a table is too much to wait for: the dead rows lie in the way of reads, and old statistics lead to wrong plans.
ALTER TABLE generation.store_generation_sessions
    SET (autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.02,
         autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE generation.store_analytics_events
    SET (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE generation.idempotency_keys
    SET (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.05);
