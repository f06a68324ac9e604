#!/bin/bash
# registry.sh start NAME PORT|auto [none|basic|token]   starts a registry, prints its address 127.0.0.1:PORT
# registry.sh stop|restart|down NAME                    stop keeps what was pushed, down removes it
# registry.sh gc NAME                                   removes unreferenced blobs
# registry.sh password NAME PASSWORD                    (basic) changes ci's password while it runs
#
# The distribution's docker-registry, plain http on loopback. basic: user ci, password pw-ci, and ro/pw-ro
# (distribution lets every user push there). token: Docker's token auth by token-server.mjs; ci pulls and
# pushes, ro only pulls; TTL=seconds sets how long a token lives (default 300). Requests stand in
# logs/registry-NAME.log, those to the token server in logs/token-NAME.log.
. "$(dirname "$0")/env.sh"
[ $# -ge 2 ] || die "usage: registry.sh start NAME PORT|auto [none|basic|token] | stop|restart|down|gc NAME"
cmd=$1 name=$2 D=$W/registries/$2

configure() { # configure PORT AUTH
  local port=$1 auth=$2
  echo "version: 0.1"
  echo "log: { level: info, accesslog: { disabled: false } }"
  echo "storage: { filesystem: { rootdirectory: '$D/data' }, delete: { enabled: true } }"
  echo "http: { addr: '127.0.0.1:$port', headers: { X-Content-Type-Options: [nosniff] } }"
  case $auth in
    none) ;;
    basic) echo "auth: { htpasswd: { realm: world, path: '$D/htpasswd' } }" ;;
    token) echo "auth: { token: { realm: 'http://127.0.0.1:$(cat "$D/token.port")/token', service: world, issuer: world-issuer, rootcertbundle: '$D/token.pem' } }" ;;
  esac
}

run() {
  local t port auth address; t=$(now_ms)
  port=$(cat "$D/port") auth=$(cat "$D/auth"); address=127.0.0.1:$port
  ! port_open 127.0.0.1 "$port" || die "port $port is taken"
  if [ "$auth" = token ]; then
    . "$WORLD_SRC/node.sh"
    setsid "$NODE" "$WORLD_SRC/token-server.mjs" 127.0.0.1 "$(cat "$D/token.port")" "$D/token.key" "$D/token.pem" \
      >>"$LOGS/token-$name.log" 2>&1 </dev/null &
    note_pid "$D/token.pid" $!
    wait_for 10 port_open 127.0.0.1 "$(cat "$D/token.port")" || die "the token server does not listen; see $LOGS/token-$name.log"
  fi
  setsid docker-registry serve "$D/config.yml" >>"$LOGS/registry-$name.log" 2>&1 </dev/null &
  note_pid "$D/pid" $!
  wait_for 15 curl -s -o /dev/null "http://$address/v2/" || { tail -n 3 "$LOGS/registry-$name.log" >&2; die "the registry $name does not answer"; }
  say "registry $name ($auth) is up after $(took "$t")"; echo "$address"
}

start() { # start PORT AUTH
  local port=${1:-auto} auth=${2:-none}
  case $auth in none | basic | token) ;; *) die "auth is none, basic or token: $auth" ;; esac
  command -v docker-registry >/dev/null || die "there is no docker-registry; run packages.sh first"
  [ ! -s "$D/pid" ] || die "the registry $name runs already"
  mkdir -p "$D/data"
  [ "$port" != auto ] || port=$(free_port)
  echo "$port" >"$D/port"; echo "$auth" >"$D/auth"
  case $auth in
    basic) { htpasswd -Bbn ci pw-ci; htpasswd -Bbn ro pw-ro; } | grep . >"$D/htpasswd" ;;
    token) free_port >"$D/token.port"
      openssl req -x509 -newkey rsa:2048 -nodes -keyout "$D/token.key" -out "$D/token.pem" -days 30 -subj /CN=world 2>/dev/null ;;
  esac
  configure "$port" "$auth" >"$D/config.yml"
  run
}

stop() { stop_pid "$D/token.pid" 3; stop_pid "$D/pid" 8; }

case $cmd in
  start) start "${3:-auto}" "${4:-none}" ;;
  stop) stop ;;
  restart) stop; run ;;
  down) stop; rm -rf "$D" ;;
  gc) docker-registry garbage-collect --delete-untagged "$D/config.yml" ;;
  password) htpasswd -Bbn ci "$3" | grep . >"$D/htpasswd.new"; mv "$D/htpasswd.new" "$D/htpasswd" ;;
  *) die "unknown command: $cmd" ;;
esac
