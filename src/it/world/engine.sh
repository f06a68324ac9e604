#!/bin/bash
# engine.sh start NAME [dockerd options...]   starts a Docker engine and prints its socket; a second start
#                                             without options uses the first one's
# engine.sh stop|kill9|restart|restart9 NAME  TERM and wait; kill -9 and wait for the corpse; and again
# engine.sh down NAME                         removes its containers, its data, its network, everything
# engine.sh socket NAME                       prints its socket
# engine.sh network NAME                      of one started with HOLDFAST_NETNS=yes: its network namespace, the machine's
#                                             address that it sees, and its own address
#
# An engine of its own: data-root, exec-root, socket, pid file, bridge, address pool, all under
# $HOLDFAST_WORLD/engines/NAME. It lives in the machine's own network namespace, because then a published
# port and a registry on 127.0.0.1 are reached by tests, agent and engine alike under one address
# (127.0.0.0/8 needs no TLS for either), and Maven, git and npm keep their network.
# It runs with --iptables=false: two engines that both keep rules flush each other's chain DOCKER at every
# start. So it coexists with the machine's own engine and with other worlds. Published ports are served by
# docker-proxy (so they are deaf while dockerd is down, live-restore or not), containers have no way to the outside (the tests pull nothing from there), and what a
# machine whose FORWARD policy is DROP needs is one rule of ours per engine, removed by stop and down.
#
# HOLDFAST_NETNS=yes gives it a network namespace of its own, as if it were another server: a cable to this machine
# (10.149.n.1 here, 10.149.n.2 there), its own loopback, nothing else. An agent there is started by nsenter.
. "$(dirname "$0")/env.sh"
[ $# -ge 2 ] || die "usage: engine.sh start|stop|kill9|restart|restart9|down|socket NAME [dockerd options...]"
cmd=$1 name=$2; shift 2
case $name in *[!a-z0-9-]* | '') die "an engine's name is made of a-z, 0-9 and -: $name" ;; esac
E=$W/engines/$name
sock=$(socket_of "$name")
answers() { curl -sf -m 2 --unix-socket "$sock" http://d/_ping; }

# A number for the address range 10.(150+n).0.0/16 and the bridge hf<n>, free on this machine. The lock is
# machine-wide, because worlds must not take each other's.
take_slot() {
  local n dir=/run/holdfast-world
  if [ -s "$E/slot" ]; then cat "$E/slot"; return; fi
  mkdir -p $dir
  exec 9>"$dir/lock"; flock -w 30 9 || die "could not lock $dir/lock"
  for n in $(seq 0 63); do
    [ ! -e "$dir/$n" ] || { [ ! -d "$(cat "$dir/$n")" ] && rm -f "$dir/$n"; } || continue
    ! ip link show "hf$n" >/dev/null 2>&1 || continue
    ! ip -4 route show table all | grep -qE "(^| )10\.$((150 + n))\." || continue
    echo "$E" >"$dir/$n"; echo "$n" >"$E/slot"; exec 9>&-; echo "$n"; return
  done
  die "no free address range 10.150.0.0/16 .. 10.213.0.0/16 for an engine"
}
# Empty for an engine in the machine's own namespace.
netns() { if [ -e "$E/netns" ]; then cat "$E/netns"; fi; }
there() { # there COMMAND...: in the engine's network; `ip netns exec` would hide the cgroups
  local ns; ns=$(netns)
  if [ -z "$ns" ]; then "$@"; else nsenter --net="/run/netns/$ns" "$@"; fi
}
make_netns() { # make_netns SLOT
  local ns=hf$1
  echo "$ns" >"$E/netns"
  [ ! -e "/run/netns/$ns" ] || return 0
  ip netns add "$ns" || die "could not make the network namespace $ns"
  ip link add "hfc$1" type veth peer name cable netns "$ns" || die "could not make a cable to $ns"
  ip addr add "10.149.$1.1/30" dev "hfc$1"; ip link set "hfc$1" up
  ip -n "$ns" addr add "10.149.$1.2/30" dev cable; ip -n "$ns" link set cable up; ip -n "$ns" link set lo up
  ip -n "$ns" route add 10.149.0.0/16 via "10.149.$1.1" # every cable's end here is one and the same machine
}

release_slot() {
  [ ! -s "$E/slot" ] || rm -f "/run/holdfast-world/$(cat "$E/slot")"
  # the last one out: nothing but the lock is left
  [ "$(ls -A /run/holdfast-world 2>/dev/null)" != lock ] || rm -rf /run/holdfast-world
}

forward_rule() { # forward_rule -I|-D
  command -v iptables >/dev/null || return 0
  local n; n=$(cat "$E/slot")
  local rule=(FORWARD -s "10.$((150 + n)).0.0/16" -d "10.$((150 + n)).0.0/16" -m comment --comment "holdfast-world hf$n" -j ACCEPT)
  if [ "$1" = -I ]; then iptables -w 10 -C "${rule[@]}" 2>/dev/null || iptables -w 10 -I "${rule[@]}" 2>/dev/null || say "no FORWARD rule for hf$n"
  else while iptables -w 10 -D "${rule[@]}" 2>/dev/null; do :; done; fi
}

start() {
  local t n args=(); t=$(now_ms)
  [ "$(id -u)" = 0 ] || die "a Docker engine of one's own needs root"
  command -v dockerd >/dev/null || die "there is no dockerd; run packages.sh first"
  [ ${#sock} -le 100 ] || die "the socket's path is too long for the kernel ($sock): set HOLDFAST_WORLD to a shorter folder"
  mkdir -p "$E/conf"; [ -e "$E/conf/daemon.json" ] || echo "{}" >"$E/conf/daemon.json"
  if answers >/dev/null; then echo "unix://$sock"; return; fi
  [ $# -eq 0 ] || printf '%s\n' "$@" >"$E/args"
  [ ! -s "$E/args" ] || mapfile -t args <"$E/args"
  n=$(take_slot); local net=10.$((150 + n))
  [ -z "${HOLDFAST_NETNS:-}" ] || make_netns "$n"
  if ! there ip link show "hf$n" >/dev/null 2>&1; then
    there ip link add "hf$n" type bridge || die "could not make the bridge hf$n"
    there ip addr add "$net.0.1/24" dev "hf$n"; there ip link set "hf$n" up
  fi
  [ -n "$(netns)" ] || forward_rule -I
  [ -z "$(netns)" ] || args+=(--insecure-registry 10.149.0.0/16)
  local inside=(); [ -z "$(netns)" ] || inside=(nsenter "--net=/run/netns/$(netns)")
  rm -f "$E/docker.pid"
  # --dns: the bridge's own address, where no name server is. Containers have no way to the machine's real
  # one, and the fewer servers are listed, the sooner a look-up of an outside name gives up (5 s).
  # GOGC, GOMEMLIMIT: at each start of a container dockerd runs itself three times over for a moment; a good part of
  # what that takes is collecting garbage that ends with the process anyway.
  DOCKER_CONFIG=$E/conf GOGC=off GOMEMLIMIT=200MiB setsid "${inside[@]}" dockerd --data-root "$E/data" --exec-root "$E/exec" --pidfile "$E/docker.pid" \
    -H "unix://$sock" --config-file "$E/conf/daemon.json" --iptables=false --ip6tables=false \
    --bridge "hf$n" --default-address-pool "base=$net.128.0/17,size=26" --dns "$net.0.1" \
    "${args[@]}" >>"$LOGS/dockerd-$name.log" 2>&1 </dev/null 9>&- &
  note_pid "$E/pid" $!
  local pid=$!
  up_or_dead() { answers || gone $pid; }
  wait_for 45 up_or_dead && answers >/dev/null || { tail -n 8 "$LOGS/dockerd-$name.log" >&2; die "the engine $name does not answer; its log is $LOGS/dockerd-$name.log"; }
  chmod 666 "$sock"
  say "engine $name is up after $(took "$t")"; echo "unix://$sock"
}

# With kill -9 its containerd dies too (pdeathsig), but stays a zombie until PID 1 reaps it; a dockerd that
# starts in that time takes it for alive, waits 30 s for its socket and gives up.
kill9() {
  local pid containerd=
  [ -s "$E/pid" ] || die "engine $name is not running"
  read -r pid _ <"$E/pid"
  if [ -s "$E/exec/containerd/containerd.pid" ]; then containerd=$(cat "$E/exec/containerd/containerd.pid"); fi
  stop_pid "$E/pid" 5 KILL
  if [ -n "$containerd" ]; then wait_for 20 test ! -d "/proc/$containerd" || say "containerd $containerd is still there"; fi
  wait_for 20 test ! -d "/proc/$pid" || true
  rm -f "$E/docker.pid"
}

down() {
  [ -d "$E" ] || return 0
  # containers that a killed engine left behind are ended by the engine itself, started once more
  answers >/dev/null || { [ -d "$E/exec/containerd" ] && (start >/dev/null 2>&1) || true; }
  if answers >/dev/null; then
    docker -H "unix://$sock" ps -aq | xargs -r docker -H "unix://$sock" rm -f >/dev/null 2>&1 || true
    docker -H "unix://$sock" network prune -f >/dev/null 2>&1 || true
  fi
  stop_pid "$E/pid" 30
  awk -v d="$E/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || true
  if [ -n "$(netns)" ]; then
    ip link del "hfc$(cat "$E/slot")" 2>/dev/null || true
    ip netns del "$(netns)" 2>/dev/null || true
  elif [ -s "$E/slot" ]; then
    forward_rule -D
    # its own bridge, and those of networks that it had no time to remove: all have addresses of its range
    ip -4 -o addr show | awk -v r="10.$((150 + $(cat "$E/slot")))." 'index($4, r) == 1 { print $2 }' |
      sort -u | while read -r link; do ip link del "$link" 2>/dev/null || true; done
  fi
  release_slot
  rm -rf "$E"
}

case $cmd in
  start) start "$@" ;;
  stop) stop_pid "$E/pid" 30 ;;
  kill9) kill9 ;;
  restart) stop_pid "$E/pid" 30; start "$@" ;;
  restart9) kill9; start "$@" ;;
  down) down ;;
  socket) echo "$sock" ;;
  network) n=$(cat "$E/slot"); echo "$(netns) 10.149.$n.1 10.149.$n.2" ;;
  *) die "unknown command: $cmd" ;;
esac
