#!/bin/bash
# fault/build.sh [OUT.so]: compiles crash.c (see its head for its use) and prints where the library is
. "$(dirname "$0")/../env.sh"
out=${1:-$CACHE/crash.so}
exec 8>"$CACHE/lock"; flock -w 900 8 || die "could not lock $CACHE/lock"
if [ ! -s "$out" ] || [ "$WORLD_SRC/fault/crash.c" -nt "$out" ]; then
  gcc -O1 -Wall -Wextra -shared -fPIC -pthread -o "$out.new" "$WORLD_SRC/fault/crash.c" -ldl || die "could not compile crash.c"
  mv "$out.new" "$out"
fi
echo "$out"
