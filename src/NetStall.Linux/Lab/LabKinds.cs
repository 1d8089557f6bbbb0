// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab;

/// <summary>All kinds, stalls first, then controls, in the order in which `netstall lab --list` shows them.</summary>
public static class LabKinds
{
    public static readonly IReadOnlyList<LabKind> All =
    [
        new("memory-stat", Holds.Interrupts, "one read() of memory.stat over thousands of zombie memory cgroups: GitHub's outage"),
        new("setgroups", Holds.Task, "one setgroups() of 65,536 groups, which the kernel sorts in one go"),
        new("mounts", Holds.Task, "unshare(CLONE_NEWNS) over thousands of mounts, as every container start does over fewer"),
        new("rx-ring", Holds.Task, "a PACKET_RX_RING of many megabytes, as tcpdump and kube-proxy make"),
        new("process", Holds.Task, "a write() whose BPF socket filter loops for exactly as long as was asked"),
        new("bottom-halves-off", Holds.BottomHalves, "a test run of a BPF program that loops, with bottom halves off"),
        new("interrupts-off", Holds.Interrupts, "a kill() whose tracepoint runs a BPF program that loops, with interrupts off"),
        new("hardirq", Holds.HardInterrupt, "a timer's interrupt whose BPF program loops"),
        new("softirq", Holds.OwnSoftirq, "a datagram over loopback whose BPF socket filter loops in NET_RX"),
        new("fifo", Holds.RealTime, "a task of real-time priority that computes"),
        new("flood", Holds.Competition, "packets as fast as one CPU can send them, received beside four tasks that never sleep")
        {
            Makes = false, Flood = true, BusyTasks = 4,
            // How long a NAPI thread waits for its turn among them is the scheduler's choice, now more than the threshold, now less.
            Only = Steering.Softirq,
        },
        new("calm", Holds.Nothing, "long system calls that let others run: mmap(MAP_POPULATE)"),
        new("quiet", Holds.Nothing, "nothing but the lab's packets") { Makes = false, BusyTasks = 0 },
        new("busy", Holds.Nothing, "a task in user mode that never sleeps") { Makes = false },
    ];

    public static LabKind? Find(string name) => All.FirstOrDefault(k => k.Name == name);
}
