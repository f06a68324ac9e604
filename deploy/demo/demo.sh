#!/bin/bash
# make demo: shows Holdfast's main job on real parts: a Docker engine, a registry, a git repository, an app of
# three services with a Postgres that its releases migrate. Needs `make dist` before, and Debian or Ubuntu, as
# root or as a user who may use Docker. Everything lies in one scratch folder; `make demo-down` removes it.
# HOLDFAST_DEMO=/folder puts it elsewhere.
. "$(dirname "$0")/env.sh"
. "$DEMO_SRC/engine.sh"
. "$DEMO_SRC/tools.sh"
. "$DEMO_SRC/steps.sh"

T0=$(date +%s)
STEP='setting up' WHERE=''
set -E
trap 'WHERE="${BASH_SOURCE##*/}:$LINENO: $BASH_COMMAND"' ERR
trap '[ $? -eq 0 ] || stopped' EXIT
stopped() {
  printf '\n%sThe demo stopped while %s.%s\n' "$R" "$STEP" "$N" >&2
  if [ -n "$WHERE" ]; then echo "At $WHERE" >&2; fi
  if [ -s "$DEMO/agent.log" ]; then echo "The agent's last lines ($DEMO/agent.log):" >&2; tail -n 15 "$DEMO/agent.log" >&2; fi
  echo 'make demo-down removes what there is.' >&2
}

HOLDFAST=$(find_holdfast "${1:-}")
if [ -e "$DEMO" ]; then
  bash "$DEMO_SRC/down.sh" || exit 1
fi
mkdir -p "$(dirname "$DEMO")"; mkdir -m 700 "$DEMO" || fail "could not make the folder $DEMO"
: >"$MARK"

head_line 'Setting up'
set_up
head_line 'Release 1.0.0: the agent starts, and finds that nothing runs yet'
release_1
head_line 'Release 1.1.0: CI pushes, the agent migrates the database and goes live'
release_2
head_line 'Release 1.2.0: it does not get healthy, so release 1.1.0 comes back'
release_3
head_line 'Drift: somebody removes a container by hand'
drift
head_line "Where things stand, after $(($(date +%s) - T0)) s"
ending
