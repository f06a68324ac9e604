# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced by every script of the test world: where it lives, and a few helpers.
#
# HOLDFAST_WORLD  the folder that holds all state of one world (default ${TMPDIR:-/tmp}/holdfast-world).
#                 Two worlds with two folders live side by side; `world.sh down` removes exactly one.
set -euo pipefail
umask 022
WORLD_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
HOLDFAST_WORLD=${HOLDFAST_WORLD:-${TMPDIR:-/tmp}/holdfast-world}
case $HOLDFAST_WORLD in /*) ;; *) HOLDFAST_WORLD=$PWD/$HOLDFAST_WORLD ;; esac
export HOLDFAST_WORLD
W=$HOLDFAST_WORLD
LOGS=$W/logs
CACHE=${HOLDFAST_CACHE:-$W/cache}   # what is slow to make: node_modules, root file systems of images
DEFAULT_ENGINE=${HOLDFAST_ENGINE:-main}
# dockerd, sshd and friends live in sbin, which a user's PATH may lack
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
export DOCKER_BUILDKIT=0

say() { printf '%s\n' "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
now_ms() { date +%s%3N; }
took() { awk -v a="$1" -v b="$(now_ms)" 'BEGIN { printf "%.1f s", (b - a) / 1000 }'; }

# wait_for SECONDS command...: polls every 50 ms; 1 when the time is out
wait_for() {
  local end=$(($(now_ms) + $1 * 1000)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$(now_ms)" -lt "$end" ] || return 1
    sleep 0.05
  done
}

alive() { [ -d "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
gone() { ! alive "$1"; }
port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# started_at PID: when the kernel started it; with the pid it names one process for ever
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# note_pid FILE PID: remembers a process that we started
note_pid() { printf '%s %s\n' "$2" "$(started_at "$2")" >"$1"; }

# stop_pid FILE [SECONDS] [SIGNAL]: ends the process that note_pid remembered, and no other one that
# happens to have its number today
stop_pid() {
  local file=$1 seconds=${2:-10} signal=${3:-TERM} pid start
  [ -s "$file" ] || return 0
  read -r pid start <"$file" || true
  if alive "$pid" && [ "$(started_at "$pid")" = "$start" ]; then
    kill "-$signal" "$pid" 2>/dev/null || true
    if ! wait_for "$seconds" gone "$pid"; then
      kill -KILL "$pid" 2>/dev/null || true
      wait_for 5 gone "$pid" || say "process $pid ($file) does not end"
    fi
  fi
  rm -f "$file"
}

# free_port: a TCP port of loopback that nobody listens on, below the kernel's ephemeral range
free_port() {
  local p i
  for i in $(seq 1 200); do
    p=$((20000 + RANDOM % 12000))
    if ! port_open 127.0.0.1 "$p" && mkdir "$W/ports/$p" 2>/dev/null; then echo "$p"; return 0; fi
  done
  die "could not find a free port between 20000 and 32000"
}

socket_of() { echo "$W/engines/$1/docker.sock"; }
# the engine that images.sh builds on, unless DOCKER_HOST names another
use_engine() { export DOCKER_HOST=${DOCKER_HOST:-unix://$(socket_of "$DEFAULT_ENGINE")}; }

mkdir -p "$W/ports" "$LOGS" "$CACHE"
