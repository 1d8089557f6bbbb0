// SPDX-License-Identifier: Apache-2.0
using System.Net;
using NetStall.Model;
using NetStall.Probing;

namespace NetStall.Linux.Probing;

/// <summary>What the sockets of every transport share.</summary>
sealed record ProbeContext(IPAddress Address, ProbePlan Plan, Epoll Epoll, OutstandingProbes Probes, ProbeClock Clock, Elapsed Patience)
{
    readonly HashSet<string> _told = [];

    public List<string> Notes { get; } = [];

    /// <summary>Once each.</summary>
    public void Tell(string note)
    {
        if (_told.Count < 20 && _told.Add(note))
            Notes.Add(note);
    }

    /// <summary>The kernel's stamp where it can be right: the wall clock may have been set since.</summary>
    public KernelTime When(long? stamp, KernelTime sent, KernelTime now)
    {
        if (stamp is not { } realtime)
            return now;
        var at = Clock.FromRealtime(realtime);
        var slack = Elapsed.FromMilliseconds(1);
        return at >= sent - slack && at <= now + slack ? at : now;
    }
}
