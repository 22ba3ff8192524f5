-- What a PostgreSQL database must be given before WearOn's services use it: for each service a role, a schema that the role
-- owns, and the limit on its transactions. `./wearon up` executes this file; on any other server the operator does, in a
-- database that is WearOn's alone:
--
--   CREATE DATABASE wearon TEMPLATE template0 ENCODING 'UTF8'
--       LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
--   psql -v ON_ERROR_STOP=1 -f provision.sql 'postgresql://owner@host/wearon'
--
-- The user owns the database and has CREATEROLE; it need not be a superuser. The roles have no password: set each with
-- psql's \password. The file may be run again at any time, also on a database of an earlier version. It is one statement, so
-- it takes effect as a whole or not at all. It is pure ASCII, so that a database with another encoding can read the refusal.

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
    -- One spelling for one shopper needs a lower() that is the same on every server, whatever its locale.
    IF to_regcollation('pg_catalog."und-x-icu"') IS NULL THEN
        RAISE EXCEPTION 'WearOn needs a PostgreSQL that was built with ICU: the collation "und-x-icu" is missing';
    END IF;
    -- Otherwise PostgreSQL would only warn that it revokes and grants nothing.
    IF NOT (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = database) THEN
        RAISE EXCEPTION 'WearOn''s database is provisioned by its owner, and % does not own %', current_user, database;
    END IF;

    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', database);
    IF to_regnamespace('public') IS NOT NULL THEN
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
    END IF;

    FOREACH service IN ARRAY ARRAY ['gateway', 'credits', 'generation', 'storage'] LOOP
        -- Roles belong to the whole server, hence the prefix.
        role := 'wearon_' || service;
        IF to_regrole(role) IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path = %I', role, service);
        -- Reconciliation and the polling of keys look back further than this, so no commit comes too late to be seen. It
        -- ends a transaction that waits, that works and that idles alike.
        EXECUTE format('ALTER ROLE %I SET transaction_timeout = %L', role, '30s');
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', database, role);

        SELECT pg_get_userbyid(nspowner) INTO owner FROM pg_namespace WHERE nspname = service;
        IF owner IS NULL THEN
            -- Who is no superuser must be a member of the role to give a schema to it.
            IF NOT pg_has_role(role, 'SET') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', role);
            END IF;
            EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', service, role);
        ELSIF owner <> role THEN
            RAISE EXCEPTION 'The schema % of database % belongs to %, and WearOn''s % needs it',
                service, database, owner, role;
        END IF;
    END LOOP;
END
$provision$;
