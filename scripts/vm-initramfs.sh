#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vm-initramfs.sh PROGRAM MODULES OUTPUT [FILE…]: all that the guest of vm-test.sh has, as one archive that the kernel unpacks into memory.
#   PROGRAM  the folder of the self-contained build      MODULES  lib/modules/VERSION of the kernel, or "" if all is built in
#   FILE     more to carry: a program goes to /usr/bin with its libraries, a folder is laid over the root
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

program=$1
modules=$2
output=$3
shift 3
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# add_program FILE: with every library that the loader would ask for, each where it was.
add_program() {
  install -D -m 755 "$1" "$root/usr/bin/$(basename "$1")"
  # A static program, or a script, has none: ldd fails, and says so.
  { ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; } | while read -r library; do
    [ -e "$root$library" ] || install -D -m 755 "$library" "$root$library"
  done
}

# As on Debian: a program is found under its old path, too.
mkdir -p "$root"/{dev,proc,sys,run,tmp,root,etc,results,opt,usr/bin,usr/sbin,usr/lib,usr/lib64}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"

install -m 755 scripts/vm-init.sh "$root/init"
# Shell and all that starts other programs come from this machine: busybox's own would start its applets without looking whether there
# is a real tool of that name.
for tool in ip "$(readlink -f /bin/sh)" chrt env nice nohup nsenter setsid taskset timeout unshare xargs; do
  add_program "$(command -v "$tool")"
done
ln -s "$(basename "$(readlink -f /bin/sh)")" "$root/usr/bin/sh"
cp -r "$program" "$root/opt/netstall"
add_program "$program/netstall" && rm "$root/usr/bin/netstall" # its libraries only
cp -r samples "$root/samples"
for file; do
  if [ -d "$file" ]; then cp -r "$file/." "$root/"; else add_program "$file"; fi
done

# busybox is all the rest, but never in the place of a real tool.
install -m 755 "$(command -v busybox)" "$root/usr/bin/busybox"
busybox --list | while read -r applet; do
  [ -e "$root/usr/bin/$applet" ] || [ -e "$root/usr/sbin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
done
ln -sf ../bin/busybox "$root/usr/sbin/modprobe" # the one that the kernel itself calls

# Modules load as on a node: when the kernel asks for them. Only what a network needs comes along, and what that depends on.
if [ -n "$modules" ]; then
  version=$(basename "$modules")
  into=$root/usr/lib/modules/$version
  mkdir -p "$into/kernel"
  cp "$modules"/modules.{order,builtin,builtin.modinfo} "$into/"
  (cd "$modules/kernel" && cp -r --parents net lib crypto arch/x86/crypto drivers/net/{veth,dummy,ifb,tun}.ko* "$into/kernel/" 2>/dev/null) || true
  [ -e "$(echo "$into"/kernel/drivers/net/veth.ko*)" ] || grep -q /veth.ko "$modules/modules.builtin" ||
    { echo "vm-initramfs: $modules has no veth; the lab cannot build its network in such a kernel. Take another one." >&2; exit 3; }
  # busybox unpacks no zstd; and what is unpacked here need not be unpacked by an emulated CPU.
  find "$into" -name '*.ko.xz' -exec xz -d {} +
  find "$into" -name '*.ko.zst' -exec zstd -q -d --rm {} +
  depmod -b "$root" "$version"
fi

# Not compressed: it goes from file to memory in no time, and an emulated CPU would unpack it for seconds.
(cd "$root" && find . -print0 | sort -z | cpio --null --create --format=newc --owner=0:0 --quiet) >"$output"
