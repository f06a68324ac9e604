#!/bin/bash
# train.sh DIST: writes src/main/dist/classes/: which classes the agent and the commands load in a real run, with a
# Docker engine, a registry and a git repository of their own. `make dist` makes its caches of classes of these lists.
# They are part of the commit, as a run never loads quite the same twice and the same commit is to give the same bytes.
# A list that is old costs some speed and nothing else; PackageIT says when it is time to run this again.
set -euo pipefail
dist=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
lists=src/main/dist/classes
work=$(mktemp -d /tmp/holdfast-train.XXXXXX)
export HOLDFAST_WORLD=$work/w HOLDFAST_CACHE=$PWD/target/it-cache HOLDFAST_SOCKET=$work/s NO_COLOR=1
pid=
finish() {
  if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  bash src/it/world/world.sh down || true
  rm -rf "$work"
}
trap finish EXIT

bash src/it/world/packages.sh
engine=$(bash src/it/world/engine.sh start main)
registry=$(bash src/it/world/registry.sh start open auto)
for release in 1.0.0 1.1.0; do
  DOCKER_HOST=$engine bash src/it/world/images.sh web "$registry/shop/web:$release" $release >/dev/null
done
DOCKER_HOST=$engine bash src/it/world/images.sh web "$registry/shop/web:1.2.0" 1.2.0 HEALTH=fail >/dev/null

repo=$work/repo port=$((23000 + RANDOM % 5000))
git init -q -b main "$repo"
cat >"$repo/compose.yaml" <<END
x-holdfast: { watch: 1s }
services:
  api:
    image: $registry/shop/web
    environment: { GREETING: "\${GREETING:-hello}" }
    stop_grace_period: 1s
    configs: [{ source: banner, target: /banner }]
    x-holdfast:
      strategy: start-first
      drain: 1s
      probe: { http: { port: 8080, path: /health }, interval: 300ms, retries: 2, start-period: 1s }
  worker:
    image: $registry/shop/web
    stop_grace_period: 1s
    volumes: ["data:/data"]
    healthcheck: { test: [CMD, "true"], interval: 1s }
    x-holdfast: { probe: { exec: { command: ["true"] }, interval: 300ms } }
configs: { banner: { content: "welcome" } }
volumes: { data: {} }
END
release() { # release VERSION
  cli set -f "$repo/versions.yaml" "api=$1" "worker=$1" --version "$1"
  git -C "$repo" add -A
  git -C "$repo" -c user.name=train -c user.email=train@localhost commit -qm "$1"
}
number=0
cli() { # a command, its list noted
  number=$((number + 1))
  HOLDFAST_JAVA_OPTS="-XX:DumpLoadedClassList=$work/cli.$number -XX:SharedArchiveFile=$dist/runtime/lib/none.jsa" \
    "$dist/bin/holdfast" "$@" >>"$work/out" 2>&1 || true
}
: >"$repo/versions.yaml"
release 1.0.0
cat >"$work/agent.yaml" <<END
server: train
state: $work/state
docker: { host: "$engine" }
api: { socket: $work/s, listen: "127.0.0.1:$port" }
interval: 2s
apps:
  shop: { source: { git: { url: "file://$repo", ref: main } } }
  blog: { source: { directory: $work/blog } }
END
mkdir "$work/blog"
cat >"$work/blog/compose.yaml" <<END
x-holdfast: { watch: 1s }
services:
  web: { image: "$registry/shop/web", stop_grace_period: 1s }
END
echo 'services: { web: 1.0.0 }' >"$work/blog/versions.yaml"

# As the unit starts it: with options its words are read by a library that is not needed otherwise.
agent() { # an agent until it is ready, its list noted under a NAME
  HOLDFAST_JAVA_OPTS="-XX:DumpLoadedClassList=$work/agent.$1 -XX:SharedArchiveFile=$dist/runtime/lib/none.jsa" \
    HOLDFAST_CONFIG=$work/agent.yaml "$dist/bin/holdfast" agent >>"$work/agent.log" 2>&1 &
  pid=$!
  for _ in $(seq 300); do [ -S "$work/s" ] && break; sleep 0.1; done
  until curl -sf -m 5 -o /dev/null "http://127.0.0.1:$port/q/health/ready"; do sleep 0.2; kill -0 $pid; done
}
agent first
cli wait shop --version 1.0.0 --timeout 2m
cli wait blog --timeout 2m
release 1.1.0
cli wait shop --version 1.1.0 --timeout 2m
release 1.2.0
cli wait shop --version 1.2.0 --timeout 2m
sleep 3
id=$(ls "$work/state/apps/shop/deployments" | tail -1)
for path in / /api/v1/apps /api/v1/apps/shop /api/v1/apps/shop/diff /api/v1/deployments "/api/v1/deployments/$id" \
  "/api/v1/deployments/$id/logs" /api/v1/nothing /q/health /q/health/live /q/metrics; do
  curl -s -m 10 -o /dev/null "http://127.0.0.1:$port$path" || true
done
curl -s -m 3 -o /dev/null "http://127.0.0.1:$port/api/v1/events" || true
for words in status "status shop" "status -o json" "diff shop" history "history shop" "show $id" "logs $id" "sync shop" \
  "hold shop --reason train" "resume shop" "retry shop" "status --help" \
  "validate --config $work/agent.yaml" "validate $repo" "why shop"; do
  # shellcheck disable=SC2086
  cli $words
done
kill $pid; wait $pid || true; pid=

# Nearly all starts find a state directory that is full.
agent again
sleep 5
kill $pid; wait $pid || true; pid=

# A cache does not take DomainSocket, whose other half is a library that is not here; a class that names it, once it is
# in the cache, makes Java search all jars for it before it begins.
unfit='com/github/dockerjava/transport/\(DomainSocket\|UnixSocket\)'

# One line each, in an order that does not hang on threads: classes, then what of them is linked ahead of time.
normal() {
  cat "$@" | grep -v '^#' | grep -v ' source: ' | grep -v "$unfit" | sed -E 's/ id: [0-9]+//' >"$work/all"
  grep -v '^@' "$work/all" | LC_ALL=C sort -u
  grep '^@lambda' "$work/all" | LC_ALL=C sort -u
  grep '^@cp' "$work/all" | LC_ALL=C awk '
    { for (i = 3; i <= NF; i++) seen[$2 " " $i] = 1; classes[$2] = 1 }
    END { for (key in seen) print key }' | LC_ALL=C sort -k1,1 -k2,2n | awk '
    $1 != last { if (last != "") printf "\n"; printf "@cp %s", $1; last = $1 } { printf " %s", $2 } END { print "" }'
}
mkdir -p $lists
normal "$work"/agent.first "$work"/agent.again | gzip -9n >$lists/agent.gz
normal "$work"/cli.* | gzip -9n >$lists/client.gz
ls -l $lists
