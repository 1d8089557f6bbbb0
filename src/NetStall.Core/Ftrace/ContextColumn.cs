// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;
using NetStall.Texts;

namespace NetStall.Ftrace;

// Must match trace_print_lat_fmt() in kernel/trace/trace_output.c:
//
//     irqs off/BH off   d irqs  b bottom halves  D both  X not told  .
//     need-resched      N n B b: the bit that matters; l L: the lazy one; p: preempt_count's; .
//     hardirq/softirq   Z z NMI  H hardirq on top of softirq  h  s  .
//     preempt-depth     hexadecimal, . is 0
//     migrate-disable   since v5.11
/// <summary>ftrace's column of context letters: <c>dNh2.</c></summary>
static class ContextColumn
{
    /// <summary>Reads it; an empty one, where the column is not printed, says nothing. False if it is no such column.</summary>
    public static bool TryRead(ReadOnlySpan<byte> column, out ContextFlags flags, out byte depth)
    {
        flags = ContextFlags.None;
        depth = 0;
        if (column.IsEmpty)
            return true;
        if (column.Length is < 4 or > 8 || !TryDepth(column[3], out depth))
            return false;
        var interrupts = Interrupts(column[0]);
        var resched = Resched(column[1]);
        var context = Context(column[2]);
        if (interrupts is null || resched is null || context is null)
            return false;
        flags = ContextFlags.Known | interrupts.Value | resched.Value | context.Value;
        return true;
    }

    static ContextFlags? Interrupts(byte letter) => letter switch
    {
        (byte)'d' => ContextFlags.InterruptsOff,
        (byte)'b' => ContextFlags.BottomHalvesOff,
        (byte)'D' => ContextFlags.InterruptsOff | ContextFlags.BottomHalvesOff,
        (byte)'X' or (byte)'.' => ContextFlags.None,
        _ => null,
    };

    static ContextFlags? Resched(byte letter) => letter switch
    {
        (byte)'N' => ContextFlags.NeedResched | ContextFlags.PreemptResched,
        (byte)'n' => ContextFlags.NeedResched,
        (byte)'B' => ContextFlags.NeedResched | ContextFlags.NeedReschedLazy | ContextFlags.PreemptResched,
        (byte)'b' => ContextFlags.NeedResched | ContextFlags.NeedReschedLazy,
        (byte)'L' => ContextFlags.NeedReschedLazy | ContextFlags.PreemptResched,
        (byte)'l' => ContextFlags.NeedReschedLazy,
        (byte)'p' => ContextFlags.PreemptResched,
        (byte)'.' => ContextFlags.None,
        _ => null,
    };

    static ContextFlags? Context(byte letter) => letter switch
    {
        (byte)'Z' => ContextFlags.Nmi | ContextFlags.HardIrq,
        (byte)'z' => ContextFlags.Nmi,
        (byte)'H' => ContextFlags.HardIrq | ContextFlags.SoftIrq,
        (byte)'h' => ContextFlags.HardIrq,
        (byte)'s' => ContextFlags.SoftIrq,
        (byte)'.' => ContextFlags.None,
        _ => null,
    };

    static bool TryDepth(byte letter, out byte depth)
    {
        depth = 0;
        if (letter == '.')
            return true;
        if (TextNumber.ReadHex([letter], out ulong value) == 0)
            return false;
        depth = (byte)value;
        return true;
    }
}
