#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All tests that need no root. Ends with `N passed, N failed`; a run that crashes, runs nothing or skips something has failed.
set -uo pipefail
cd "$(dirname "$0")/.."
log=out/test
. scripts/suite.sh

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
