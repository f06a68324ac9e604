# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced by demo.sh: the steps of the demo.

# find_holdfast: the program as built
find_holdfast() { # find_holdfast [FOLDER]
  local found
  if [ -n "${1:-}" ] && [ -x "$1/bin/holdfast" ]; then echo "$1/bin/holdfast"; return; fi
  found=$(compgen -G "$REPO/target/holdfast-*/bin/holdfast" | head -n 1) || true
  if [ -z "$found" ] || [ ! -x "$found" ]; then fail "there is no $REPO/target/holdfast-*/bin/holdfast; run make dist first"; fi
  echo "$found"
}
world() { bash "$WORLD/$1.sh" "${@:2}"; }
holdfast() { HOLDFAST_SOCKET=$DEMO/holdfast.sock "$HOLDFAST" "$@"; }
# wait_until SECONDS command...
wait_until() { local end=$(($(date +%s) + $1)); shift; until "$@" >/dev/null 2>&1; do [ "$(date +%s)" -lt $end ] || return 1; sleep 0.3; done; }
# containers [SERVICE]: id and service of what runs
containers() {
  docker ps --no-trunc --filter "label=com.docker.compose.project=$APP" ${1:+--filter "label=com.docker.compose.service=$1"} \
    --format '{{.Label "com.docker.compose.service"}} {{.ID}}' | awk '{ print $1, substr($2, 1, 12) }' | sort
}
port_of() { bash -c '. "$0/env.sh"; free_port' "$WORLD"; }
says() { curl -s -m 5 "$1" || echo '(no answer)'; }

set_up() {
  STEP='looking for a Docker engine'; find_engine
  echo "$DOCKER_HOST" >"$DEMO/docker-host"
  if [ -n "$(docker ps -aq --filter "label=com.docker.compose.project=$APP")" ]; then
    fail "containers of a project $APP are on this engine already; the demo does not touch them. Remove them first."
  fi
  STEP='fetching tools'; find_tools
  STEP='starting the registry'
  REGISTRY=$(world registry start demo auto 2>/dev/null) || fail 'the registry does not start'
  echo "$REGISTRY" >"$DEMO/registry"; tell "a registry listens on $REGISTRY"
  STEP='building the sample images'; tell 'building the sample images; Prisma comes from npm, the rest from files of this machine'
  build_images
  STEP='making the git repository'; make_repository
}

build_images() {
  local t; t=$(date +%s)
  world images base 2>"$DEMO/images.log" || { tail -n 15 "$DEMO/images.log" >&2; fail 'the base images could not be made'; }
  { world images postgres "$REGISTRY/demo/postgres:1"
    world images api "$REGISTRY/demo/api:1.0.0" 1 VERSION=1.0.0
    world images api "$REGISTRY/demo/api:1.1.0" 2 VERSION=1.1.0
    world images api "$REGISTRY/demo/api:1.2.0" 3 VERSION=1.2.0
    for v in 1.0.0 1.1.0 1.2.0; do world images web "$REGISTRY/demo/web:$v" $v; done
  } >>"$DEMO/images.log" 2>&1 || { tail -n 15 "$DEMO/images.log" >&2; fail 'the sample images could not be made or pushed (does the engine run on this machine, not in a virtual one?)'; }
  # the agent shall pull what it runs, as on a server of its own
  docker images --format '{{.Repository}}:{{.Tag}}' "$REGISTRY/demo/*" | xargs -r docker rmi >/dev/null 2>&1 || true
  tell "pushed: postgres, api and web in the versions 1.0.0, 1.1.0 and 1.2.0 ($(($(date +%s) - t)) s)"
}

make_repository() {
  git init -q --bare "$DEMO/deploy.git"; git -C "$DEMO/deploy.git" symbolic-ref HEAD refs/heads/main
  git clone -q "$DEMO/deploy.git" "$DEMO/ci" 2>/dev/null
  git -C "$DEMO/ci" config user.name 'Demo CI'; git -C "$DEMO/ci" config user.email ci@example.com
  git -C "$DEMO/ci" config commit.gpgsign false
  cp "$DEMO_SRC"/app/{compose,versions}.yaml "$DEMO/ci/"
  (cd "$DEMO/ci" && git add -A && git commit -qm 'The app' && git push -q origin HEAD:refs/heads/main)
  tell "a git repository with compose.yaml and versions.yaml: $DEMO/deploy.git"
}

write_config() {
  local api_port=7460
  if (exec 3<>/dev/tcp/127.0.0.1/$api_port) 2>/dev/null; then api_port=$(port_of); fi
  API_PORT=$(port_of); WEB_PORT=$(port_of); LISTEN=127.0.0.1:$api_port
  (umask 077; printf '%s\n' "REGISTRY=$REGISTRY" "DATABASE_PASSWORD=$(openssl rand -hex 12)" "API_PORT=$API_PORT" "WEB_PORT=$WEB_PORT" >"$DEMO/demo.env")
  sed -e "s|\${DEMO_DIR}|$DEMO|g" -e "s|\${DEMO_DOCKER_HOST}|$DOCKER_HOST|g" -e "s|\${DEMO_API_PORT}|$api_port|g" \
    "$DEMO_SRC/app/agent.yaml" >"$DEMO/agent.yaml"
}

start_agent() {
  setsid "$HOLDFAST" agent --config "$DEMO/agent.yaml" >"$DEMO/agent.log" 2>&1 </dev/null &
  local pid=$!
  bash -c '. "$0/env.sh"; note_pid "$1" "$2"' "$WORLD" "$DEMO/agent.pid" $pid
  agent_answers() { ! kill -0 $pid 2>/dev/null || holdfast status; }
  wait_until 60 agent_answers || fail "the agent does not answer on $DEMO/holdfast.sock after 60 s"
  kill -0 $pid 2>/dev/null || fail 'the agent ended at its start'
}

