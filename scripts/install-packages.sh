#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install-packages.sh test|bench|vm: what `make` needs beside git, make and the .NET SDK, from Debian's or Ubuntu's packages.
# Root gets what is missing; others are told what to ask for. The one list of such packages is here.
set -euo pipefail

missing=()
need_command() { command -v "$1" >/dev/null || missing+=("$2"); }

# perf reads recordings as we do: our second opinion.
case ${1:-} in
  test)
    need_command perf linux-perf
    # .NET finds its cultures in ICU; the library's package has its version in its name.
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'libicuuc\.so' || missing+=(libicu)
    ;;
  bench)
    need_command perf linux-perf
    need_command gcc gcc
    [ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
    ;;
  vm)
    need_command qemu-system-x86_64 qemu-system-x86
    need_command busybox busybox-static # a static one: vm-initramfs.sh asks
    need_command ip iproute2
    need_command cpio cpio
    need_command xz xz-utils
    PATH=$PATH:/usr/sbin:/sbin need_command depmod kmod
    ;;
  *)
    echo "usage: $0 test|bench|vm" >&2
    exit 2
    ;;
esac
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Missing: ${missing[*]}. Install them with your distribution's package manager (names as in Debian), or run this as root on Debian." >&2
  exit 3
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
for i in "${!missing[@]}"; do
  [ "${missing[i]}" != libicu ] || missing[i]=$(apt-cache pkgnames libicu | grep -E '^libicu[0-9]+$' | sort -V | tail -n 1)
done
echo "Installing ${missing[*]}" >&2
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
