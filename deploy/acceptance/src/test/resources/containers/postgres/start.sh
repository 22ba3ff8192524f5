set -eu
bin=/opt/postgres/bin
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # several options
  $bin/initdb --pgdata="$PGDATA" --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" --auth=scram-sha-256 $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB;" | $bin/postgres --single -D "$PGDATA" postgres
fi
exec $bin/postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=
