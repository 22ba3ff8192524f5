-- The kind of garment that a create named. Earlier versions of the service neither write nor read it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE generation.store_generation_sessions ADD COLUMN garment_type text;
-- NOT VALID skips the read of the whole table, during which all calls would wait. It is safe: the column is null in every old row.
ALTER TABLE generation.store_generation_sessions
    ADD CONSTRAINT store_generation_sessions_garment_type_check
    CHECK (garment_type IN ('upper', 'lower', 'dress')) NOT VALID;

COMMENT ON COLUMN generation.store_generation_sessions.garment_type IS
    'As the client sent it; null if the image model is to judge it from the picture of the garment.';
