#!/bin/bash
# waiter.sh NAME PROGRAM SOCKET   an sshd on loopback whose one key may do one thing: `PROGRAM wait shop` of the agent at SOCKET.
#                                 Prints its port; servers/wait-NAME has the client's `key` and `known`, the host's key
# world.sh down ends it.
. "$(dirname "$0")/env.sh"
[ $# = 3 ] || die "usage: waiter.sh NAME PROGRAM SOCKET"
name=$1 D=$W/servers/wait-$1 port=$(free_port)
mkdir -p "$D"
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd # sshd refuses to start as root without it
# All servers trust the same key, as in life.
[ -s "$W/wait_key" ] || ssh-keygen -q -t ed25519 -N '' -C wait -f "$W/wait_key"
ssh-keygen -q -t ed25519 -N '' -C test-world -f "$D/host_key"
cp "$W/wait_key" "$D/key"; cut -d' ' -f1,2 "$D/host_key.pub" >"$D/known"
# The line of docs/from-github-actions.md, with where the program and the socket lie in this world.
echo "restrict,command=\"HOLDFAST_SOCKET=$3 $2 wait shop --timeout 60m --summary=- --version=\\\"\$SSH_ORIGINAL_COMMAND\\\"\" $(cat "$W/wait_key.pub")" >"$D/authorized_keys"
printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $D/host_key" "AuthorizedKeysFile $D/authorized_keys" 'PidFile none' \
  'StrictModes no' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'UsePAM no' 'PermitRootLogin forced-commands-only' >"$D/sshd_config"
setsid "$(command -v sshd)" -D -e -f "$D/sshd_config" >>"$LOGS/wait-$name.log" 2>&1 </dev/null &
note_pid "$D/pid" $!
wait_for 8 port_open 127.0.0.1 "$port" || { tail -n 5 "$LOGS/wait-$name.log" >&2; die "the sshd of $name does not listen"; }
echo "$port"
