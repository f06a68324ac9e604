#!/bin/bash
# systemd.sh boot NAME [nspawn options...]   boots this machine's own Debian or Ubuntu with systemd as PID 1, in about 2 s:
#                                            what it writes goes into a layer of its own, and it sees no Java of the machine's
# systemd.sh exec NAME command...            runs a command in it
# systemd.sh off NAME                        shuts it down, as power off does
# systemd.sh down NAME                       ends it and removes its layer
#
# A layer over the machine's own root needs no mirror and no minute of mmdebstrap. The network is the machine's, so that
# registries and ports of the world are reached under the same addresses; $HOLDFAST_WORLD is seen as /srv/world.
# MemoryMax and TasksMax are taken but not enforced where the machine has cgroup v1: no controllers are handed in.
. "$(dirname "$0")/env.sh"
[ $# -ge 2 ] || die "usage: systemd.sh boot|exec|off|down NAME ..."
cmd=$1 name=$2; shift 2
case $name in *[!a-z0-9-]* | '') die "a name is made of a-z, 0-9 and -: $name" ;; esac
B=$W/systemd/$name

inside() {
  local pid; read -r pid _ <"$B/init.pid"
  nsenter -t "$pid" -m -u -i -p -n -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh -c 'cd / && exec "$@"' sh "$@"
}
booted() { inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; }
first_child() { ps -o pid= --ppid "$1" | tr -d ' ' | tail -1; }
has_child() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = systemd-nspawn ] && [ -n "$(first_child "$1")" ]; }

layer() {
  mkdir -p "$B/layer/upper" "$B/layer/work" "$B/root"
  # an overlay's upper layer cannot lie on an overlay, as in a container
  mountpoint -q "$B/layer" || mount -t tmpfs -o size=2g,mode=755 "holdfast-$name" "$B/layer"
  mkdir -p "$B/layer/upper" "$B/layer/work"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$B/layer/upper,workdir=$B/layer/work" "$B/root"
  local r=$B/root
  # Of the machine's services none is wanted, nor is its network, its journal, its Java and a Holdfast of its own.
  rm -rf "$r"/etc/systemd/system/*.wants "$r"/var/log/journal "$r"/usr/lib/jvm "$r"/opt "$r"/etc/fstab \
    "$r"/usr/sbin/policy-rc.d "$r"/etc/holdfast "$r"/var/lib/holdfast "$r"/usr/local/bin/holdfast \
    "$r"/lib/systemd/system/{getty.target.wants,sysinit.target.wants/systemd-udev*,sysinit.target.wants/sys-kernel*,sysinit.target.wants/dev-hugepages*}
  rm -f "$r"/usr/bin/java "$r"/etc/alternatives/java
  find "$r"/etc/rc[0-9S].d -name 'S*' -delete 2>/dev/null || true
  local service
  for service in docker.service docker.socket containerd.service networking.service systemd-networkd.service \
    systemd-resolved.service systemd-timesyncd.service; do
    ln -sfn /dev/null "$r/etc/systemd/system/$service"
  done
  mkdir -p "$r/opt" "$r/var/log/journal"
  # A server's docker.service comes from the machine's engine here: a unit that is there, and what After= needs.
  rm -f "$r/etc/systemd/system/docker.service"
  printf '[Unit]\nDescription=stands for the engine\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n' \
    >"$r/etc/systemd/system/docker.service"
  : >"$r/etc/machine-id"
  echo "$name" >"$r/etc/hostname"
  mkdir -p "$r/srv/world"
}

# systemd-nspawn takes copies of all mounts along for as long as the machine runs. A copy of another world's network
# namespace would keep it alive, with its address, after that world's engine has ended it.
WITHOUT_STRANGERS='
  awk -v own="$1/" '"'"'$2 ~ "/exec/netns/" && index($2, own) != 1 { print $2 }'"'"' /proc/mounts | xargs -r umount -l
  shift; exec "$@"'

boot() {
  local t nspawn init; t=$(now_ms)
  [ "$(id -u)" = 0 ] || die "booting systemd needs root"
  mountpoint -q "$B/root" || layer
  SYSTEMD_SECCOMP=0 setsid unshare --mount sh -c "$WITHOUT_STRANGERS" sh "$W" \
    systemd-nspawn -q -D "$B/root" --machine="holdfast-$name-$$" --register=no --keep-unit --console=pipe \
    --resolv-conf=off --timezone=off --bind="$W:/srv/world" "$@" -b >>"$LOGS/systemd-$name.log" 2>&1 </dev/null &
  nspawn=$!
  note_pid "$B/pid" $nspawn
  wait_for 20 has_child $nspawn || { tail -5 "$LOGS/systemd-$name.log" >&2; die "systemd-nspawn does not start"; }
  init=$(first_child $nspawn)
  note_pid "$B/init.pid" "$init"
  wait_for 40 booted || { tail -15 "$LOGS/systemd-$name.log" >&2; die "systemd does not come up in $name"; }
  say "systemd $name is up after $(took "$t")"
}

off() {
  local pid
  [ -s "$B/init.pid" ] || return 0
  read -r pid _ <"$B/init.pid"
  kill -s RTMIN+4 "$pid" 2>/dev/null || true
  wait_for 30 gone "$pid" || say "systemd $name does not power off"
  stop_pid "$B/pid" 5
  rm -f "$B/init.pid"
}

down() {
  [ -d "$B" ] || return 0
  off
  umount -l "$B/root" 2>/dev/null || true
  umount -l "$B/layer" 2>/dev/null || true
  rm -rf "$B"
}

case $cmd in
  boot) boot "$@" ;;
  exec) inside "$@" ;;
  off) off ;;
  down) down ;;
  *) die "unknown command: $cmd" ;;
esac
