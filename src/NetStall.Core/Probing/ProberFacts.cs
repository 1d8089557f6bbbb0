// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Probing;

/// <summary>How the prober itself was placed.</summary>
/// <param name="Host">Its name; null when not told.</param>
/// <param name="Stamps">Who says when a packet left and came: <c>kernel</c>, <c>kernel-rtt</c> (TCP_INFO), <c>user</c>.</param>
/// <param name="IsRealTime">Its threads run before all others (SCHED_FIFO), so their pauses are the kernel's.</param>
/// <param name="Controlled">The CPUs on which it watched itself.</param>
/// <param name="CpusOnline">All there are.</param>
public sealed record ProberFacts(string? Host, string Stamps, bool IsRealTime, IReadOnlyList<CpuId> Controlled, int CpusOnline);
