// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Simulation;

/// <summary>A time in which something does not work, counted from the begin of the simulation.</summary>
public sealed record Outage(Elapsed At, Elapsed For);
