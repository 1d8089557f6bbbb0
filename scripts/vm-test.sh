#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vm-test.sh KERNEL [COMMAND]: runs our self-contained build on another kernel, in an emulated machine without disk and network, and
# ends with `N passed, N failed`. KERNEL is a version that Debian has packages of (6.1), or the path of a vmlinuz.
# What COMMAND (a line of shell; `netstall lab --all` without one) leaves in its current folder comes back to out/vm/KERNEL/results.
#   VM_CGROUP=v1   the memory controller the old way (default v2)
#   VM_WITH=…      more files for the guest, separated by blanks: programs, or folders that are laid over its root
#   VM_APPEND=…    more for the kernel's command line       VM_LIMIT=…   seconds after which it is stopped (1200)
# docs/kernels.md says why it is made so.
set -euo pipefail
cd "$(dirname "$0")/.."
begin=$SECONDS

say() { echo "vm-test: $*" >&2; }
cannot() { say "$*"; exit 3; }
phase() { say "$1 ($((SECONDS - begin)) s)"; }

[ $# -ge 1 ] && [ -n "$1" ] || cannot "no kernel given. Try: make vm-test KERNEL=6.1"
kernel=$1
command=${2:-}
limit=${VM_LIMIT:-1200}
[ "$(uname -m)" = x86_64 ] || cannot "the guest is made of this machine's busybox and ip, which are for $(uname -m), and the program is for x86_64. Run it on an x86_64 machine."
scripts/install-packages.sh vm

# newest_package VERSION: the cloud flavour is half as large and has all that we need: BTF, tracepoints, BPF, veth, both memory
# controllers as far as the version has them, nftables, serial ports. The other is there for versions without it.
newest_package() {
  local flavour found
  for flavour in -cloud-amd64 -amd64; do
    found=$(apt-cache pkgnames "linux-image-$1." | grep -E "^linux-image-[0-9.]+(-[0-9]+|\+[a-z0-9~]+)$flavour\$" | sort -V | tail -n 1 || true)
    [ -z "$found" ] || { echo "$found"; return; }
  done
}

# fetch VERSION: the package's folder, unpacked, from the cache if it is the newest still. Nothing is installed.
fetch() {
  local package archive
  command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
    cannot "Debian's kernel packages need apt-get and dpkg, which this machine lacks. Give the path of a kernel: KERNEL=/boot/vmlinuz-…"
  package=$(newest_package "$1")
  mkdir -p out/vm/packages
  if [ -z "$package" ] || ! (cd out/vm/packages && apt-get download -qq "$package" 2>/dev/null); then
    [ "$(id -u)" -ne 0 ] || apt-get update -qq >&2 # the lists were never fetched, or are so old that the package is gone
    package=$(newest_package "$1")
    [ -n "$package" ] || cannot "apt knows no package linux-image-$1.*-cloud-amd64 nor -amd64. As root, \`apt-get update\` may help; else give the path of a kernel: KERNEL=/boot/vmlinuz-…"
    (cd out/vm/packages && apt-get download -qq "$package" >&2) || cannot "apt cannot download $package; what it says stands above."
  fi
  archive=$(ls -t out/vm/packages/"$package"_*.deb | head -n 1)
  if [ ! -e "out/vm/packages/$package/.unpacked" ] || [ "$archive" -nt "out/vm/packages/$package/.unpacked" ]; then
    rm -rf "out/vm/packages/$package"
    dpkg -x "$archive" "out/vm/packages/$package"
    touch "out/vm/packages/$package/.unpacked"
  fi
  echo "out/vm/packages/$package"
}

# release_of VMLINUZ: what `uname -r` will say; the header of a bzImage points to it.
release_of() {
  local at found
  at=$(od -An -j 526 -N 2 -tu2 "$1")
  read -r found _ < <(dd if="$1" bs=1 skip=$((at + 512)) count=128 status=none | tr '\0' '\n')
  echo "$found"
}

if [[ $kernel == */* ]]; then
  [ -r "$kernel" ] || cannot "$kernel cannot be read."
  image=$kernel
  release=$(release_of "$image")
  modules=
  for folder in "$(dirname "$image")/../lib/modules/$release" "/lib/modules/$release"; do
    [ ! -d "$folder" ] || { modules=$folder; break; }
  done
  [ -n "$modules" ] || say "no modules of $release beside $image nor in /lib/modules: all that the lab needs has to be built in"
else
  unpacked=$(fetch "$kernel")
  image=$(echo "$unpacked"/boot/vmlinuz-*)
  release=$(release_of "$image")
  modules=$unpacked/lib/modules/$release
  [ -d "$modules" ] || modules=$unpacked/usr/lib/modules/$release # where packages of Debian 13 have them
fi
out=out/vm/$([[ $kernel == */* ]] && echo "$release" || echo "$kernel")
rm -rf "$out"
mkdir -p "$out/root" "$out/results"
phase "kernel $release"

scripts/self-contained.sh out/vm/program
phase "the self-contained build is in out/vm/program"

cp scripts/vm-checks.sh "$out/root/checks"
printf '%s\n' "${command:-sh /checks}" >"$out/root/command"
read -ra with <<<"${VM_WITH:-}"
scripts/vm-initramfs.sh out/vm/program "$modules" "$out/initramfs.cpio" "$out/root" "${with[@]}"

# Emulation, since a machine that is rented rarely has a KVM that works. Nehalem: with wider vectors or five levels of page tables the
# emulator only has more to do. tsc=reliable: without it the guest reads an emulated HPET, 1 us a look, and tracing looks often.
# preempt=none is how servers ran when the article was written, and what the long system calls of the lab need.
append="console=ttyS0 quiet panic=-1 mitigations=off preempt=none tsc=reliable vm.cgroup=${VM_CGROUP:-v2} ${VM_APPEND:-}"
timeout -k 5 "$limit" qemu-system-x86_64 -nodefaults -no-user-config -display none -monitor none -no-reboot -nic none \
  -accel tcg,thread=multi -cpu Nehalem -smp 2 -m 2G -kernel "$image" -initrd "$out/initramfs.cpio" -append "$append" \
  -serial "file:$out/console.log" -serial "file:$out/results.tar.gz" </dev/null &
vm=$!
trap 'kill "$vm" 2>/dev/null || true' EXIT
phase "starting; all it says goes to $out/console.log"
touch "$out/console.log"
tail -n +1 -s 0.3 -f --pid="$vm" "$out/console.log" 2>/dev/null | tr -d '\r'
status=0
wait "$vm" || status=$?
trap - EXIT
phase "the machine has ended"

verdict() { echo "$1 passed, $2 failed"; exit "$((${2} > 0))"; }
if [ "$status" -ge 124 ] && [ "$status" -ne 127 ]; then
  say "the guest was not ready after $limit s and was stopped; the last it said is above. VM_LIMIT=… gives it more time."
  verdict 0 1
fi
if ! tar -C "$out/results" -xzf "$out/results.tar.gz" 2>/dev/null || [ ! -e "$out/results/status" ]; then
  say "the guest ended without results (qemu's exit code $status): its kernel died, or refused our init. The last it said is above."
  verdict 0 1
fi
# The command's own count, if it ends with one, else its exit code counts as one.
count=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out/results/output.txt" | tail -n 1 || true)
status=$(cat "$out/results/status")
say "all that it left is in $out/results; its exit code was $status"
if [ -n "$count" ]; then
  read -r passed _ failed _ <<<"$count"
  [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  verdict "$passed" "$failed"
fi
[ "$status" -eq 0 ] && verdict 1 0
verdict 0 1
