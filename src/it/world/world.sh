#!/bin/bash
# world.sh down     ends everything that this world started and removes its folder, and nothing else
# world.sh status   what is there
# Keep the slow part (npm's modules) by HOLDFAST_CACHE=/some/folder, which down leaves alone.
. "$(dirname "$0")/env.sh"
case ${1:-} in
  down)
    for d in "$W"/servers/*/; do [ -d "$d" ] && stop_pid "$d/pid" 5; done
    for d in "$W"/systemd/*/; do [ -d "$d" ] && "$WORLD_SRC/systemd.sh" down "$(basename "$d")"; done
    for d in "$W"/registries/*/; do [ -d "$d" ] && "$WORLD_SRC/registry.sh" down "$(basename "$d")"; done
    for d in "$W"/engines/*/; do [ -d "$d" ] && "$WORLD_SRC/engine.sh" down "$(basename "$d")"; done
    left=$(awk -v d="$W/" 'index($2, d) == 1 { print $2 }' /proc/mounts)
    [ -z "$left" ] || die "these are still mounted, so nothing is removed: $left"
    rm -rf "${W:?}" ;;
  status)
    for f in "$W"/engines/*/pid "$W"/registries/*/pid "$W"/registries/*/token.pid "$W"/servers/*/pid; do
      [ -s "$f" ] || continue
      read -r pid _ <"$f"; printf '%-40s %s %s\n' "${f#"$W"/}" "$pid" "$(alive "$pid" && echo runs || echo ended)"
    done ;;
  *) die "usage: world.sh down|status" ;;
esac
