// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using NetStall.Model;

namespace NetStall.Recordings;

/// <summary>
/// How long the hypervisor had kept each virtual CPU from running, read now and then from <c>/proc/stat</c> while a recording was made.
/// </summary>
/// <remarks>
/// The kernel counts in steps of 10 ms there (USER_HZ, fs/proc/stat.c), so what grew between two readings is right to a step.
/// As text, one reading a line:
/// <code>
///  # CLOCK_MONOTONIC ns, cpu, ms stolen since boot
///  12019728000000 1 35210
/// </code>
/// </remarks>
public sealed class StealHistory
{
    /// <summary>One step of the kernel's counter.</summary>
    public static readonly Elapsed Step = Elapsed.FromMilliseconds(10);

    readonly Dictionary<CpuId, List<(KernelTime At, Elapsed Total)>> _readings = [];

    public bool IsEmpty => _readings.Count == 0;

    /// <summary>Readings of one CPU come in order of time; one that does not is left out.</summary>
    public void Add(CpuId cpu, KernelTime at, Elapsed total)
    {
        if (!_readings.TryGetValue(cpu, out var readings))
            _readings.Add(cpu, readings = []);
        if (readings.Count == 0 || readings[^1].At < at)
            readings.Add((at, total));
    }

    /// <summary>
    /// What was stolen between the last reading before <paramref name="from"/> and the first after <paramref name="to"/>: no less than was
    /// stolen between the two, but for a <see cref="Step"/>. Null when no readings enclose them.
    /// </summary>
    public Elapsed? Around(CpuId cpu, KernelTime from, KernelTime to)
    {
        if (!_readings.TryGetValue(cpu, out var readings))
            return null;
        int before = readings.FindLastIndex(r => r.At <= from);
        int after = readings.FindIndex(r => r.At >= to);
        return before < 0 || after < 0 ? null : readings[after].Total - readings[before].Total;
    }

    /// <summary>Takes readings written as text. Lines that are none are counted and passed over.</summary>
    /// <returns>How many lines were no readings.</returns>
    public int AddText(ReadOnlySpan<byte> text)
    {
        int malformed = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (line.IsEmpty || line[0] == (byte)'#')
                continue;
            if (TryNumber(ref line, out long at) && TryNumber(ref line, out long cpu) && TryNumber(ref line, out long total)
                && line.IsEmpty && cpu <= 65_535 && total <= long.MaxValue / 1_000_000)
                Add(new CpuId((int)cpu), new KernelTime(at), Elapsed.FromMilliseconds(total));
            else
                malformed++;
        }
        return malformed;
    }

    static bool TryNumber(ref ReadOnlySpan<byte> line, out long number)
    {
        if (!Utf8Parser.TryParse(line, out number, out int length) || number < 0)
            return false;
        line = line[length..];
        if (line.IsEmpty)
            return true;
        if (line[0] != (byte)' ')
            return false;
        line = line[1..];
        return true;
    }
}
