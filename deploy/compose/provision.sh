#!/bin/sh
# Prepares the database: a role and a schema for each service, and the passwords of the roles. Compose runs it in a container of
# the image of PostgreSQL, before the services start. It may run again at any time, for example after a password has changed.
set -eu

PGPASSWORD=$(cat /run/secrets/postgres-password)
export PGPASSWORD PGHOST=postgres PGUSER=postgres PGDATABASE=wearon

psql -q -v ON_ERROR_STOP=1 -f /provision/provision.sql

for service in gateway credits generation storage; do
  file=/run/secrets/$service.env
  grep -q '^WEARON_DB_PASSWORD=.' "$file" || {
    echo "$file has no line WEARON_DB_PASSWORD=…" >&2
    exit 1
  }
  # psql reads the file itself, so that no command line has the password.
  psql -q -v ON_ERROR_STOP=1 <<SQL
\set password \`sed -n 's/^WEARON_DB_PASSWORD=//p' $file\`
ALTER ROLE wearon_$service PASSWORD :'password';
SQL
done
