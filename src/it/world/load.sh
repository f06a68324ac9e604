#!/bin/bash
# load.sh start NAME URL RATE [METHOD]   asks URL RATE times a second from a process of its own (gap/load.mjs)
# load.sh mark NAME BEGIN END            (epoch ms) a time whose latencies are reported by themselves
# load.sh stop NAME                      waits for what is open, prints the result as one JSON line
. "$(dirname "$0")/env.sh"
[ $# -ge 2 ] || die "usage: load.sh start NAME URL RATE [METHOD] | mark NAME BEGIN END | stop NAME"
cmd=$1 name=$2 D=$W/servers/load-$2; shift 2
case $cmd in
  start)
    . "$WORLD_SRC/node.sh"
    mkdir -p "$D"; : >"$D/marks"
    setsid "$NODE" "$WORLD_SRC/gap/load.mjs" "$1" "$2" "${3:-GET}" "$D/marks" >"$D/result" 2>"$LOGS/load-$name.log" </dev/null &
    note_pid "$D/pid" $! ;;
  mark) echo "$1 $2" >>"$D/marks" ;;
  stop) # a request is given up after 10 s
    stop_pid "$D/pid" 25
    [ -s "$D/result" ] || { tail -n 5 "$LOGS/load-$name.log" >&2; die "the load $name ended without a result"; }
    cat "$D/result"; rm -rf "$D" ;;
  *) die "unknown command: $cmd" ;;
esac
