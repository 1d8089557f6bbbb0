#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All tests that need no root. Ends with `N passed, N failed`; a run that crashes, runs nothing or skips something has failed.
set -uo pipefail
cd "$(dirname "$0")/.."
log=out/test
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

mkdir -p "$log"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

step "packages" scripts/install-packages.sh test
step "restore, exactly as locked" dotnet restore NetStall.slnx --locked-mode -v q
step "format" dotnet format whitespace NetStall.slnx --no-restore --verify-no-changes
step "build, warnings are errors" dotnet build NetStall.slnx --no-restore -v q

# The product knows no cultures, so the tests run without them. Then in Turkish, where 1.5 is 1,5, where 1,000 is 1.000 and where
# the capital of i is İ: what would break there would break the day that someone gives the product cultures, or takes Core elsewhere.
tests=out/bin/NetStall.Tests/debug/NetStall.Tests
suite "tests" env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 NETSTALL_TEST_ONE_AND_A_HALF=1.5 \
  "$tests" -noColor -noLogo -failSkips
suite "tests in Turkish" env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0 LC_ALL=tr_TR.UTF-8 NETSTALL_TEST_ONE_AND_A_HALF=1,5 \
  "$tests" -noColor -noLogo -failSkips
finish
