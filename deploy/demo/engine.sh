# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced by demo.sh: finds the Docker engine that answers, else starts a private one. Sets DOCKER_HOST.

# candidates: the engines that this user's docker command might mean, unix sockets only: the agent must run on
# the engine's own machine, or a registry on 127.0.0.1 would be somebody else's
candidates() {
  if [ -n "${DOCKER_HOST:-}" ]; then echo "$DOCKER_HOST"; fi
  if command -v docker >/dev/null; then
    env -u DOCKER_HOST docker context inspect -f '{{.Endpoints.docker.Host}}' 2>/dev/null || true
  fi
  echo unix:///var/run/docker.sock
}
engine_answers() { curl -sf -m 5 -o /dev/null --unix-socket "${1#unix://}" http://d/_ping 2>/dev/null; }

find_engine() {
  local host found=''
  while read -r host; do
    case $host in unix://*) ;; *) tell "the engine $host is not on this machine: not used"; continue ;; esac
    if engine_answers "$host"; then found=$host; break; fi
  done < <(candidates | awk '!seen[$0]++')
  if [ -n "$found" ]; then
    if command -v docker >/dev/null; then
      export DOCKER_HOST=$found
      tell "Docker $(docker version -f '{{.Server.Version}}') answers on $found: the demo uses it"
      return
    fi
    tell "an engine answers on $found, but there is no docker command"
  fi
  private_engine
}

private_engine() {
  if [ "$(id -u)" != 0 ]; then
    if [ -S /var/run/docker.sock ]; then
      fail "the engine on /var/run/docker.sock does not let you in. Add yourself to its group (sudo usermod -aG docker $(id -un), then log in again), or run this as root."
    fi
    fail "no Docker engine answers. Start one that you may use, or run this as root: then the demo starts one of its own."
  fi
  tell "no Docker engine answers: installing the distribution's, and starting a private one in $DEMO"
  HOLDFAST_INSTALLED=$DEMO/packages bash "$WORLD/packages.sh" engine || fail "the engine's packages could not be installed (see above)"
  DOCKER_HOST=$(bash "$WORLD/engine.sh" start demo) || fail "the private engine does not start (see above)"
  export DOCKER_HOST
  tell "Docker $(docker version -f '{{.Server.Version}}') answers on $DOCKER_HOST"
}
