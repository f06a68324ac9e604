# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced by demo.sh: programs that the demo needs and the machine lacks are taken from the distribution's
# packages and unpacked into the scratch folder. Nothing is installed, so no root is needed and nothing stays.
# Sets TOOLS_ROOT (the unpacked files) and TOOLS_LIBS (their libraries), and puts wrappers first in PATH.
TOOLS=$DEMO/tools
export TOOLS_ROOT=$TOOLS/root TOOLS_LIBS=''

tools_missing() {
  command -v docker-registry >/dev/null || echo docker-registry
  { [ -x /bin/busybox ] && /bin/busybox --list | grep -x httpd && ! ldd /bin/busybox; } >/dev/null 2>&1 || echo busybox-static
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || echo postgresql
  command -v git >/dev/null || echo git
  command -v openssl >/dev/null || echo openssl
}

# fetch PACKAGE...: downloads them and what they depend on and the machine lacks, as an ordinary user
fetch() {
  local opts=(-qq -y -o Debug::NoLocking=true -o "Dir::Cache=$TOOLS/apt" -o APT::Sandbox::User= -o Acquire::Retries=3)
  mkdir -p "$TOOLS/apt/archives/partial" "$TOOLS/lists/partial"
  if apt-get "${opts[@]}" install --no-install-recommends --download-only "$@" >"$TOOLS/apt.log" 2>&1; then return; fi
  # no package lists, or lists that are too old: fetch own ones, beside the machine's
  opts+=(-o "Dir::State::Lists=$TOOLS/lists")
  { apt-get "${opts[@]}" update && apt-get "${opts[@]}" install --no-install-recommends --download-only "$@"; } >"$TOOLS/apt.log" 2>&1 ||
    { tail -n 15 "$TOOLS/apt.log" >&2; fail "could not fetch the packages $*: the lines above are apt's"; }
}

unpacked() { # unpacked PROGRAM: where it lies
  local dir
  for dir in usr/bin usr/sbin bin sbin; do
    if [ -f "$TOOLS_ROOT/$dir/$1" ]; then echo "$TOOLS_ROOT/$dir/$1"; return; fi
  done
}

wrap() { # wrap PROGRAM [VAR=VALUE...]: in PATH, with the unpacked libraries
  local name=$1 file; shift
  file=$(unpacked "$name")
  [ -n "$file" ] || return 0
  printf '#!/bin/sh\nexec env "LD_LIBRARY_PATH=%s" %s "%s" "$@"\n' "$TOOLS_LIBS" "$*" "$file" >"$TOOLS/bin/$name"
  chmod 755 "$TOOLS/bin/$name"
}

find_tools() {
  local missing deb
  mapfile -t missing < <(tools_missing)
  if [ ${#missing[@]} -eq 0 ]; then tell "registry, busybox, PostgreSQL and git are on this machine"; return; fi
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    fail "these are missing: ${missing[*]}. This is neither Debian nor Ubuntu: install them by hand."
  tell "fetching from the distribution's packages, unpacked in $TOOLS, not installed: ${missing[*]}"
  fetch "${missing[@]}"
  mkdir -p "$TOOLS_ROOT" "$TOOLS/bin"
  for deb in "$TOOLS"/apt/archives/*.deb; do
    case ${deb##*/} in libc6_* | libc6-* | libc-bin_* | perl* | libperl*) continue ;; esac # the machine's own
    dpkg-deb --fsys-tarfile "$deb" | tar -C "$TOOLS_ROOT" -x --no-same-owner --keep-directory-symlink || fail "could not unpack ${deb##*/}"
  done
  rm -rf "$TOOLS/apt" "$TOOLS/lists"
  TOOLS_LIBS=$({ compgen -G "$TOOLS_ROOT/usr/lib/*-linux-gnu*"; compgen -G "$TOOLS_ROOT/lib/*-linux-gnu*"; } | paste -sd: - || true)
  wrap docker-registry; wrap openssl
  wrap git "GIT_EXEC_PATH=$TOOLS_ROOT/usr/lib/git-core" "GIT_TEMPLATE_DIR=$TOOLS_ROOT/usr/share/git-core/templates"
  deb=$(unpacked busybox)
  if [ -n "$deb" ]; then export BUSYBOX=$deb; fi
  PATH=$TOOLS/bin:$PATH
}
