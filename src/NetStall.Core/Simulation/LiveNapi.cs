// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>One NAPI: of a receive queue, or of a CPU's backlog.</summary>
sealed class LiveNapi
{
    /// <summary>Null: a backlog's.</summary>
    public LiveQueue? Queue { get; set; }

    /// <summary>Tells it from others in events.</summary>
    public required int Key { get; init; }
    public NameId Device { get; init; }
    public required int Weight { get; init; }

    /// <summary>NAPI_STATE_SCHED: on a list, or being polled.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>NAPI_STATE_MISSED: scheduled once more while it was.</summary>
    public bool IsMissed { get; set; }

    /// <summary>Polls itself; null: NET_RX polls it.</summary>
    public LiveTask? Thread { get; set; }

    /// <summary>NAPI_STATE_SCHED_THREADED.</summary>
    public bool ThreadIsDue { get; set; }

    /// <summary>On a CPU's poll list: for <see cref="Invariants"/>.</summary>
    public bool IsListed { get; set; }
    public bool IsPolled { get; set; }
}
