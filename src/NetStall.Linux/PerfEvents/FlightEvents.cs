// SPDX-License-Identifier: Apache-2.0
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>Which of the chosen events a flight recorder watches, and which it only keeps. Together they are what a plain recording has, each once.</summary>
static class FlightEvents
{
    const string NapiComes = "next_comm ~ \"napi/*\" || prev_comm ~ \"napi/*\" || next_comm ~ \"backlog_napi*\" || prev_comm ~ \"backlog_napi*\"";
    const string NoNapiComes = "!(" + NapiComes + ")";

    // Both sides of a split, by the tracepoint's name.
    static readonly Dictionary<string, (string Watched, string Kept)> Split = new(StringComparer.Ordinal)
    {
        ["irq:softirq_raise"] = ("vec == 3", "vec != 3"),
        ["irq:softirq_entry"] = ("vec == 3", "vec != 3"),
        ["irq:softirq_exit"] = ("vec == 3", "vec != 3"),
        ["sched:sched_switch"] = (NapiComes, NoNapiComes),
    };

    static readonly HashSet<string> WatchedWhole = ["sched:sched_waking", "irq_vectors:local_timer_entry"];

    /// <summary>Into rings that are emptied. The first one carries names of tasks and cgroups.</summary>
    public static IReadOnlyList<PerfEventSpec> Watched(ChosenEvents chosen, int wakeupAt) =>
    [
        RecordedEvents.SideRecords with { WakeupWatermark = (uint)wakeupAt },
        .. chosen.Tracepoints.Where(t => Split.ContainsKey(t.Name)).Select(t => t with { Filter = Split[t.Name].Watched }),
        .. chosen.Tracepoints.Where(t => WatchedWhole.Contains(t.Name)),
    ];

    /// <summary>Into rings that are written over.</summary>
    public static IReadOnlyList<PerfEventSpec> Kept(ChosenEvents chosen) =>
    [
        chosen.Sampler with { WriteBackward = true },
        .. chosen.Tracepoints.Where(t => Split.ContainsKey(t.Name)).Select(t => t with { Filter = Split[t.Name].Kept, WriteBackward = true }),
        .. chosen.Tracepoints.Where(t => !Split.ContainsKey(t.Name) && !WatchedWhole.Contains(t.Name)).Select(t => t with { WriteBackward = true }),
    ];
}
