#!/bin/bash
# fault/build.sh [OUT.so]     compiles crash.c (see its head for its use) and prints where the library is
# fault/build.sh clock        the same for clock.c
. "$(dirname "$0")/../env.sh"
name=crash out=${1:-$CACHE/crash.so}
if [ "${1:-}" = clock ]; then name=clock out=$CACHE/clock.so; fi
exec 8>"$CACHE/lock"; flock -w 900 8 || die "could not lock $CACHE/lock"
if [ ! -s "$out" ] || [ "$WORLD_SRC/fault/$name.c" -nt "$out" ]; then
  gcc -O1 -Wall -Wextra -shared -fPIC -pthread -o "$out.new" "$WORLD_SRC/fault/$name.c" -ldl || die "could not compile $name.c"
  mv "$out.new" "$out"
fi
echo "$out"
