#!/bin/bash
# images.sh busybox REF            the static busybox and its applets (2 MB). Debian 12's dies of `wget -T`
# images.sh node REF               Node, npm and npx
# images.sh postgres REF           the distribution's PostgreSQL, used like the official image, with HEALTHCHECK
# images.sh redis REF              the distribution's Redis; its data lies in /data
# images.sh mariadb REF            the distribution's MariaDB, used like the official image (MARIADB_ROOT_PASSWORD,
#                                  MARIADB_DATABASE), with HEALTHCHECK
# images.sh pgbouncer REF          the distribution's PgBouncer in transaction mode, before DB_HOST (DB_USER, DB_PASSWORD)
# images.sh web REF VERSION [KEY=VALUE...]   sample service on busybox; web/web says which keys there are.
#                                  HEALTHCHECK=1 adds one to the image. `migrate` is in its PATH.
# images.sh full REF               busybox with a default of every kind that an image can give its containers
# images.sh api REF RELEASE [KEY=VALUE...]   sample API: Node, Postgres, `npx prisma migrate deploy`
# images.sh service REF VERSION [KEY=VALUE...]   the service of the availability rig; gap/service.mjs has the keys
# images.sh proxy REF nginx|haproxy|caddy   the distribution's; its configuration is mounted at /etc/proxy.conf
# images.sh base                   makes all that the above are made of (the slow part, once)
# images.sh push LOCAL REF         tags and pushes what is there
#
# Several REFs may be given separated by commas. A REF with a registry's host (127.0.0.1:5000/web:1) is
# pushed too, as user ci. Nothing is pulled: images are made of files of this machine's packages.
# Built on the engine of $DOCKER_HOST, else on the world's engine `main`.
# Releases of the API:  1 the first  2 adds a column  3 as 2, its health check fails  4 its migration fails
#   5 renames a column, so that 1 to 4 cannot run on the schema  6 as 5, its health check fails
#   7 as 2, with one more migration that takes 8 s   8 as 2, with one more that removes users without an address
# images.sh stock REF RELEASE      sample service with a MariaDB of its own, `stock-migrate`. Releases:
#   1 the first  2 adds a column  3 as 2, with one more migration that removes what was never counted
. "$(dirname "$0")/imagelib.sh"
use_engine
PREFIX=${HOLDFAST_IMAGES:-holdfast-world}   # the names of the images that the others are made of

# Several worlds may share one cache; what is made in it is made by one at a time.
cached() {
  exec 8>"$CACHE/lock"; flock -w 900 8 || die "could not lock $CACHE/lock"
  "$@"
  flock -u 8; exec 8>&-
}

busybox_base() {
  has_image $PREFIX/busybox && return
  local d=$CACHE/img/busybox; rootfs "$d"; busybox_in "$d"
  import_image "$d" $PREFIX/busybox --change 'CMD ["/bin/sh"]'
}

