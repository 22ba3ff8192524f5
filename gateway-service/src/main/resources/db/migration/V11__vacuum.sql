-- It is empty most of the time, and each message is inserted, taken and deleted. The rows that are dead are in the way of every
-- look for due ones.
SET LOCAL lock_timeout = '5s';

ALTER TABLE gateway.outbox
    SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
