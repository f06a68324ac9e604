#!/bin/bash
# make demo-down: ends the demo and removes everything that it made, and nothing else: its agent, registry and
# scratch folder, its containers, network, volume and images, and where it had to start a private engine, that
# engine and the packages that it installed for it.
. "$(dirname "$0")/env.sh"
if [ ! -e "$DEMO" ]; then echo "There is no demo in $DEMO."; exit 0; fi
[ -e "$MARK" ] || fail "$DEMO was not made by the demo: it is left alone"
[ -O "$DEMO" ] || fail "$DEMO belongs to another user: it is left alone"

end_agent() {
  [ -s "$DEMO/agent.pid" ] || return 0
  bash -c '. "$0/env.sh"; stop_pid "$1" 40' "$WORLD" "$DEMO/agent.pid"
}

# Only what carries the demo's project label or stands under the names that the demo gave
clean_engine() {
  local label=label=com.docker.compose.project=$APP registry ids
  [ -s "$DEMO/docker-host" ] && DOCKER_HOST=$(cat "$DEMO/docker-host") && export DOCKER_HOST || return 0
  docker version >/dev/null 2>&1 || { echo "The engine on $DOCKER_HOST does not answer: containers and images of the demo stay there." >&2; return 0; }
  registry=$(cat "$DEMO/registry" 2>/dev/null || echo none)
  docker ps -aq --filter "$label" | xargs -r docker rm -f -v >/dev/null
  docker network ls -q --filter "$label" | xargs -r docker network rm >/dev/null
  docker volume ls -q --filter "$label" | xargs -r docker volume rm >/dev/null
  ids=$({ docker images -q --no-trunc "$registry/demo/*"; docker images -q --no-trunc "$HOLDFAST_IMAGES/*"; } | sort -u)
  # by name, not by id: an image that somebody tagged otherwise keeps that name
  { docker images --format '{{.Repository}}:{{.Tag}}' "$registry/demo/*"; docker images --format '{{.Repository}}:{{.Tag}}' "$HOLDFAST_IMAGES/*"
    docker images --digests --format '{{.Repository}}@{{.Digest}}' "$registry/demo/*"; } |
    grep -v '<none>' | sort -u | xargs -r docker rmi >/dev/null 2>&1 || true
  # what only had a digest, as the agent pulls it
  for id in $ids; do [ "$(docker image inspect -f '{{len .RepoTags}}' "$id" 2>/dev/null || echo 1)" != 0 ] || docker rmi "$id" >/dev/null 2>&1 || true; done
}

# The packages go only where that takes along nothing that the demo did not bring
remove_packages() {
  local list goes
  [ -s "$DEMO/packages" ] || return 0
  mapfile -t list < <(sort -u "$DEMO/packages")
  goes=$(apt-get -s purge "${list[@]}" 2>/dev/null | awk '$1 == "Purg" || $1 == "Remv" { print $2 }' | sort -u) || goes=unknown
  if [ -n "$(comm -23 <(echo "$goes") <(printf '%s\n' "${list[@]}"))" ]; then
    echo "Left installed, because something else needs them now: ${list[*]}"; return 0
  fi
  echo "Removing the packages that the demo installed: ${list[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 purge -y "${list[@]}" >/dev/null 2>&1 ||
    echo "apt could not remove them; by hand: apt-get purge ${list[*]}" >&2
  # what dockerd and containerd make outside their own folders, where nothing lies in it
  find /opt/containerd /run/containerd /run/docker /etc/docker -depth -type d -empty -delete 2>/dev/null || true
}

end_agent
if [ ! -d "$HOLDFAST_WORLD/engines/demo" ]; then clean_engine; fi
bash "$WORLD/world.sh" down
remove_packages
rm -rf "${DEMO:?}"
echo "The demo is gone."
