-- Whose turn it is. A row per store and not a number in every session: a session that is cancelled or too old leaves
-- its line without a gap for those behind it, and the claim reads only stores that have somebody waiting.
CREATE TABLE generation.store_turns (
    store_id  uuid PRIMARY KEY,
    last_turn bigint NOT NULL DEFAULT 0,
    waiting   boolean NOT NULL DEFAULT true
)
-- Every claim moves a row; a table this small is cheap to clean, and what is dead in it lies in the next claim's way.
WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

CREATE INDEX idx_store_turns_waiting ON generation.store_turns (last_turn) WHERE waiting;

COMMENT ON TABLE generation.store_turns IS 'The stores that have ever sent a try-on, each with its place in the round.';
COMMENT ON COLUMN generation.store_turns.last_turn IS 'The number of its last turn; 0 when it has had none. The smallest is next.';
COMMENT ON COLUMN generation.store_turns.waiting IS
    'True at least while a session of the store is queued; the claim that finds none sets it back.';

CREATE SEQUENCE generation.turn_numbers;
COMMENT ON SEQUENCE generation.turn_numbers IS 'Counts turns. Numbers may be missing, only their order means something.';

INSERT INTO generation.store_turns (store_id)
SELECT DISTINCT store_id FROM generation.store_generation_sessions WHERE status = 'queued';

-- Of a store whose turn it is, the oldest.
CREATE INDEX idx_store_generation_sessions_queued
    ON generation.store_generation_sessions (store_id, created_at) WHERE status = 'queued';
-- Whose worker is gone, or who was handed back and has waited long enough.
CREATE INDEX idx_store_generation_sessions_leases
    ON generation.store_generation_sessions (lease_until) WHERE status = 'processing';

-- Every session leaves at least two dead versions; waiting for a fifth of a table that keeps growing lets them pile up.
ALTER TABLE generation.store_generation_sessions
    SET (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0.01);
