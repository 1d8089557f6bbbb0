// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>
/// Where TID, TIME, ID and CPU stand at the end of records that are not samples (sample_id_all): the same fields in the
/// same order, counted from the end; IDENTIFIER is the very last.
/// </summary>
sealed class SampleIdLayout
{
    public SampleIdLayout(PerfEventAttr attr)
    {
        if (!attr.SampleIdAll)
            return;
        var type = attr.SampleType;
        int end = 0;

        int Next(SampleType field)
        {
            if ((type & field) == 0)
                return 0;
            end += 8;
            return end;
        }

        Next(SampleType.Identifier);
        Cpu = Next(SampleType.Cpu);
        Next(SampleType.StreamId);
        Next(SampleType.Id);
        Time = Next(SampleType.Time);
        Tid = Next(SampleType.Tid);
        Size = end;
    }

    /// <summary>Bytes before the record's end; 0 where the field is not recorded.</summary>
    public int Cpu { get; }
    public int Time { get; }
    public int Tid { get; }
    public int Size { get; }
}
