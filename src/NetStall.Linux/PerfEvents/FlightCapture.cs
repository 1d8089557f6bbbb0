// SPDX-License-Identifier: Apache-2.0
using NetStall.Waits;

namespace NetStall.Linux.PerfEvents;

/// <summary>The seconds around a wait, written down.</summary>
/// <param name="Trigger">The wait, as it was seen while recording.</param>
/// <param name="Summary">How it was recorded.</param>
public sealed record FlightCapture(LiveWait Trigger, RecordingSummary Summary);
