// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData.Writing;

/// <summary>The records of a ring that the kernel writes backward, over the oldest.</summary>
/// <remarks>
/// <code>
///   head v
///   | newest | older | …… | oldest that is whole | the rest of one that was written over |
/// </code>
/// (tools/perf/util/mmap.c, overwrite_rb_find_range)
/// </remarks>
public static class BackwardRecords
{
    /// <param name="ring">The whole ring, its head first: as many bytes as it holds, zero where nothing was ever written.</param>
    /// <returns>Where each record begins, oldest first.</returns>
    public static List<int> Find(ReadOnlySpan<byte> ring)
    {
        var begins = new List<int>();
        for (int at = 0; ;)
        {
            int size = RecordTimes.SizeOf(ring[at..]);
            if (size == 0)
                break;
            begins.Add(at);
            at += size;
        }
        begins.Reverse();
        return begins;
    }
}
