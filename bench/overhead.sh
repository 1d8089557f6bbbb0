#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What recording costs the node: fixed work on both CPUs, packets over loopback beside it, with nothing, with us, with perf, in turn.
# PAIRS=10 rounds; WRITE=1 puts the table into docs/overhead.md. Root, two CPUs.
set -euo pipefail
cd "$(dirname "$0")/.."
pairs=${PAIRS:-10}
out=out/bench/overhead
rm -rf "$out" && mkdir -p "$out"
[ "$(id -u)" -eq 0 ] || { echo "recording all CPUs needs root" >&2; exit 3; }

scripts/install-packages.sh bench
gcc -O2 -Wall -Wextra -Werror -pthread -o "$out/spin" bench/spin.c
netstall=${NETSTALL:-}
if [ -z "$netstall" ]; then
  [ -d out/dist ] && [ -z "$(find src Directory.* -newer dist/SHA256SUMS -type f -print -quit 2>&1)" ] || scripts/dist.sh
  netstall=$(echo out/dist/netstall-*-linux-x64/netstall)
fi

# Packets that are received: a thousand pings a second over loopback, on both CPUs.
pingers=()
for cpu in 0 1; do
  taskset -c "$cpu" ping -q -i 0.002 127.0.0.1 >/dev/null &
  pingers+=($!)
done
recorder=
stop() {
  [ -z "$recorder" ] || { kill -INT "$recorder"; wait "$recorder" || true; }
  recorder=
}
trap 'stop; kill "${pingers[@]}"; rm -rf "$out"/flight* "$out"/plain* "$out"/perf.data*' EXIT

start() { # WAY
  case $1 in
    nothing) ;;
    flight) "$netstall" record --flight --threshold 10s -o "$out/flight" >/dev/null 2>"$out/flight.log" & recorder=$! ;;
    plain) rm -rf "$out"/plain*; "$netstall" record --duration 1000s -o "$out/plain" >/dev/null 2>"$out/plain.log" & recorder=$! ;;
    perf) perf record -q -a -g -F 999 -o "$out/perf.data" >/dev/null 2>&1 & recorder=$! ;;
  esac
  sleep 1.5
}

ways=(nothing flight plain perf)
for ((round = 1; round <= pairs; round++)); do
  echo "round $round of $pairs" >&2
  # Another order each time, so that no way always follows the same other.
  for way in $(printf '%s\n' "${ways[@]}" | shuf --random-source=<(yes "$round")); do
    start "$way"
    "$out/spin" 400000000 >>"$out/$way.ms"
    [ "$way" != flight ] || grep VmRSS "/proc/$recorder/status" >>"$out/flight.rss"
    stop
  done
done

# Each round's time over the same round's time with nothing, as a percentage: median, and the middle half.
slowdown() {
  paste "$out/nothing.ms" "$out/$1.ms" | awk '{ print ($2 / $1 - 1) * 100 }' | sort -n |
    awk '{ v[NR] = $1 } END { printf "%+.2f %% (%+.2f to %+.2f)", v[int((NR + 1) / 2)], v[int((NR + 3) / 4)], v[int((3 * NR + 3) / 4)] }'
}
{
  echo "- $("$netstall" --version), $(perf --version), Linux $(uname -r), $(nproc) CPUs, $pairs rounds"
  echo "- load average at the end $(cut -d' ' -f1-3 /proc/loadavg), $(date -u +%Y-%m-%dT%H:%M:%SZ)"
  echo
  echo "| with | slows fixed work on both CPUs by: median (middle half) |"
  echo "|---|--:|"
  echo "| \`netstall record\` as a flight recorder | $(slowdown flight) |"
  echo "| \`netstall record --duration\`, everything | $(slowdown plain) |"
  echo "| \`perf record -a -g -F 999\`, stacks only | $(slowdown perf) |"
  echo
  echo "Memory of the flight recorder: $(sort -k2 -n "$out/flight.rss" | awk '{ v[NR] = $2 } END { printf "%d", v[int((NR + 1) / 2)] / 1024 }') MB, its rings included."
} >"$out/results.md"
cat "$out/results.md"
[ -z "${WRITE:-}" ] || sed -i -e "/<!-- measured -->/,/<!-- end -->/{/<!-- measured -->/r $out/results.md
/<!-- measured -->/b;/<!-- end -->/b;d}" docs/overhead.md
