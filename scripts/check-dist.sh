#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes what `make dist` made as a stranger would: checks the sums, unpacks, installs, runs, and holds both to the same answer.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "check-dist: $*" >&2; exit 1; }
dist=$PWD/dist
sample=$PWD/samples/gate-6.1/tp.data
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT

(cd "$dist" && sha256sum --quiet -c SHA256SUMS) || fail "the sums do not hold"
tarball=$(echo "$dist"/netstall-*-linux-x64.tar.gz)
package=$(echo "$dist"/netstall.*.nupkg)
[ -f "$tarball" ] && [ -f "$package" ] || fail "no tarball or package in dist/; run make dist"
version=$(basename "$package" .nupkg)
version=${version#netstall.}

tar -C "$away" -xzf "$tarball"
unpacked=$away/netstall-$version-linux-x64
grep -oE '\]\([^):#]+\)' "$unpacked/README.md" | tr -d '])(' | while read -r link; do
  [ -e "$unpacked/$link" ] || fail "the README in the tarball leads to $link, which is not there"
done

# The tool path gets all that it needs from the package; DOTNET_CLI_HOME keeps the user's own folder out of it.
DOTNET_CLI_HOME=$away/home NUGET_PACKAGES=$away/packages DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 \
  dotnet tool install netstall --version "$version" --tool-path "$away/tool" --source "$dist" >"$away/install.log" 2>&1 ||
  { cat "$away/install.log" >&2; fail "the tool package does not install"; }

# From another folder, with an empty environment; on a node there is no .NET either.
on_a_node() { (cd / && env -i PATH=/usr/bin:/bin DOTNET_ROOT=/nonexistent "$unpacked/netstall" "$@"); }
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
as_a_tool() { (cd / && env -i PATH=/usr/bin:/bin DOTNET_ROOT="$dotnet" "$away/tool/netstall" "$@"); }

for run in on_a_node as_a_tool; do
  [[ $("$run" --version) == "$version"* ]] || fail "$run: --version is not $version"
  "$run" --help >"$away/$run.help" || fail "$run: --help ended with $?"
  grep -q analyze "$away/$run.help" || fail "$run: --help does not know analyze"
  status=0
  "$run" analyze "$sample" >"$away/$run.report" || status=$?
  [ "$status" -eq 1 ] || fail "$run: analyze ended with $status where 1, stalls found, was to come"
  grep -q metrics-agent "$away/$run.report" || fail "$run: the report does not name metrics-agent"
done
cmp "$away/on_a_node.report" "$away/as_a_tool.report" || fail "the tarball and the tool do not give the same report"

# How long until it says its version: the median of 15.
start_of() {
  for _ in {1..15}; do
    local begin=${EPOCHREALTIME/[.,]/}
    "$@" --version >/dev/null
    echo $((${EPOCHREALTIME/[.,]/} - begin))
  done | sort -n | sed -n '8s/...$/ ms/p'
}
size_of() { du -m --apparent-size "$1" | cut -f1; }
echo "$(basename "$tarball"): $(size_of "$tarball") MB, $(size_of "$unpacked/netstall") MB the program alone, starts in $(start_of on_a_node)"
echo "$(basename "$package"): $(size_of "$package") MB, starts in $(start_of as_a_tool)"
