# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced by demo.sh and down.sh: where the demo lives, and how it talks.
set -euo pipefail
DEMO_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$DEMO_SRC/../.." && pwd)
# A scratch folder for each user: two users' demos do not meet
DEMO=${HOLDFAST_DEMO:-${TMPDIR:-/tmp}/holdfast-demo-$(id -u)}
case $DEMO in /*) ;; *) DEMO=$PWD/$DEMO ;; esac
MARK=$DEMO/.made-by-holdfast-demo
APP=holdfast-demo
WORLD=$REPO/src/it/world
export HOLDFAST_WORLD=$DEMO/world HOLDFAST_CACHE=$DEMO/cache HOLDFAST_IMAGES=holdfast-demo HOLDFAST_ENGINE=demo
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then B=$'\e[1m' R=$'\e[31m' N=$'\e[0m'; else B='' R='' N=''; fi
head_line() { printf '\n%s== %s%s\n' "$B" "$*" "$N"; }
tell() { printf '   %s\n' "$*"; }
show() { sed 's/^/   | /'; }
fail() { printf '\n%sdemo: %s%s\n' "$R" "$*" "$N" >&2; exit 1; }
