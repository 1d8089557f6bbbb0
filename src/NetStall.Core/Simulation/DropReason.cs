// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>Where a packet was lost.</summary>
public enum DropReason
{
    /// <summary>No descriptor was free, nor room in the NIC.</summary>
    RxMissed,

    /// <summary>softnet_stat's second column: a CPU's backlog was full.</summary>
    Backlog,

    /// <summary>softnet_stat's eleventh column: one flow had more than half of a backlog.</summary>
    FlowLimit,

    /// <summary>The socket's buffer was full.</summary>
    ReceiveBuffer,
}

public static class DropReasons
{
    public const int Count = 4;

    /// <summary>The counter's own name.</summary>
    public static string Name(this DropReason reason) => reason switch
    {
        DropReason.RxMissed => "rx_missed_errors",
        DropReason.Backlog => "softnet_dropped",
        DropReason.FlowLimit => "flow_limit_count",
        DropReason.ReceiveBuffer => "UdpRcvbufErrors",
        _ => "unknown",
    };
}
