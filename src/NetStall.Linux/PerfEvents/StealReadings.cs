// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using NetStall.Model;

namespace NetStall.Linux.PerfEvents;

/// <summary>Reads now and then what the hypervisor took of each CPU, and writes it down as a <see cref="Recordings.StealHistory"/> reads it.</summary>
/// <param name="keep">Readings older than this are forgotten; null for none.</param>
sealed class StealReadings(Elapsed? keep = null)
{
    static readonly Elapsed Every = Elapsed.FromMilliseconds(100);

    readonly Queue<(KernelTime At, string Line)> _lines = new();
    readonly Dictionary<int, (long Ticks, KernelTime At, bool IsWritten)> _last = [];
    readonly byte[] _buffer = new byte[1 << 16];
    KernelTime _next = new(long.MinValue);

    /// <summary>Empty where nothing was ever taken.</summary>
    public string Text => _last.Values.Any(l => l.Ticks > 0) ? "# CLOCK_MONOTONIC ns, cpu, ms stolen since boot\n" + string.Concat(_lines.Select(l => l.Line)) : "";

    /// <param name="last">The recording ends: what was read is written in any case.</param>
    public void ReadIfDue(KernelTime now, bool last = false)
    {
        if (now < _next && !last)
            return;
        _next = now + Every;
        using var file = File.OpenHandle("/proc/stat");
        var text = _buffer.AsSpan(0, RandomAccess.Read(file, _buffer, 0));
        foreach (var range in ((ReadOnlySpan<byte>)text).Split((byte)'\n'))
        {
            if (TryParse(text[range], out int cpu, out long ticks))
                On(cpu, ticks, now, last);
        }
    }

    // Readings that tell nothing new are left out, but for the last before a change: it was then that it had not begun.
    void On(int cpu, long ticks, KernelTime now, bool last)
    {
        bool isFirst = !_last.TryGetValue(cpu, out var before);
        bool changed = isFirst || ticks != before.Ticks;
        if (changed && !isFirst && !before.IsWritten)
            Write(cpu, before.Ticks, before.At);
        if (changed || last)
            Write(cpu, ticks, now);
        _last[cpu] = (ticks, now, changed || last);
    }

    void Write(int cpu, long ticks, KernelTime at)
    {
        _lines.Enqueue((at, string.Create(CultureInfo.InvariantCulture, $"{at.Nanoseconds} {cpu} {ticks * (Recordings.StealHistory.Step.Nanoseconds / 1_000_000)}\n")));
        while (keep is { } most && _lines.TryPeek(out var oldest) && at - oldest.At > most)
            _lines.Dequeue();
    }

    // cpu1 10132153 290696 3084719 46828483 16683 0 25195 175628 0 0        the eighth is steal (fs/proc/stat.c)
    static bool TryParse(ReadOnlySpan<byte> line, out int cpu, out long ticks)
    {
        (cpu, ticks) = (0, 0);
        if (!line.StartsWith("cpu"u8) || !Utf8Parser.TryParse(line[3..], out cpu, out int digits))
            return false;
        line = line[(3 + digits)..];
        for (int column = 1; column <= 8; column++)
        {
            line = line.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(line, out ticks, out digits))
                return false;
            line = line[digits..];
        }
        return true;
    }
}
