-- Every object is deleted after some hours, so the table changes completely several times a day. By default, PostgreSQL vacuums
-- it when a fifth of it is dead. These settings need no rewrite of the table, and reads and writes continue meanwhile.
SET LOCAL lock_timeout = '5s';

ALTER TABLE storage.objects
    SET (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.02,
         autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 0.05);

-- It is empty most of the time, and each blob passes through it. The rows that are dead are in the way of every look for due ones.
ALTER TABLE storage.removals
    SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
