// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Linux.Probing;

/// <summary>How probes of one transport are sent and their answers read. Used by one thread.</summary>
interface IProbeSockets : IDisposable
{
    /// <summary><c>kernel</c>, <c>kernel-rtt</c> or <c>user</c>.</summary>
    string Stamps { get; }

    /// <summary>Our source port; null when there is none, or another for each probe.</summary>
    int? Port(int flow);

    /// <returns>False when this flow cannot send now: its port is still taken by a probe on its way.</returns>
    bool Send(int flow);

    /// <summary>Something happened to one of the descriptors that were given to epoll.</summary>
    /// <param name="key">As it was given.</param>
    void Ready(ulong key, KernelTime now);

    /// <summary>Gives up what is older than the patience.</summary>
    void Tick(KernelTime now);
}
