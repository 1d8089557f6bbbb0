// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>Where one field of a tracepoint's raw data lies.</summary>
/// <param name="Offset">From the start of the raw data.</param>
/// <param name="Size">In bytes; of the locator when <paramref name="Locator"/> is set.</param>
/// <param name="Locator">How a string of any length is found: by <c>__data_loc</c>, by <c>__rel_loc</c>, or it stands here.</param>
readonly record struct TraceField(int Offset, int Size, bool IsSigned, DataLocator Locator);

enum DataLocator : byte
{
    Here,
    /// <summary>u32: length in the high half, offset from the start of the record in the low half.</summary>
    DataLoc,
    /// <summary>The same, but counted from the end of the locator itself.</summary>
    RelLoc,
}
