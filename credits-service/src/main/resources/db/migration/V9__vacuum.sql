-- By default, PostgreSQL vacuums and analyses a table after a fifth or a tenth of it has changed. In a table with many millions
-- of rows this takes months: the newest pages are read without a visibility map, and old statistics lead to wrong plans. These
-- settings need no rewrite of a table, and reads and writes continue meanwhile.
SET LOCAL lock_timeout = '5s';

-- They only grow.
ALTER TABLE credits.charges
    SET (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE credits.store_credit_transactions
    SET (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE credits.store_shopper_credit_transactions
    SET (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.02,
         autovacuum_analyze_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- Every charge updates a row, and changes no indexed column. With free space in its page, the new version of the row needs no new
-- index entries, and a later update in the page removes the old versions. A page that is full already gets free space as its rows
-- are updated and move to other pages.
ALTER TABLE credits.store_credits
    SET (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE credits.store_shopper_credits
    SET (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE credits.store_overage
    SET (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
