#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What only root and a kernel can tell, then every stall of the lab on this kernel. Ends with `N passed, N failed`.
# Nothing is skipped: kinds that this kernel cannot make are named, with the reason.
set -uo pipefail
cd "$(dirname "$0")/.."
log=out/kernel-test
. scripts/suite.sh

if [ "$(id -u)" -ne 0 ]; then
  echo "The kernel tests make network namespaces, load BPF programs and record the whole machine: run them as root." >&2
  exit 3
fi

mkdir -p "$log"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

step "restore, exactly as locked" dotnet restore NetStall.slnx --locked-mode -v q
step "build, warnings are errors" dotnet build tests/NetStall.KernelTests --no-restore -v q

suite "kernel tests" out/bin/NetStall.KernelTests/debug/NetStall.KernelTests -noColor -noLogo -failSkips

# The last line is the count: `26 of 27 right, 2 cannot be made here.`
echo "== every stall of the lab"
out/bin/NetStall.Cli/debug/netstall lab --all </dev/null 2>"$log/lab.err" | tee "$log/lab.txt"
status=${PIPESTATUS[0]}
count=$(grep -E '^[0-9]+ of [0-9]+ right' "$log/lab.txt" | tail -n 1)
if [ -z "$count" ]; then
  cat "$log/lab.err" >&2
  echo "netstall lab --all ended with $status and counted nothing; that is one failure."
  failed=$((failed + 1))
else
  read -r right _ all _ <<<"$count"
  passed=$((passed + right))
  failed=$((failed + all - right))
fi
finish
