#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# record.sh MEGABYTES FILE: a recording of this machine at work, samples with call chains of all CPUs, until it is that large.
set -euo pipefail
megabytes=$1
file=$2
fast=${FREQUENCY:-20000} # twenty times the usual rate: the size comes sooner, the records are the same

if [ "$(id -u)" -ne 0 ] || ! command -v perf >/dev/null; then
  echo "Recording all CPUs needs root and perf (Debian: linux-perf). Or put a recording of your own at $file." >&2
  exit 3
fi

work=$(mktemp -d)
touch "$work/go"
trap 'rm -f "$work/go"; wait; rm -rf "$work"' EXIT
going() { [ -e "$work/go" ] && [ $SECONDS -lt 600 ]; }

# What keeps a node in its kernel: many short-lived commands, packets, the file system, pipes. Programs that only reckon have call chains of
# two or three frames here, since Debian builds without frame pointers, and would make the samples smaller than a node's are.
many_commands() { while going; do for name in /usr/bin/[ab]*; do basename "$name" | tr a-z A-Z >"$work/name"; done; done; }
packets() { while going; do echo x >/dev/udp/127.0.0.1/9 || true; done; }
files() { while going; do find /usr -xdev -type f -newer /etc/hostname >"$work/found" || true; done; }
pipes() { while going; do tar -cf - /usr/share/doc | head -c 50000000 | cat >"$work/tar" || true; done; }
for load in many_commands packets files pipes; do
  $load 2>/dev/null &
done

# perf stops by itself at the size; the sleep only bounds it. How it ends then differs between versions, so the file is what counts.
{ perf record -q -a -g -B -N -e cpu-clock -F "$fast" -k CLOCK_MONOTONIC --max-size="${megabytes}M" -o "$work/perf.data" -- sleep 600 >"$work/log" 2>&1 || true; } 2>/dev/null
written=$(($(stat -c %s "$work/perf.data" 2>/dev/null || echo 0) / 1000000))
if [ "$written" -lt $((megabytes * 9 / 10)) ]; then
  cat "$work/log" >&2
  echo "perf wrote $written MB of $megabytes" >&2
  exit 1
fi
mv "$work/perf.data" "$file"
