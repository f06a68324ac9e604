#!/bin/bash
# disk.sh up FOLDER MB          a small ext4 file system of its own, mounted on FOLDER (below $HOLDFAST_WORLD)
# disk.sh fill FOLDER           leaves not one block free on it
# disk.sh free FOLDER           gives back what fill took
# disk.sh ro|rw FOLDER          remounts it read-only, and back
# disk.sh down FOLDER           unmounts it
. "$(dirname "$0")/env.sh"
[ $# -ge 2 ] || die "usage: disk.sh up FOLDER MB | fill|free|down FOLDER"
cmd=$1 folder=$W/$2
image=$W/disks/$(printf '%s' "$2" | tr / -).img
[ "$(id -u)" = 0 ] || die "a file system of one's own needs root"
case $cmd in
  up)
    mkdir -p "$folder" "$W/disks"
    truncate -s "$3M" "$image"
    mkfs.ext4 -q -m 0 -O ^has_journal "$image" || die "could not make a file system of $3 MB"
    mount -o loop "$image" "$folder" || die "could not mount $image on $folder" ;;
  fill) # dd ends with an error when nothing is left, which is what it is for
    dd if=/dev/zero of="$folder/.ballast" bs=1M >/dev/null 2>&1 || true
    dd if=/dev/zero of="$folder/.ballast-end" bs=1k >/dev/null 2>&1 || true ;;
  free) rm -f "$folder/.ballast" "$folder/.ballast-end" ;;
  down) umount "$folder" || umount -l "$folder"; rm -f "$image" ;;
  *) die "unknown command: $cmd" ;;
esac
