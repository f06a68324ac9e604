#!/bin/bash
# git.sh init REPO                      an empty bare repository $HOLDFAST_WORLD/git/REPO.git with branch main
# git.sh http NAME PORT|auto [basic]    smart HTTP by lighttpd and git-http-backend; prints http://127.0.0.1:PORT/git
#                                       basic: user deploy, password pw-git
# git.sh ssh NAME PORT|auto             sshd with its own host key; prints ssh://USER@127.0.0.1:PORT/…/git and
#                                       leaves the client's key in servers/git-NAME/key, known_hosts beside it
# git.sh daemon NAME PORT|auto          git daemon, read only; prints git://127.0.0.1:PORT
# git.sh stop|down NAME                 down also removes the server's folder; repositories stay till world.sh down
# git.sh commit REPO PATH=FILE... [-m MESSAGE]   commits files to main and pushes (file://); prints the commit
#
# All servers serve all repositories: append /REPO.git to what is printed.
. "$(dirname "$0")/env.sh"
[ $# -ge 2 ] || die "usage: git.sh init REPO | http|ssh|daemon NAME PORT|auto | stop|down NAME | commit REPO PATH=FILE..."
G=$W/git; mkdir -p "$G"
cmd=$1 name=$2 D=$W/servers/git-$2 t=$(now_ms)
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$W/gitconfig
[ -s "$GIT_CONFIG_GLOBAL" ] || printf '[user]\n\tname = Test CI\n\temail = ci@example.com\n[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n' >"$GIT_CONFIG_GLOBAL"

port_for() { [ "$1" = auto ] && free_port || echo "$1"; }
started() { # started PORT URL
  wait_for 8 port_open 127.0.0.1 "$1" || { tail -n 5 "$LOGS/git-$name.log" >&2; die "the git server $name does not listen on $1"; }
  say "git server $name is up after $(took "$t")"; echo "$2"
}

init() {
  local r=$G/$name.git
  [ ! -e "$r" ] || die "$r is there already"
  git init -q --bare -b main "$r"
  git -C "$r" config http.receivepack true
  git -C "$r" config uploadpack.allowAnySHA1InWant true
  touch "$r/git-daemon-export-ok"; echo "$r"
}

http() { # http PORT [basic]
  local port; port=$(port_for "$1"); mkdir -p "$D/tmp"
  { echo "server.document-root = \"$G\""; echo 'server.bind = "127.0.0.1"'; echo "server.port = $port"
    echo "server.errorlog = \"$LOGS/git-$name.log\""; echo "server.upload-dirs = ( \"$D/tmp\" )"
    echo "accesslog.filename = \"$LOGS/git-$name.access\""
    echo 'server.modules = ("mod_setenv", "mod_alias", "mod_auth", "mod_authn_file", "mod_cgi", "mod_accesslog")'
    echo "alias.url = (\"/git\" => \"$(git --exec-path)/git-http-backend\")"
    echo '$HTTP["url"] =~ "^/git" { cgi.assign = ("" => "")'
    echo "  setenv.add-environment = (\"GIT_PROJECT_ROOT\" => \"$G\", \"GIT_HTTP_EXPORT_ALL\" => \"1\", \"GIT_CONFIG_GLOBAL\" => \"$GIT_CONFIG_GLOBAL\") }"
    if [ "${2:-}" = basic ]; then
      htpasswd -Bbn deploy pw-git | grep . >"$D/htpasswd"
      echo 'auth.backend = "htpasswd"'; echo "auth.backend.htpasswd.userfile = \"$D/htpasswd\""
      echo 'auth.require = ("/git" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))'
    fi; } >"$D/lighttpd.conf"
  setsid lighttpd -D -f "$D/lighttpd.conf" >>"$LOGS/git-$name.log" 2>&1 </dev/null &
  note_pid "$D/pid" $!; echo "$port" >"$D/port"
  started "$port" "http://127.0.0.1:$port/git"
}

ssh_server() { # ssh_server PORT
  local port; port=$(port_for "$1"); mkdir -p "$D"
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd # sshd refuses to start as root without it
  [ -s "$D/key" ] || ssh-keygen -q -t ed25519 -N '' -C test-world -f "$D/key"
  [ -s "$D/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C test-world -f "$D/host_key"
  echo "command=\"git-shell -c \\\"\$SSH_ORIGINAL_COMMAND\\\"\",restrict,environment=\"GIT_CONFIG_GLOBAL=$GIT_CONFIG_GLOBAL\" $(cat "$D/key.pub")" >"$D/authorized_keys"
  printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $D/host_key" "AuthorizedKeysFile $D/authorized_keys" 'PidFile none' \
    'StrictModes no' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'UsePAM no' 'PermitRootLogin forced-commands-only' \
    'PermitUserEnvironment yes' >"$D/sshd_config"
  setsid "$(command -v sshd)" -D -e -f "$D/sshd_config" >>"$LOGS/git-$name.log" 2>&1 </dev/null &
  note_pid "$D/pid" $!; echo "$port" >"$D/port"
  echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$D/host_key.pub")" >"$D/known_hosts"
  started "$port" "ssh://$(id -un)@127.0.0.1:$port$G"
}

daemon() { # daemon PORT
  local port; port=$(port_for "$1"); mkdir -p "$D"
  setsid "$(git --exec-path)/git-daemon" --reuseaddr --listen=127.0.0.1 --port="$port" --base-path="$G" "$G" >>"$LOGS/git-$name.log" 2>&1 </dev/null &
  note_pid "$D/pid" $!; echo "$port" >"$D/port"
  started "$port" "git://127.0.0.1:$port"
}

commit() { # commit PATH=FILE... [-m MESSAGE]; FILE `-` removes PATH
  local w message='a change' path
  w=$(mktemp -d "$W/commit.XXXXXX"); git clone -q "file://$G/$name.git" "$w" 2>/dev/null; 
  while [ $# -gt 0 ]; do
    case $1 in
      -m) message=$2; shift ;;
      *=*) path=$w/${1%%=*}
        if [ "${1#*=}" = - ]; then rm -rf "$path"; else mkdir -p "$(dirname "$path")"; cp "${1#*=}" "$path"; fi ;;
      *) die "not PATH=FILE: $1" ;;
    esac; shift
  done
  git -C "$w" add -A; git -C "$w" commit -q --allow-empty -m "$message"
  git -C "$w" push -q origin HEAD:main; git -C "$w" rev-parse HEAD; rm -rf "$w"
}

case $cmd in
  init) init ;;
  http) http "$3" "${4:-}" ;;
  ssh) ssh_server "$3" ;;
  daemon) daemon "$3" ;;
  stop) stop_pid "$D/pid" 5 ;;
  down) stop_pid "$D/pid" 5; rm -rf "$D" ;;
  commit) shift 2; commit "$@" ;;
  *) die "unknown command: $cmd" ;;
esac
