-- How many sessions need a worker. An autoscaler asks this; docs/adr/0074-helm-chart.md explains what is counted. This is no
-- repeatable migration: to a process of an earlier version a repeatable one that it does not have is missing, and an error. A
-- versioned one is of the future, and ignored.
SET LOCAL lock_timeout = '5s';

-- Counts the sessions of all channels that a worker can claim now, or is working on. A session that waits for its next attempt
-- has no lease owner and a lease in the future. It is not counted: during an outage of the image model most sessions wait so, and
-- more workers would not help.
--
-- The tables of sessions are those with a lease owner, so a new channel is counted without a change here. The function runs with
-- the rights of its owner, because its caller may read no table. Only the owner can create tables in this schema.
CREATE FUNCTION generation.worker_demand() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = generation, pg_temp AS
$$
DECLARE
    sessions text;
    of_table bigint;
    demand   bigint := 0;
BEGIN
    FOR sessions IN
        SELECT format('generation.%I', relation.relname)
          FROM pg_class AS relation
          JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
         WHERE relation.relnamespace = 'generation'::regnamespace
           AND relation.relkind IN ('r', 'p') AND NOT relation.relispartition
           AND attribute.attname = 'lease_owner' AND NOT attribute.attisdropped
    LOOP
        -- The first condition is that of a partial index, so finished sessions are not read.
        EXECUTE format(
            'SELECT count(*) FROM %s WHERE status IN (''queued'', ''processing'')'
            ' AND (status = ''queued'' OR lease_owner IS NOT NULL OR lease_until <= now())', sessions)
        INTO of_table;
        demand := demand + of_table;
    END LOOP;
    RETURN demand;
END
$$;
COMMENT ON FUNCTION generation.worker_demand() IS
    'The number of sessions, over all channels, that a worker can claim now or is working on. Never null.';

REVOKE EXECUTE ON FUNCTION generation.worker_demand() FROM PUBLIC;

-- If the role is created later, provision.sql grants this.
DO
$$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wearon_keda') THEN
        GRANT EXECUTE ON FUNCTION generation.worker_demand() TO wearon_keda;
    END IF;
END
$$;
