#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first and only process of the guest of vm-test.sh: makes it look like a node, runs the command, sends /results out through
# the second serial port, and ends the machine.
export PATH=/opt/netstall:/usr/bin:/usr/sbin HOME=/root TERM=dumb LANG=C.UTF-8

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null # the kernel may have done it
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
for folder in /dev/shm /run /tmp; do mount -t tmpfs tmpfs "$folder"; done
mount -t tracefs trace /sys/kernel/tracing
mount -t debugfs debug /sys/kernel/debug
mount -t bpf bpf /sys/fs/bpf
ln -s /proc/self/fd /dev/fd
ip link set lo up

# `vm.NAME=VALUE` of the kernel's command line, which hands them to us as variables without their dot; see vm-test.sh.
read -r line </proc/cmdline
value() { for word in $line; do case $word in "vm.$1="*) echo "${word#*=}" ;; esac; done; }

# v2: one tree with everything, as on a node of today. v1: memory and cpu in the old trees, the new one beside them, as on older nodes.
if [ "$(value cgroup)" = v1 ]; then
  mount -t tmpfs cgroup /sys/fs/cgroup
  mkdir /sys/fs/cgroup/unified
  for controller in memory cpu,cpuacct cpuset pids; do
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" 2>/dev/null ||
      { rmdir "/sys/fs/cgroup/$controller"; echo "vm: this kernel has no $controller in cgroup v1; it is in v2 instead"; }
  done
  unified=/sys/fs/cgroup/unified
else
  unified=/sys/fs/cgroup
fi
mount -t cgroup2 cgroup2 $unified
for controller in $(cat $unified/cgroup.controllers); do echo "+$controller" >$unified/cgroup.subtree_control; done

# The script that vm-test.sh laid into the guest; what it prints is on the console and in the results.
cd /results
echo "vm: $(uname -r), up for $(cut -d' ' -f1 /proc/uptime) s, clock $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
{ sh /command; echo $? >/results/status; } 2>&1 | tee /results/output.txt
echo "vm: done after $(cut -d' ' -f1 /proc/uptime) s, exit code $(cat /results/status)"
dmesg >/results/dmesg.txt

stty -F /dev/ttyS1 raw -echo
tar -C /results -czf - . >/dev/ttyS1
echo "vm: results sent after $(cut -d' ' -f1 /proc/uptime) s"
sync
reboot -f
