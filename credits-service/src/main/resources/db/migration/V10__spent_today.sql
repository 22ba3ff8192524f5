-- What the charges of a store have taken on the current UTC day, for the daily cap. The row of the pool has the count, because
-- all charges of a store can lock it first, whoever pays. No index has these columns and no CHECK reads them, so an update costs as
-- much as before.
SET LOCAL lock_timeout = '5s';

ALTER TABLE credits.store_credits
    ADD COLUMN spent_since TIMESTAMPTZ,
    ADD COLUMN spent_today BIGINT NOT NULL DEFAULT 0;
COMMENT ON COLUMN credits.store_credits.spent_since IS
    'The start of the UTC day that spent_today counts; in the first one, the first charge that was counted. NULL: none yet.';
COMMENT ON COLUMN credits.store_credits.spent_today IS
    'The sum of all charges of the store since spent_since that were not released: of the pool, of shoppers'' wallets, and overage.';
