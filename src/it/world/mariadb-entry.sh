#!/bin/sh
# Entry point in the way of the official image: MARIADB_ROOT_PASSWORD, MARIADB_DATABASE; data in /var/lib/mysql.
data=/var/lib/mysql
mkdir -p /run/mysqld "$data"
if [ ! -d "$data/mysql" ]; then cp -r /usr/share/empty/. "$data/"; fi
chown -R mysql "$data" /run/mysqld
{
  echo "ALTER USER root@localhost IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';"
  echo "DROP USER IF EXISTS root@'127.0.0.1', root@'::1';" # made without a password, and before root@'%' in its order
  echo "CREATE DATABASE IF NOT EXISTS \`${MARIADB_DATABASE:-app}\`;"
  echo "CREATE USER IF NOT EXISTS root@'%' IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';"
  echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
} >/run/mysqld/init.sql
chown mysql /run/mysqld/init.sql; chmod 600 /run/mysqld/init.sql
exec mariadbd --no-defaults --user=mysql --datadir="$data" --socket=/run/mysqld/s --bind-address=0.0.0.0 --skip-name-resolve \
  --innodb-log-file-size=16M --innodb-buffer-pool-size=32M --init-file=/run/mysqld/init.sql
