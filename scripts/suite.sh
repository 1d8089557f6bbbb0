# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts that run tests: counts what passed and failed, and ends with `N passed, N failed`.
# A run that crashes, runs nothing or skips something has failed.
# $log must name a folder.
passed=0
failed=0

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# A step is no test, but when one fails there is nothing to test.
step() {
  echo "== $1"
  shift
  "$@" || { failed=$((failed + 1)); finish; }
}

# suite NAME COMMAND…: runs one xunit.v3 program and adds what its summary says:
#    NetStall.Tests  Total: 57, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.265s
#    NetStall.Tests  Total: 0
suite() {
  local name=$1 status total=0 bad=0 line
  shift
  echo "== $name"
  "$@" </dev/null 2>&1 | tee "$log/${name// /-}.log"
  status=${PIPESTATUS[0]}
  line=$(grep -E '^ +[^ ]+ +Total: [0-9]' "$log/${name// /-}.log" | tail -n 1)
  number() { sed -nE "s/.*[ ]$1: ([0-9]+).*/\1/p" <<<"$line"; }
  total=$(number Total)
  if [ -z "$total" ] || [ "$total" -eq 0 ]; then
    echo "$name: exit $status and no test counted; that is one failure."
    failed=$((failed + 1))
    return
  fi
  bad=$(($(number Failed) + $(number Errors) + $(number Skipped)))
  [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1 # it died after its summary
  # An error belongs to a class or an assembly and may stand beside tests that all passed.
  passed=$((passed + total - (bad < total ? bad : total)))
  failed=$((failed + bad))
}