# follow VERSION SECONDS: until the agent has brought VERSION up; what it says is shown
follow() {
  local code=0
  holdfast wait "$APP" --version "$1" --timeout "$2s" >"$DEMO/wait.out" 2>&1 || code=$?
  show <"$DEMO/wait.out"
  return $code
}
status() { holdfast status "$APP" | show; }

release_1() {
  STEP='starting the agent'; write_config; start_agent
  tell "the agent runs with $DEMO/agent.yaml"; tell "\$ holdfast wait $APP --version 1.0.0"
  STEP='bringing up release 1.0.0'
  follow 1.0.0 150 || fail 'release 1.0.0 did not come up'
  tell '$ holdfast status'; status
  curl -sf -m 5 -o /dev/null -d '{"name":"Ada"}' "http://127.0.0.1:$API_PORT/api/users" || fail 'the API does not take a user'
  tell "the API answers: $(says "http://127.0.0.1:$API_PORT/api/version")"; tell "its users:       $(says "http://127.0.0.1:$API_PORT/api/users")"
}

# ci_sets VERSION: what a CI job does, with the lines that it would contain
ci_sets() {
  tell "\$ git clone … && holdfast set -f versions.yaml api=$1 web=$1 --version $1 && git commit && git push"
  rm -rf "$DEMO/ci-job"; git clone -q "$DEMO/deploy.git" "$DEMO/ci-job"
  (cd "$DEMO/ci-job" || exit 1
    git config user.name 'Demo CI'; git config user.email ci@example.com; git config commit.gpgsign false
    "$HOLDFAST" set -f versions.yaml "api=$1" "web=$1" --version "$1" | show
    git diff -U0 versions.yaml | grep -E '^[-+][^-+]' | sed 's/^/   | /'
    git commit -qam "Release $1"; git push -q origin HEAD:refs/heads/main)
}

release_2() {
  STEP='setting release 1.1.0'; ci_sets 1.1.0
  STEP='bringing up release 1.1.0'; tell "\$ holdfast wait $APP --version 1.1.0"
  follow 1.1.0 120 || fail 'release 1.1.0 did not come up'
  status
  tell "the API answers: $(says "http://127.0.0.1:$API_PORT/api/version")"
  tell "Ada is still there, with the new column: $(says "http://127.0.0.1:$API_PORT/api/users")"
  case $(says "http://127.0.0.1:$API_PORT/api/users") in *Ada*email*) ;; *) fail 'the database was not migrated, or lost its rows' ;; esac
}

release_3() {
  local before
  STEP='setting release 1.2.0'; before=$(containers)
  tell 'containers of release 1.1.0:'; show <<<"$before"
  ci_sets 1.2.0
  STEP='waiting for release 1.2.0 to fail'; tell "\$ holdfast wait $APP --version 1.2.0"
  if follow 1.2.0 120; then fail 'release 1.2.0 counts as healthy, which it is not'; fi
  tell 'CI gets exit code 1 and the reason.'
  STEP='waiting for release 1.1.0 to be back'
  same() { [ "$(containers)" = "$before" ]; }
  wait_until 60 same || { containers | show; fail "those are not the containers of release 1.1.0"; }
  tell 'containers now, the same ones:'; containers | show
  wait_until 30 curl -sf -m 3 "http://127.0.0.1:$API_PORT/api/health" || fail 'the API of release 1.1.0 is not healthy'
  tell "the API answers: $(says "http://127.0.0.1:$API_PORT/api/version")"
  status
}

drift() {
  local old
  STEP='correcting drift'; old=$(containers web); old=${old#* }
  tell "\$ docker rm -f $old   (web)"; docker rm -f "$old" >/dev/null
  back() { [ -n "$(containers web)" ] && curl -sf -m 3 "http://127.0.0.1:$WEB_PORT/health"; }
  wait_until 60 back || fail 'the container was not put back'
  tell 'the agent says:'; sed -n 's/.*\(drift: .*\)/\1/p' "$DEMO/agent.log" | show
  tell "it is back: $(containers web), which says it is $(says "http://127.0.0.1:$WEB_PORT/version")"
}

ending() {
  STEP='saying goodbye'
  git -C "$DEMO/ci" pull -q --ff-only origin main
  FAILED=$(holdfast history "$APP" | awk '$3 == "rolled-back" { print $1; exit }')
  tell '$ holdfast status'; holdfast status | show
  tell "\$ holdfast history $APP"; holdfast history "$APP" | show
  cat <<END

The agent keeps running. Look around:
   export HOLDFAST_SOCKET=$DEMO/holdfast.sock PATH=${HOLDFAST%/*}:\$PATH
   holdfast status -w                     what runs, live (ctrl-c ends it)
   holdfast show $FAILED    why release 1.2.0 failed; also: logs
   holdfast diff $APP            what the agent would do now
   holdfast rollback $APP        back to 1.0.0, held there until: holdfast resume $APP
   curl -s http://$LISTEN/api/v1/apps/$APP    the API; metrics: http://$LISTEN/q/metrics
   $DEMO/ci                edit versions.yaml (1.0.0, 1.1.0, 1.2.0), commit, push: the agent looks every 2 s
   $DEMO/agent.log         what it does

Your own app: put a compose.yaml and a versions.yaml into a git repository or a folder, write an
agent.yaml after agent.yaml.example, and start \`holdfast agent --config agent.yaml\`. The README's
quick start has it all for a server: the unit file, the deploy repository, the CI snippets.

make demo-down ends the demo and removes all of this.
END
}
