# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced by images.sh: images made from files of this machine, without any pull and without root.
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# rootfs DIR: an empty merged-/usr root
rootfs() {
  local r=$1
  rm -rf "$r"; mkdir -p "$r"/{usr/bin,usr/lib64,usr/lib,usr/sbin,etc,tmp,proc,sys,dev,var,root,run}
  chmod 1777 "$r/tmp"; ln -s ../run "$r/var/run"
  ln -s usr/bin "$r/bin"; ln -s usr/lib "$r/lib"; ln -s usr/lib64 "$r/lib64"; ln -s usr/sbin "$r/sbin"
  printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/false \
    postgres:x:999:999::/var/lib/postgresql:/bin/sh app:x:1000:1000::/app:/bin/sh >"$r/etc/passwd"
  printf '%s\n' root:x:0: nogroup:x:65534: postgres:x:999: app:x:1000: >"$r/etc/group"
  echo 'hosts: files dns' >"$r/etc/nsswitch.conf"
  if [ -e /etc/os-release ]; then cp -L /etc/os-release "$r/etc/os-release"; fi
}

# put DIR FILE...: copies files to the same path with every library that ldd names. TOOLS_ROOT: a folder with
# unpacked packages (made by deploy/demo/tools.sh), whose libraries are found too, and whose files then belong
# to the image's root
put() {
  local r=$1 file real; shift
  for file in "$@"; do
    real=$(readlink -f "$file")
    mkdir -p "$r$(dirname "$file")" "$r$(dirname "$real")"
    [ -e "$r$real" ] || cp -L "$real" "$r$real"
    [ -e "$r$file" ] || cp -L "$real" "$r$file"
    put_libs "$r" "$real"
  done
}
put_libs() { # put_libs DIR PROGRAM
  local lib
  { LD_LIBRARY_PATH=${TOOLS_LIBS:-} ldd "$2" 2>/dev/null || true; } | { grep -oE '/[^ ]+ \(' || true; } | cut -d' ' -f1 |
    while read -r lib; do
      mkdir -p "$1$(dirname "$lib")"
      [ -e "$1$lib" ] || cp -L "$lib" "$1$lib"
    done
}

# adopt DIR: moves what `put` took from TOOLS_ROOT to its place in the image
adopt() {
  if [ -z "${TOOLS_ROOT:-}" ] || [ ! -d "$1$TOOLS_ROOT" ]; then return 0; fi
  tar -C "$1$TOOLS_ROOT" -c . | tar -C "$1" -x --keep-directory-symlink
  rm -rf "${1:?}$TOOLS_ROOT"
}

# nss DIR: what glibc opens by name at run time to look up hosts
nss() {
  local lib
  for lib in /lib/*-linux-gnu*/libnss_{files,dns}.so.2 /lib/*-linux-gnu*/libresolv.so.2; do
    if [ -e "$lib" ]; then put "$1" "$lib"; fi
  done
}

# busybox_in DIR: the static busybox, and its applets where the image has no program of that name
busybox_in() {
  local applet busybox=${BUSYBOX:-/bin/busybox}
  cp "$busybox" "$1/usr/bin/busybox"; chmod 755 "$1/usr/bin/busybox"
  for applet in $("$busybox" --list); do [ -e "$1/usr/bin/$applet" ] || ln -s busybox "$1/usr/bin/$applet"; done
}

# import_image DIR TAG [--change ...]: one layer, all files root's
import_image() {
  local r=$1 tag=$2; shift 2
  tar -C "$r" --owner=0 --group=0 --numeric-owner --sort=name -c . | docker import "$@" - "$tag" >/dev/null ||
    die "could not make the image $tag"
}

# lines_image TAG < Dockerfile: an image from a Dockerfile without files; build_image DIR TAG: with the files of DIR
lines_image() { quiet_build "$1" -; }
build_image() { quiet_build "$2" "$1"; }
quiet_build() { # the classic builder warns about its age at each call
  local said
  said=$(docker build -q -t "$1" "$2" 2>&1) || { printf '%s\n' "$said" >&2; die "could not build $1"; }
}
has_image() { docker image inspect "$1" >/dev/null 2>&1; }
