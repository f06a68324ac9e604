#!/bin/sh
# Entry point in the way of the official image: POSTGRES_USER, _PASSWORD (or _PASSWORD_FILE), _DB; data in
# /var/lib/postgresql/data.
set -e
data=/var/lib/postgresql/data user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
if [ -n "$POSTGRES_PASSWORD_FILE" ]; then POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); fi
as_postgres() { su postgres -s /bin/sh -c "PATH=$PATH $*"; }
mkdir -p /run/postgresql "$data"; chown postgres:postgres /run/postgresql "$data"; chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  if [ -z "$POSTGRES_PASSWORD" ]; then echo 'Error: superuser password is not specified: set POSTGRES_PASSWORD' >&2; exit 1; fi
  # made beside and moved, so that an initialisation that was cut off is begun again
  rm -rf "$data"/.init; printf '%s\n' "$POSTGRES_PASSWORD" >/run/pw; chown postgres /run/pw
  as_postgres initdb -D "$data/.init" -U "$user" --pwfile=/run/pw -E UTF8 --locale=C --auth-host=scram-sha-256 --auth-local=trust -N >/dev/null
  rm /run/pw
  echo 'host all all all scram-sha-256' >>"$data/.init/pg_hba.conf"
  printf "listen_addresses='*'\nunix_socket_directories='/run/postgresql'\n" >>"$data/.init/postgresql.conf"
  if [ "$database" != postgres ]; then echo "CREATE DATABASE \"$database\";" | as_postgres postgres --single -j -D "$data/.init" postgres >/dev/null; fi
  version=$(cat "$data/.init/PG_VERSION"); rm "$data/.init/PG_VERSION"
  mv "$data"/.init/* "$data/"; rmdir "$data/.init"
  echo "$version" >"$data/PG_VERSION"; chown postgres:postgres "$data/PG_VERSION"
fi
exec su postgres -s /bin/sh -c "exec $(command -v postgres) -D $data $*"