web_base() {
  local d=$CACHE/img/web file; file=$PREFIX/web-base:$(cat "$WORLD_SRC"/web/* | cksum | cut -d' ' -f1); WEB_BASE=$file
  has_image "$file" && return
  rootfs "$d"; busybox_in "$d"
  for file in web migrate; do cp "$WORLD_SRC/web/$file" "$d/usr/bin/"; chmod 755 "$d/usr/bin/$file"; done
  mkdir -p "$d/data"
  import_image "$d" "$WEB_BASE" --change 'CMD ["web"]' --change 'EXPOSE 8080'
}

node_root() { # node_root DIR
  local npm; . "$WORLD_SRC/node.sh"
  rootfs "$1"; busybox_in "$1"
  cp "$NODE" "$1/usr/bin/node"; put_libs "$1" "$NODE"; put "$1" /usr/bin/env; nss "$1"
  for npm in /usr/lib/*-linux-gnu*/libssl.so.3; do [ ! -e "$npm" ] || put "$1" "$npm"; done # Prisma warns without it
  npm=$(dirname "$(dirname "$NPM_CLI")")
  mkdir -p "$1/usr/lib/node_modules" "$1/app"; cp -r "$npm" "$1/usr/lib/node_modules/npm"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/bin/npm"; ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/bin/npx"
}

node_base() {
  has_image $PREFIX/node && return
  node_root "$CACHE/img/node"; adopt "$CACHE/img/node"
  import_image "$CACHE/img/node" $PREFIX/node --change 'CMD ["node"]' --change 'WORKDIR /app'
}

api_modules() { # node_modules of the API, pruned of what `migrate deploy` and the server do not use
  local d=$CACHE/api key t; key=$(cat "$WORLD_SRC"/api/package*.json | cksum)
  [ "$(cat "$d/done" 2>/dev/null || true)" != "$key" ] || return 0
  . "$WORLD_SRC/node.sh"
  rm -rf "$d"; mkdir -p "$d"; cp "$WORLD_SRC"/api/package*.json "$d/"; t=$(now_ms)
  (cd "$d" && PATH=$(dirname "$NODE"):$PATH NODE_DISABLE_COMPILE_CACHE=1 timeout 300 "$NODE" "$NPM_CLI" ci --ignore-scripts --no-audit --no-fund --loglevel=error --no-update-notifier --cache "$CACHE/npm-cache") >&2 ||
    die "npm could not install Prisma; its message stands above"
  rm -rf "$CACHE/npm-cache"
  (cd "$d/node_modules" || exit 1
  rm -rf @prisma/studio-core/dist/{ui,metafile*} @electric-sql react react-dom elkjs @visx @types csstype @prisma/query-plan-executor @prisma/streams-local lodash
  rm -f @prisma/client/runtime/*.{sqlserver,cockroachdb,sqlite}.* prisma/build/query_compiler_*.{sqlserver,cockroachdb,sqlite}.* prisma/build/studio.*
  find . \( -name '*.map' -o -name '*.d.ts' -o -name '*.md' \) -type f -delete)
  echo "$key" >"$d/done"; say "Prisma is installed after $(took "$t")"
}

api_base() {
  API_BASE=$PREFIX/api-base:$(cat "$WORLD_SRC"/api/package*.json | cksum | cut -d' ' -f1)
  has_image "$API_BASE" && return
  api_modules
  local d=$CACHE/img/api; node_root "$d"; adopt "$d"; cp -r "$CACHE/api/node_modules" "$d/app/"
  import_image "$d" "$API_BASE" --change 'WORKDIR /app'
  rm -rf "$d"
}

postgres_base() {
  has_image $PREFIX/postgres && return
  local d=$CACHE/img/postgres p f v share=/usr/share
  p=$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -n 1 || true)
  if [ -z "$p" ] && [ -n "${TOOLS_ROOT:-}" ]; then
    p=$(compgen -G "$TOOLS_ROOT/usr/lib/postgresql/*/bin/postgres" | sort -V | tail -n 1 || true) share=$TOOLS_ROOT/usr/share
  fi
  [ -n "$p" ] || die "there is no PostgreSQL server in /usr/lib/postgresql; run packages.sh first"
  p=${p%/bin/postgres} v=${p%/bin/postgres}; v=${v##*/}
  rootfs "$d"; busybox_in "$d"
  put "$d" "$p"/bin/{postgres,initdb,pg_ctl,psql,pg_isready,pg_dump,pg_restore}
  for f in "$p"/lib/{plpgsql,libpqwalreceiver,dict_snowball,pgcrypto,uuid-ossp,pg_trgm,citext}.so "$p"/lib/utf8_and_*.so; do
    if [ -e "$f" ]; then put "$d" "$f"; fi
  done
  mkdir -p "$d/usr/share/postgresql" "$d/var/lib/postgresql/data"
  cp -r "$share/postgresql/$v" "$d/usr/share/postgresql/"; rm -rf "$d/usr/share/postgresql/$v/man"
  adopt "$d"
  # Debian's Postgres takes its time zones from tzdata
  mkdir -p "$d/usr/share/zoneinfo/Etc"
  for f in UTC GMT Etc/UTC Etc/GMT Europe/Berlin America/New_York; do
    if [ -e "/usr/share/zoneinfo/$f" ]; then mkdir -p "$d/usr/share/zoneinfo/$(dirname $f)"; cp -L "/usr/share/zoneinfo/$f" "$d/usr/share/zoneinfo/$f"; fi
  done
  nss "$d"; cp "$WORLD_SRC/postgres-entry.sh" "$d/usr/bin/postgres-entry.sh"; chmod 755 "$d/usr/bin/postgres-entry.sh"
  import_image "$d" $PREFIX/postgres-root --change 'ENTRYPOINT ["/usr/bin/postgres-entry.sh"]' --change 'EXPOSE 5432' \
    --change "ENV PATH=/usr/lib/postgresql/$v/bin:/usr/bin:/bin" --change "ENV PG_MAJOR=$v" \
    --change 'HEALTHCHECK --interval=1s --timeout=3s --retries=30 CMD pg_isready -q -h 127.0.0.1'
  printf 'FROM %s\nSTOPSIGNAL SIGINT\n' $PREFIX/postgres-root | lines_image $PREFIX/postgres
}

redis_base() {
  has_image $PREFIX/redis && return
  local d=$CACHE/img/redis program
  for program in redis-server redis-cli; do command -v $program >/dev/null || die "there is no $program; run packages.sh first"; done
  rootfs "$d"; busybox_in "$d"; put "$d" /usr/bin/redis-server /usr/bin/redis-cli; nss "$d"; mkdir -p "$d/data"
  import_image "$d" $PREFIX/redis --change 'WORKDIR /data' --change 'EXPOSE 6379' \
    --change 'CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--dir", "/data"]' \
    --change 'HEALTHCHECK --interval=1s --timeout=3s --retries=30 CMD redis-cli ping'
}

mariadb_base() {
  has_image $PREFIX/mariadb && return
  local d=$CACHE/img/mariadb
  [ -x /usr/sbin/mariadbd ] || die "there is no /usr/sbin/mariadbd; run packages.sh first"
  rootfs "$d"; busybox_in "$d"
  echo mysql:x:998:998::/var/lib/mysql:/bin/sh >>"$d/etc/passwd"; echo mysql:x:998: >>"$d/etc/group"
  put "$d" /usr/sbin/mariadbd /usr/bin/mariadb /usr/bin/mariadb-admin /usr/bin/mariadb-dump; nss "$d"
  mkdir -p "$d/usr/share/mysql" "$d/usr/share/empty" "$d/var/lib/mysql"
  cp -rL /usr/share/mysql/{english,charsets} "$d/usr/share/mysql/"
  mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db --innodb-log-file-size=16M \
    --user="$(id -un)" --datadir="$d/usr/share/empty" >/dev/null 2>&1 || die "could not make MariaDB's first data"
  cp "$WORLD_SRC/mariadb-entry.sh" "$d/usr/bin/mariadb-entry.sh"; chmod 755 "$d/usr/bin/mariadb-entry.sh"
  import_image "$d" $PREFIX/mariadb --change 'ENTRYPOINT ["/usr/bin/mariadb-entry.sh"]' --change 'EXPOSE 3306' \
    --change 'HEALTHCHECK --interval=1s --timeout=3s --retries=30 CMD mariadb-admin --socket=/run/mysqld/s -u nobody ping'
}

pgbouncer_base() {
  has_image $PREFIX/pgbouncer && return
  local d=$CACHE/img/pgbouncer
  [ -x /usr/sbin/pgbouncer ] || die "there is no /usr/sbin/pgbouncer; run packages.sh first"
  rootfs "$d"; busybox_in "$d"; put "$d" /usr/sbin/pgbouncer; nss "$d"
  cp "$WORLD_SRC/pgbouncer-entry.sh" "$d/usr/bin/pgbouncer-entry.sh"; chmod 755 "$d/usr/bin/pgbouncer-entry.sh"
  import_image "$d" $PREFIX/pgbouncer --change 'ENTRYPOINT ["/usr/bin/pgbouncer-entry.sh"]' --change 'EXPOSE 6432' \
    --change 'HEALTHCHECK --interval=1s --timeout=3s --retries=30 CMD nc 127.0.0.1 6432 </dev/null'
}

service() { # service REF VERSION [KEY=VALUE...]
  local ref=$1 version=$2 d; shift 2; cached node_base
  d=$(mktemp -d "$W/build.XXXXXX"); cp "$WORLD_SRC/gap/service.mjs" "$d/"; chmod 755 "$d"; chmod 644 "$d/service.mjs"
  { echo "FROM $PREFIX/node"; echo 'COPY service.mjs /app/service.mjs'; env_lines "VERSION=$version" "$@"
    echo "LABEL org.opencontainers.image.version=\"$version\""; echo 'EXPOSE 8080'; echo 'CMD ["node", "/app/service.mjs"]'; } >"$d/Dockerfile"
  build_image "$d" "${ref%%,*}"; rm -rf "$d"
  give "${ref%%,*}" "$ref"
}

proxy_root() { # proxy_root nginx|haproxy|caddy
  local d=$CACHE/img/$1 program entry
  has_image "$PREFIX/$1" && return
  program=$(command -v "$1") || die "there is no $1; run packages.sh first"
  rootfs "$d"; busybox_in "$d"; put "$d" "$program"; nss "$d"
  case $1 in
    nginx) mkdir -p "$d"/var/{log,lib}/nginx "$d/etc/nginx"; entry='"-g", "daemon off;", "-c", "/etc/proxy.conf"' ;;
    haproxy) entry='"-W", "-db", "-f", "/etc/proxy.conf"' ;;
    caddy) entry='"run", "--adapter", "caddyfile", "--config", "/etc/proxy.conf"' ;;
  esac
  import_image "$d" "$PREFIX/$1" --change "ENTRYPOINT [\"$program\", $entry]" --change 'ENV XDG_DATA_HOME=/tmp XDG_CONFIG_HOME=/tmp' --change 'EXPOSE 80'
}
proxy() { # proxy REF nginx|haproxy|caddy
  case $2 in nginx | haproxy | caddy) ;; *) die "not a proxy of ours: $2" ;; esac
  cached proxy_root "$2"
  give "$PREFIX/$2" "$1"
}

