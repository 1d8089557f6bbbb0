// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Linux.Lab;

/// <summary>How the packets of the lab come to the CPU that is to be stalled.</summary>
public enum Steering
{
    /// <summary>RPS hands them to its backlog, which its NET_RX softirq polls; as on most nodes.</summary>
    Softirq,

    /// <summary>Threaded NAPI: a kernel thread pinned to it polls the device.</summary>
    NapiThread,
}
