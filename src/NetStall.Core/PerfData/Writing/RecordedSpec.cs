// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData.Writing;

/// <summary>An event as it was opened: its ids are what its records carry, one for each CPU.</summary>
public sealed record RecordedSpec(PerfEventSpec Spec, ulong[] Ids);
