#!/bin/sh
# Each test that docs/faults.md names as staged on real parts must have run in this `make it`: its class and method
# stand in the reports. (That it passed, the run itself said.)
set -u
missing=0
for test in $(sed -n 's/^| .* | `\([A-Za-z0-9]*IT\.[A-Za-z0-9_]*\)` |$/\1/p' docs/faults.md); do
  class=${test%%.*} method=${test#*.}
  grep -qs "name=\"$method[\"({]" target/failsafe-reports/TEST-*."$class".xml || { echo "$test did not run, though docs/faults.md names it" >&2; missing=1; }
done
exit $missing
