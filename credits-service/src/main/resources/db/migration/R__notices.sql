-- Notes that a store must be told something. A statement that charges calls this function after the charge, in the same transaction,
-- so the locks of the pools are held: of two concurrent charges only one finds told_low_credits empty.
--
-- It is no part of credits.charge, and these functions get no argument for it: a version before runs its own R__ledger.sql when it
-- starts again, and would leave two functions of one name.

CREATE OR REPLACE FUNCTION credits.note_low_credits(p_store_ids UUID[], p_low_credits_at INTEGER[], p_outcomes TEXT[]) RETURNS VOID
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS
$$
BEGIN
    WITH low AS (
        UPDATE credits.store_credits w
           SET told_low_credits = a.low_credits_at
          FROM (SELECT a.store_id, max(a.low_credits_at) AS low_credits_at
                  FROM unnest(p_store_ids, p_low_credits_at, p_outcomes) AS a (store_id, low_credits_at, outcome)
                 WHERE a.outcome = 'charged' AND a.low_credits_at IS NOT NULL
                 GROUP BY a.store_id) a
         WHERE w.store_id = a.store_id AND w.told_low_credits IS NULL AND w.balance <= a.low_credits_at
        RETURNING w.store_id, w.balance, w.told_low_credits)
    INSERT INTO credits.low_credit_notices (store_id, balance, low_credits)
    SELECT low.store_id, low.balance, low.told_low_credits FROM low;
END;
$$;
COMMENT ON FUNCTION credits.note_low_credits(UUID[], INTEGER[], TEXT[]) IS
    'Notes of each store with a charge whose outcome is charged that it has low_credits_at or fewer credits left, once until a grant brings more. The limit is NULL for a store that is not told, and for charges of shoppers. The caller holds the locks of the pools.';
