// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using NetStall.Model;
using NetStall.Texts;

namespace NetStall.PerfScript;

/// <summary>What the name of a perf event says.</summary>
static class EventNames
{
    // Must match the letters that tools/perf/Documentation/perf-list.txt gives as modifiers.
    static readonly SearchValues<byte> _modifiers = SearchValues.Create("ukhIGHpPSDWebR"u8);

    /// <summary>Whether it is <c>system:name</c>; <c>cycles:ppp</c> and <c>cpu-clock:u</c> are not: those are modifiers.</summary>
    public static bool IsTracepoint(ReadOnlySpan<byte> name)
    {
        int colon = name.IndexOf((byte)':');
        if (colon <= 0 || name.IndexOf((byte)'/') is >= 0 and var slash && slash < colon)
            return false;
        var after = name[(colon + 1)..];
        return after.Length > 8 || after.IndexOfAnyExcept(_modifiers) >= 0;
    }

    // cpu-clock    cpu-clock:pppH    cpu-clock/freq=999,call-graph=fp/
    /// <summary>Whether it is a timer; null for names that do not say.</summary>
    public static bool? IsTimer(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOfAny((byte)':', (byte)'/');
        var bare = end < 0 ? name : name[..end];
        if (bare.SequenceEqual("cpu-clock"u8) || bare.SequenceEqual("task-clock"u8))
            return true;
        bool isHardware = bare.IndexOf("cycles"u8) >= 0 || bare.SequenceEqual("instructions"u8) || bare.SequenceEqual("cpu"u8)
            || bare.StartsWith("cpu_"u8) || bare.StartsWith("branch"u8) || bare.StartsWith("cache-"u8) || bare.StartsWith("ibs_"u8);
        return isHardware ? false : null;
    }

    // cpu-clock:u     cycles/freq=999/u
    /// <summary>Whether its modifiers ask for user space only: then silence is no sign of anything.</summary>
    public static bool LeavesKernelOut(ReadOnlySpan<byte> name)
    {
        int at = name.LastIndexOfAny((byte)':', (byte)'/');
        return at >= 0 && name[at..].Contains((byte)'u') && !name[at..].Contains((byte)'k');
    }

    /// <summary>The event kind that a tracepoint becomes; null if none that we interpret.</summary>
    public static EventKind? KindOf(TracepointKind kind) => kind switch
    {
        TracepointKind.SoftirqRaise => EventKind.SoftirqRaise,
        TracepointKind.SoftirqEntry => EventKind.SoftirqEntry,
        TracepointKind.SoftirqExit => EventKind.SoftirqExit,
        TracepointKind.IrqHandlerEntry => EventKind.HardirqEntry,
        TracepointKind.IrqHandlerExit => EventKind.HardirqExit,
        TracepointKind.SchedSwitch => EventKind.SchedSwitch,
        TracepointKind.SchedWaking => EventKind.SchedWaking,
        TracepointKind.SchedWakeup => EventKind.SchedWakeup,
        TracepointKind.NapiPoll => EventKind.NapiPoll,
        TracepointKind.SyscallEnter => EventKind.SyscallEnter,
        TracepointKind.SyscallExit => EventKind.SyscallExit,
        TracepointKind.CpuIdle => EventKind.CpuIdle,
        TracepointKind.WorkStart => EventKind.WorkStart,
        TracepointKind.WorkEnd => EventKind.WorkEnd,
        _ => null,
    };
}
