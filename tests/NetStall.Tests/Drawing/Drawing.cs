// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Model;
using NetStall.Recordings;

namespace NetStall.Tests.Drawings;

/// <summary>One event, with its call chain as a recording would carry it.</summary>
sealed record DrawnEvent(KernelEvent Event, ulong[] Chain);

/// <summary>A timeline drawn as text, turned into what a reader would hand over.</summary>
/// <remarks>
/// <code>
///   each column 1ms   0123456789        the ruler is for the reader; 1ms may be any of 100us, 500us, 2ms …
///   cpu1 running      aaAAAAAAkk        who has the CPU: a in user mode, A in the kernel, k ksoftirqd/1, . idle
///   cpu1 NET_RX       ..r.....s=        r raised by an interrupt, R by the code that runs, g by an interrupt between two handlers of one pass;
///                                       s served, = still being served. TIMER, SCHED, RCU … are drawn alike
///   cpu1 ticks        .t...t....        a tick's raise of SCHED
///   cpu1 hardirq      ...h==....        an interrupt and how long it lasts
///   cpu1 waking       ...k......        who is woken
///   cpu1 polls        .........e        napi_poll: e took two packets, E a whole budget
///   cpu1 samples      ||gggggg..        | whatever runs there, letters a stack of the legend
///   cpu1 flags        ..bNNNNN..        b bottom halves off, N need_resched, B both
///   cpu1 lost         .....!....        records were lost
///   cpu1 stolen       0.......2.        /proc/stat was read: 20 ms more had been stolen than at 0
///   cpu1 doors        ........+.        how a switch's task left: R runnable, + preempted, S sleeping; R where nothing is drawn
///   task a = metrics-agent, calls setgroups, priority 49
///   stack g = entry_SYSCALL_64_after_hwframe do_syscall_64 __x64_sys_setgroups groups_sort        root first
///   irq h = nvme0q1      vector t = local_timer      napi e = eth0
///   samples every 1ms    threshold 5ms    kernel 6.12.1    switches not recorded    flags not recorded    sampling idle
/// </code>
/// All that is drawn in one column happens at the same nanosecond, in this order: an end, a switch, a system call, an interrupt, a raise,
/// a wake-up, an entry, a poll, a sample. What no row draws was not recorded.
/// </remarks>
sealed class Drawing
{
    /// <summary>Where the first column lies on the recording's clock.</summary>
    public static readonly KernelTime Origin = new(1_000_000_000);

    public Recording Recording { get; } = new("drawing") { Architecture = "x86_64", KernelRelease = "6.1.0" };
    public List<DrawnEvent> Events { get; } = [];
    public Elapsed Threshold { get; private set; } = Elapsed.FromMilliseconds(10);

    readonly DrawnLegend _legend;
    readonly DrawnFrames _frames = new();
    readonly SortedDictionary<int, Dictionary<string, string>> _cpus = [];
    Elapsed _column = Elapsed.FromMilliseconds(1);
    readonly List<(CpuId Cpu, string Cells)> _stolen = [];
    bool _switches = true, _flags = true;

    Drawing() => _legend = new DrawnLegend(Recording);

    public static Drawing Of(string text)
    {
        var drawing = new Drawing();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            drawing.Read(line);
        drawing.Recording.Frames = drawing._frames;
        drawing.Draw();
        return drawing;
    }

    void Read(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0].StartsWith("cpu", StringComparison.Ordinal))
        {
            int cpu = int.Parse(words[0].AsSpan(3), CultureInfo.InvariantCulture);
            if (!_cpus.TryGetValue(cpu, out var rows))
                _cpus.Add(cpu, rows = []);
            if (words[1] == "stolen")
                _stolen.Add((new CpuId(cpu), words[2]));
            else
                rows.Add(words[1], words[2]);
            return;
        }
        switch (words)
        {
            case ["each", "column", var length, ..]:
                _column = LengthOf(length);
                break;
            case ["threshold", var length]:
                Threshold = LengthOf(length);
                break;
            case ["samples", "every", var length]:
                Recording.Samplers.Add(new Sampler("cpu-clock", LengthOf(length), IsTimer: true));
                break;
            case ["kernel", var release]:
                Recording.KernelRelease = release;
                break;
            case ["switches", "not", "recorded"]:
                _switches = false;
                break;
            case ["flags", "not", "recorded"]:
                _flags = false;
                break;
            default:
                _legend.Read(line);
                break;
        }
    }

    void Draw()
    {
        foreach (var rows in _cpus.Values)
        {
            foreach (string row in rows.Keys)
            {
                foreach (var kind in DrawnCpu.KindsOf(row, _switches, _legend))
                    Recording.Kinds.Add(kind);
            }
        }
        foreach (var (cpu, cells) in _stolen)
        {
            for (int column = 0; column < cells.Length; column++)
            {
                if (char.IsAsciiDigit(cells[column]))
                    Recording.Steal.Add(cpu, Origin + new Elapsed(_column.Nanoseconds * column), new Elapsed((cells[column] - '0') * StealHistory.Step.Nanoseconds));
            }
        }
        var cpus = _cpus.Select(c => new DrawnCpu(new CpuId(c.Key), c.Value, _legend, _frames, _switches, _flags)).ToList();
        int width = _cpus.Values.Max(rows => rows.Values.Max(cells => cells.Length));
        for (int column = 0; column <= width; column++)
        {
            var time = Origin + new Elapsed(_column.Nanoseconds * column);
            foreach (var cpu in cpus)
                cpu.Draw(column, time, Events);
        }
    }

    static Elapsed LengthOf(string text)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        long count = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        return text[digits..] switch
        {
            "ms" => Elapsed.FromMilliseconds(count),
            "us" => Elapsed.FromMicroseconds(count),
            "ns" => new Elapsed(count),
            var unit => throw new FormatException($"`{unit}` is no unit of a drawing"),
        };
    }
}
