// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Probing;

/// <param name="Name">As it was given.</param>
/// <param name="Address">What it was resolved to.</param>
public sealed record ProbeTarget(string Name, string Address);
