#!/bin/sh
# Entry point: a pooler on port 6432 before the Postgres at DB_HOST, for DB_USER with DB_PASSWORD. In transaction
# mode: each transaction of a client may meet another connection to the database.
set -e
d=/run/pgbouncer; mkdir -p $d; umask 077
printf '"%s" "%s"\n' "$DB_USER" "$DB_PASSWORD" >$d/users
cat >$d/ini <<END
[databases]
* = host=$DB_HOST port=5432
[pgbouncer]
listen_addr = 0.0.0.0
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $d/users
pool_mode = transaction
END
chown -R postgres $d
exec su postgres -s /bin/sh -c "exec /usr/sbin/pgbouncer $d/ini"