push() { # push REF: as ci, which anonymous registries ignore
  local host=${1%%/*} conf=$W/conf/ci
  case $1 in */*) ;; *) return 0 ;; esac
  case $host in *:* | *.*) ;; *) return 0 ;; esac
  mkdir -p "$conf"
  printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$host" "$(printf 'ci:pw-ci' | base64)" >"$conf/config.json"
  docker --config "$conf" push -q "$1" >/dev/null || die "could not push $1"
}
give() { # give IMAGE REF[,REF...]
  local ref
  for ref in ${2//,/ }; do [ "$1" = "$ref" ] || docker tag "$1" "$ref"; push "$ref"; echo "$ref"; done
}
env_lines() { # KEY=VALUE... as ENV lines; a line break in a value would be another instruction
  local pair
  for pair in "$@"; do
    case $pair in *$'\n'* | [!A-Z_]*) die "not KEY=VALUE: $pair" ;; *=*) ;; *) die "not KEY=VALUE: $pair" ;; esac
    printf 'ENV %s="%s"\n' "${pair%%=*}" "$(printf '%s' "${pair#*=}" | sed 's/["\\$]/\\&/g')"
  done
}

web() { # web REF VERSION [KEY=VALUE...]
  local ref=$1 version=$2 check='' pair vars=(); shift 2; cached web_base
  for pair in "$@"; do case $pair in HEALTHCHECK=*) check=yes ;; *) vars+=("$pair") ;; esac; done
  { echo "FROM $WEB_BASE"; env_lines "VERSION=$version" "${vars[@]}"; echo "LABEL org.opencontainers.image.version=\"$version\""
    [ -z "$check" ] || echo 'HEALTHCHECK --interval=1s --timeout=2s --retries=3 --start-period=10s CMD wget -q -O /dev/null http://127.0.0.1:8080/health'
  } | lines_image "${ref%%,*}"
  give "${ref%%,*}" "$ref"
}

