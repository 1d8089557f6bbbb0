// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>One event that samples CPUs at a beat.</summary>
/// <param name="Name"><c>cycles</c>, <c>cpu-clock</c> … as recorded.</param>
/// <param name="Period">Time between two samples of a busy CPU; null when the beat is not time (a count of cycles) or not known.</param>
/// <param name="IsTimer">
/// True for cpu-clock and task-clock: an hrtimer in hard interrupt context, which cannot fire while interrupts are off, so that a
/// hole is evidence (kernel/events/core.c, perf_swevent_hrtimer). False for hardware counters: those stop in idle, and by NMI see through.
/// Null when the source does not tell.
/// </param>
/// <param name="SeesAll">False when it leaves out kernel code, idle or all but some tasks: then a hole says nothing.</param>
public sealed record Sampler(string Name, Elapsed? Period, bool? IsTimer, bool SeesAll = true);
