// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Simulation;

/// <summary>A cgroup of the CPU controller.</summary>
/// <param name="Shares">cgroup v1's <c>cpu.shares</c>, for the one CPU on which it is busy; v2's weight is Shares * 100 / 1024.</param>
/// <param name="Parent">Another group's name; null for the root.</param>
public sealed record TaskGroup(string Name, int Shares = 1024, string? Parent = null);
