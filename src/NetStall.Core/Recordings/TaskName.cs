// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>What a task was called at a time.</summary>
/// <param name="Pid">Its process; null when no record told.</param>
/// <param name="Comm">Its comm then; unknown when no record told.</param>
public readonly record struct TaskName(Pid? Pid, NameId Comm);
