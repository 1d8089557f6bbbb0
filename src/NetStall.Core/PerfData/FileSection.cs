// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>A stretch of the file, in bytes from its begin.</summary>
readonly record struct FileSection(ulong Offset, ulong Size);
