-- Prepares a PostgreSQL database for WearOn's services: for each service a role, a schema that the role owns, and a time limit
-- for its transactions; and a role for an autoscaler of workers, which may call one function. `./wearon up` executes this file. On
-- any other server the operator executes it, in a database that only WearOn uses:
--
--   CREATE DATABASE wearon TEMPLATE template0 ENCODING 'UTF8'
--       LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
--   psql -v ON_ERROR_STOP=1 -f provision.sql 'postgresql://owner@host/wearon'
--
-- The user must own the database and have CREATEROLE, and need not be a superuser. The roles have no password: set each
-- password with psql's \password (wearon_keda only if an autoscaler uses it). The file can be executed again at any time, also on
-- a database of an earlier version. It is one statement, so it takes effect completely or not at all. It is pure ASCII, so that
-- a database with another encoding can show the error messages.

DO $provision$
DECLARE
    database text := current_database();
    service text;
    role text;
    owner text;
BEGIN
    IF current_setting('server_version_num')::integer < 170000 THEN
        RAISE EXCEPTION 'WearOn needs PostgreSQL 17 or newer, and this is %', current_setting('server_version')
            USING DETAIL = 'An older server cannot limit how long a transaction takes (transaction_timeout).';
    END IF;
    IF getdatabaseencoding() <> 'UTF8' THEN
        RAISE EXCEPTION 'WearOn needs a database with the encoding UTF8, and % has %', database, getdatabaseencoding();
    END IF;
    -- The ledger compares shoppers' email addresses with lower(), which must give the same result on every server.
    IF to_regcollation('pg_catalog."und-x-icu"') IS NULL THEN
        RAISE EXCEPTION 'WearOn needs a PostgreSQL that was built with ICU: the collation "und-x-icu" is missing';
    END IF;
    -- Without this check, PostgreSQL only warns that it revokes and grants nothing.
    IF NOT (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = database) THEN
        RAISE EXCEPTION 'WearOn''s database must be provisioned by its owner, and % does not own %', current_user, database;
    END IF;

    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', database);
    IF to_regnamespace('public') IS NOT NULL THEN
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
    END IF;

    FOREACH service IN ARRAY ARRAY ['gateway', 'credits', 'generation', 'storage'] LOOP
        -- Roles belong to the whole server, so they need a prefix.
        role := 'wearon_' || service;
        IF to_regrole(role) IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path = %I', role, service);
        -- Reconciliation and the polling of keys read rows of a longer period than this, so they also see late commits. The
        -- timeout ends waiting, running and idle transactions.
        EXECUTE format('ALTER ROLE %I SET transaction_timeout = %L', role, '30s');
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', database, role);

        SELECT pg_get_userbyid(nspowner) INTO owner FROM pg_namespace WHERE nspname = service;
        IF owner IS NULL THEN
            -- A user who is not a superuser must be a member of the role to create a schema for it.
            IF NOT pg_has_role(role, 'SET') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', role);
            END IF;
            EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', service, role);
        ELSIF owner <> role THEN
            RAISE EXCEPTION 'The schema % of database % belongs to %, but must belong to WearOn''s %',
                service, database, owner, role;
        END IF;
    END LOOP;

    -- KEDA asks how many sessions need a worker. The role may call that function, and read nothing. A role without a password
    -- cannot log in.
    IF to_regrole('wearon_keda') IS NULL THEN
        CREATE ROLE wearon_keda LOGIN;
    END IF;
    ALTER ROLE wearon_keda CONNECTION LIMIT 3;
    ALTER ROLE wearon_keda SET search_path = pg_catalog;
    ALTER ROLE wearon_keda SET default_transaction_read_only = on;
    ALTER ROLE wearon_keda SET statement_timeout = '5s';
    ALTER ROLE wearon_keda SET transaction_timeout = '30s';
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO wearon_keda', database);
    -- Only the owner of schema and function can grant the rest.
    IF NOT pg_has_role('wearon_generation', 'SET') THEN
        GRANT wearon_generation TO CURRENT_USER;
    END IF;
    SET LOCAL ROLE wearon_generation;
    GRANT USAGE ON SCHEMA generation TO wearon_keda;
    -- In a new database the function comes later, with the migrations of generation, which grant this, too.
    IF EXISTS (SELECT FROM pg_proc WHERE proname = 'worker_demand' AND pronargs = 0 AND pronamespace = 'generation'::regnamespace) THEN
        GRANT EXECUTE ON FUNCTION generation.worker_demand() TO wearon_keda;
    END IF;
    RESET ROLE;
END
$provision$;