full() { # full REF
  busybox_base
  { echo "FROM $PREFIX/busybox"; echo 'ENV LANG=C.UTF-8 FROM_IMAGE=image'; echo 'LABEL from.image=image'
    echo 'WORKDIR /tmp'; echo 'USER 1000'; echo 'EXPOSE 8080 9090/udp'; echo 'VOLUME /data /cache'; echo 'STOPSIGNAL SIGQUIT'
    echo 'HEALTHCHECK --interval=7s --timeout=3s --retries=4 --start-period=2s CMD true'
    echo 'ENTRYPOINT ["/bin/sh", "-c"]'; echo 'CMD ["exec sleep 3600"]'; } | lines_image "${1%%,*}"
  give "${1%%,*}" "$1"
}

api() { # api REF RELEASE [KEY=VALUE...]
  local ref=$1 release=$2 migrations='20240101000000_init 20240201000000_add_email' columns=id,name,email more=() m d
  shift 2
  case $release in
    1) migrations=20240101000000_init columns=id,name ;;
    2) ;;
    3) more=("BROKEN_HEALTH=the payment provider refuses our key") ;;
    4) migrations+=' 20240301000000_broken' ;;
    5) migrations+=' 20240302000000_rename_name' columns=id,fullName,email ;;
    6) migrations+=' 20240302000000_rename_name' columns=id,fullName,email more=("BROKEN_HEALTH=the payment provider refuses our key") ;;
    7) migrations+=' 20240303000000_slow' ;;
    8) migrations+=' 20240304000000_tidy' ;;
    *) die "the API has the releases 1 to 8, not $release" ;;
  esac
  cached api_base
  d=$(mktemp -d "$W/build.XXXXXX"); mkdir -p "$d/app/prisma/migrations"
  cp -r "$WORLD_SRC"/api/{server.mjs,undo-rename.mjs,package.json,prisma.config.ts,shim} "$d/app/"
  cp "$WORLD_SRC/api/prisma/schema.prisma" "$d/app/prisma/"; cp "$WORLD_SRC/api/prisma/migrations/migration_lock.toml" "$d/app/prisma/migrations/"
  for m in $migrations; do cp -r "$WORLD_SRC/api/prisma/migrations/$m" "$d/app/prisma/migrations/"; done
  chmod -R a+rX "$d/app"; chmod 755 "$d/app/shim/schema-engine.mjs"
  { echo "FROM $API_BASE"; echo 'COPY app /app'
    echo 'ENV CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 PRISMA_SCHEMA_ENGINE_BINARY=/app/shim/schema-engine.mjs HOME=/tmp npm_config_update_notifier=false'
    env_lines "VERSION=$release" "COLUMNS=$columns" "${more[@]}" "$@"
    echo "LABEL org.opencontainers.image.version=\"$release\""
    echo 'USER 1000'; echo 'EXPOSE 3001'; echo 'CMD ["node", "server.mjs"]'; } >"$d/Dockerfile"
  build_image "$d" "${ref%%,*}"; rm -rf "$d"
  give "${ref%%,*}" "$ref"
}

