// SPDX-License-Identifier: Apache-2.0
using System.Text;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Texts;

namespace NetStall.PerfScript;

/// <summary>The lines with <c>#</c> that <c>perf script --header</c> writes before the records.</summary>
sealed class ScriptHead(Recording recording, EventTable events)
{
    // # hostname : vm
    // # nrcpus online : 2
    // # clockid: monotonic (1)
    // # reference time: 2026-11-23 03:36:39.007448 = 1795404999.007448 (TOD) = 2654.639281941 (monotonic)
    public void Read(ReadOnlySpan<byte> line)
    {
        var text = line[1..].Trim((byte)' ');
        int colon = text.IndexOf((byte)':');
        if (colon <= 0)
            return;
        var key = text[..colon].TrimEnd((byte)' ');
        var value = text[(colon + 1)..].Trim((byte)' ');
        if (value.IsEmpty)
            return;
        if (key.SequenceEqual("event"u8))
            events.OnHeadLine(value);
        else if (key.SequenceEqual("hostname"u8))
            recording.Host = Encoding.UTF8.GetString(value);
        else if (key.SequenceEqual("os release"u8))
            recording.KernelRelease = Encoding.UTF8.GetString(value);
        else if (key.SequenceEqual("arch"u8))
            recording.Architecture = Encoding.UTF8.GetString(value);
        else if (key.SequenceEqual("cmdline"u8))
            recording.CommandLine = Encoding.UTF8.GetString(value);
        else if (key.SequenceEqual("nrcpus online"u8) && TextNumber.TryInt(value, out int online))
            recording.CpusOnline = online;
        else if (key.SequenceEqual("clockid"u8))
            recording.Clock = recording.Clock with { Name = ClockName(value) };
        else if (key.SequenceEqual("reference time"u8))
            ReadReference(value);
    }

    // monotonic (1)
    static string ClockName(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)' ');
        return "CLOCK_" + Encoding.UTF8.GetString(end < 0 ? value : value[..end]).ToUpperInvariant();
    }

    void ReadReference(ReadOnlySpan<byte> value)
    {
        // The first of the three is local time, of a zone that nobody tells.
        int first = value.IndexOf(" = "u8);
        if (first < 0)
            return;
        value = value[(first + 3)..];
        int second = value.IndexOf(" (TOD) = "u8);
        if (second < 0)
            return;
        var onClock = value[(second + " (TOD) = ".Length)..];
        int end = onClock.IndexOf((byte)' ');
        if (end > 0)
            onClock = onClock[..end];
        if (TextNumber.TryTime(value[..second], out long wall) && TextNumber.TryTime(onClock, out long time))
            recording.Clock = recording.Clock with { WallClockAt = (new KernelTime(time), wall) };
    }
}
