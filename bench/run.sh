#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What an analysis costs, beside what is used today and beside the floor, in the same rounds on the same files. Writes out/bench/results.md.
# ROUNDS=5 of ours and the floor, PEER_ROUNDS=1 of perf script on the large file; NETSTALL=PATH measures another build;
# WRITE=1 puts the tables into docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-5}
peer_rounds=${PEER_ROUNDS:-1}
out=out/bench
mkdir -p "$out"

scripts/install-packages.sh bench
gcc -O2 -Wall -Wextra -Werror -o "$out/touch" bench/touch.c
gcc -O2 -Wall -Wextra -Werror -o "$out/cost" bench/cost.c

netstall=${NETSTALL:-}
if [ -z "$netstall" ]; then
  [ -d out/dist ] && [ -z "$(find src Directory.* -newer dist/SHA256SUMS -type f -print -quit 2>&1)" ] || scripts/dist.sh
  netstall=$(echo out/dist/netstall-*-linux-x64/netstall)
fi

for size in 90 400; do
  [ -s "$out/$size.data" ] || { echo "recording $size MB" >&2; bench/record.sh "$size" "$out/$size.data"; }
  [ "$out/$size.samples" -nt "$out/$size.data" ] || # the first such line counts all events, the next ones each event
    perf report --stats -i "$out/$size.data" 2>/dev/null | sed -nE 's/^ *SAMPLE events: *([0-9]+).*/\1/p' | head -n 1 >"$out/$size.samples"
done
if [ ! -s "$out/90.txt" ]; then
  echo "writing the 90 MB as text" >&2
  perf script --no-inline -i "$out/90.data" >"$out/90.txt.part" 2>/dev/null
  mv "$out/90.txt.part" "$out/90.txt"
fi

rm -f "$out"/*.costs
# measure NAME FILE "GOOD EXIT CODES" COMMAND…: one round; the file in the page cache first, so that no one pays for the disk.
measure() {
  local key=$1 file=$2 good=$3 line
  shift 3
  cat "$file" >/dev/null
  line=$("$out/cost" "$@")
  [[ " $good " == *" ${line##* } "* ]] || { echo "exit code ${line##* } of: $*" >&2; exit 1; }
  echo "$line" >>"$out/$key.costs"
}
for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds" >&2
  for size in 90 400; do
    file=$out/$size.data
    measure "$size-netstall" "$file" "0 1 4" "$netstall" analyze "$file"
    measure "$size-touch" "$file" "0" "$out/touch" "$file"
    [ "$round" -gt "$([ $size -eq 90 ] && echo "$rounds" || echo "$peer_rounds")" ] ||
      measure "$size-perf" "$file" "0" perf script --no-inline -i "$file"
  done
  measure text-netstall "$out/90.txt" "0 1 4" "$netstall" collapse "$out/90.txt"
  measure text-wc "$out/90.txt" "0" wc -l "$out/90.txt"
  measure text-cat "$out/90.txt" "0" cat "$out/90.txt"
done

# median KEY COLUMN
median() { sort -n -k "$2,$2" "$out/$1.costs" | awk -v c="$2" '{ v[NR] = $c } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
bytes() { stat -Lc %s "$1"; }
# row KEY "WHAT" FILE OURS: CPU, wall, rate by CPU, peak memory, and how many times our CPU that is
row() {
  [ -s "$out/$1.costs" ] || return 0
  awk -v what="$2" -v cpu="$(median "$1" 1)" -v wall="$(median "$1" 2)" -v rss="$(median "$1" 3)" -v bytes="$(bytes "$3")" -v ours="$(median "$4" 1)" \
    -v rounds="$(wc -l <"$out/$1.costs")" 'BEGIN {
      if (cpu < 1) cpu = 1
      printf "| %s | %.3f | %.3f | %.0f | %.0f | %.2f | %d |\n", what, cpu / 1e6, wall / 1e6, bytes / cpu, rss / 1024, cpu / ours, rounds }'
}
head_of() { printf '\n## %s, %.1f MB\n\n| | CPU s | wall s | MB per CPU s | peak RSS MB | times our CPU | rounds |\n|---|--:|--:|--:|--:|--:|--:|\n' "$1" "$(bytes "$2")e-6"; }
{
  echo "# What an analysis costs"
  echo
  echo "- netstall $("$netstall" --version), $(perf --version), Linux $(uname -r), $(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
  echo "- load average at the end $(cut -d ' ' -f 1-3 /proc/loadavg), $(date -u +%FT%TZ)"
  for size in 90 400; do
    file=$out/$size.data
    head_of "perf.data to a verdict, $(cat "$out/$size.samples") samples" "$file"
    row "$size-netstall" "\`netstall analyze\`" "$file" "$size-netstall"
    row "$size-perf" "\`perf script --no-inline\`, text only, no verdict" "$file" "$size-netstall"
    row "$size-touch" "each word touched once, in C" "$file" "$size-netstall"
  done
  head_of "\`perf script\` text to stacks in order, $(cat "$out/90.samples") samples" "$out/90.txt"
  row text-netstall "\`netstall collapse\`" "$out/90.txt" text-netstall
  row text-wc "\`wc -l\`" "$out/90.txt" text-netstall
  row text-cat "\`cat\`" "$out/90.txt" text-netstall
} >"$out/results.md"
cat "$out/results.md"
if [ -n "${WRITE:-}" ]; then
  awk -v results="$out/results.md" '
    /^<!-- end of what make bench wrote -->$/ { skip = 0 }
    !skip { print }
    /^<!-- make bench wrote this -->$/ { skip = 1; while ((getline line <results) > 0) if (line !~ /^# /) print line }' docs/benchmarks.md >"$out/benchmarks.md"
  mv "$out/benchmarks.md" docs/benchmarks.md
fi