stock() { # stock REF RELEASE
  local ref=$1 release=$2 d file; cached mariadb_base
  d=$(mktemp -d "$W/build.XXXXXX"); cp "$WORLD_SRC"/web/web "$WORLD_SRC"/stock/stock-migrate "$d/"; mkdir "$d/migrations"
  for file in "$WORLD_SRC"/stock/*.sql; do # release 2 has the first two, and so on
    [ "$(basename "$file" | cut -c1)" -gt "$release" ] || cp "$file" "$d/migrations/"
  done
  chmod 755 "$d" "$d/migrations" "$d/web" "$d/stock-migrate"; chmod 644 "$d"/migrations/*
  { echo "FROM $PREFIX/mariadb"; echo 'COPY web stock-migrate /usr/bin/'; echo 'COPY migrations /migrations/'
    echo "ENV VERSION=$release"; echo "LABEL org.opencontainers.image.version=\"$release\""
    echo 'HEALTHCHECK NONE'; echo 'ENTRYPOINT []'; echo 'CMD ["web"]'; } >"$d/Dockerfile"
  build_image "$d" "${ref%%,*}"; rm -rf "$d"
  give "${ref%%,*}" "$ref"
}

cmd=${1:-}; shift || true
case $cmd in
  busybox | node | postgres | redis | mariadb | pgbouncer) [ $# = 1 ] || die "usage: images.sh $cmd REF"; cached "${cmd}_base"; give $PREFIX/$cmd "$1" ;;
  full) [ $# = 1 ] || die "usage: images.sh full REF"; full "$1" ;;
  web | api) [ $# -ge 2 ] || die "usage: images.sh $cmd REF VERSION [KEY=VALUE...]"; "$cmd" "$@" ;;
  stock) [ $# = 2 ] || die "usage: images.sh stock REF RELEASE"; stock "$@" ;;
  service) [ $# -ge 2 ] || die "usage: images.sh service REF VERSION [KEY=VALUE...]"; service "$@" ;;
  proxy) [ $# = 2 ] || die "usage: images.sh proxy REF nginx|haproxy|caddy"; proxy "$@" ;;
  push) [ $# = 2 ] || die "usage: images.sh push LOCAL REF"; give "$1" "$2" ;;
  base) t=$(now_ms); for base in busybox web postgres api; do cached ${base}_base; done; say "base images are there after $(took "$t")" ;;
  *) die "usage: images.sh busybox|node|postgres|redis|mariadb|pgbouncer|full|web|api|base|push ..." ;;
esac
