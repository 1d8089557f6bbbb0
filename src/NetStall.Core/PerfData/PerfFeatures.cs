// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Symbols;

namespace NetStall.PerfData;

/// <summary>The header features that say something about the node and the recording. The rest is left unread.</summary>
static class PerfFeatures
{
    public const int TracingData = 1;
    public const int BuildId = 2;
    public const int Hostname = 3;
    public const int OsRelease = 4;
    public const int Arch = 6;
    public const int NrCpus = 7;
    public const int CommandLine = 11;
    public const int EventDescription = 12;
    public const int SampleTime = 21;
    public const int ClockData = 29;

    /// <summary>Whether this feature is one that we read.</summary>
    public static bool Tells(int feature) =>
        feature is TracingData or BuildId or Hostname or OsRelease or Arch or NrCpus or CommandLine or EventDescription or SampleTime or ClockData;

    /// <summary>Takes one feature's bytes. What is too short or odd is left unknown: features are niceties.</summary>
    public static void Read(int feature, ReadOnlySpan<byte> bytes, Recording recording, EventRegistry events, AddressSpaces spaces)
    {
        switch (feature)
        {
            case TracingData:
                events.OnTracingData(PerfData.TracingData.Parse(bytes), recording.Flaws);
                break;
            case BuildId:
                ReadBuildIds(bytes, spaces);
                break;
            case Hostname:
                recording.Host = ReadString(ref bytes);
                break;
            case OsRelease:
                recording.KernelRelease = ReadString(ref bytes);
                break;
            case Arch:
                recording.Architecture = ReadString(ref bytes);
                break;
            case NrCpus when bytes.Length >= 8:
                // configured, then online (tools/perf/util/header.c, write_nrcpus)
                recording.CpusOnline = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
                break;
            case CommandLine when bytes.Length >= 4:
                ReadCommandLine(bytes, recording);
                break;
            case EventDescription:
                ReadEventDescription(bytes, events);
                break;
            case SampleTime when bytes.Length >= 16:
                ReadSpan(bytes, recording);
                break;
            case ClockData when bytes.Length >= 24:
                ReadClock(bytes, recording);
                break;
        }
    }

    // u64 time of the first sample · u64 of the last, both 0 where perf kept none
    static void ReadSpan(ReadOnlySpan<byte> bytes, Recording recording)
    {
        long first = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        long last = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (first <= 0 || last < first)
            return;
        // Another file of the same timeline may have told its own.
        if (recording.AnnouncedSpan is var (known, knownLast))
            (first, last) = (Math.Min(first, known.Nanoseconds), Math.Max(last, knownLast.Nanoseconds));
        recording.AnnouncedSpan = (new KernelTime(first), new KernelTime(last));
    }

    static void ReadCommandLine(ReadOnlySpan<byte> bytes, Recording recording)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        var words = new List<string>();
        for (uint i = 0; i < count && ReadString(ref bytes) is { } word; i++)
            words.Add(word);
        recording.CommandLine = string.Join(' ', words);
    }

    // u32 version · u32 clockid · u64 wall-clock ns · u64 the same moment on that clock
    static void ReadClock(ReadOnlySpan<byte> bytes, Recording recording)
    {
        int clock = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        long wall = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        long time = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        recording.Clock = new RecordingClock(ClockName(clock), (new KernelTime(time), wall));
    }

    public static string ClockName(int clockId) => clockId switch
    {
        0 => "CLOCK_REALTIME",
        1 => "CLOCK_MONOTONIC",
        4 => "CLOCK_MONOTONIC_RAW",
        7 => "CLOCK_BOOTTIME",
        11 => "CLOCK_TAI",
        _ => $"clock {clockId}",
    };

    // u32 events · u32 attr size · each: attr, u32 ids, string name, u64 ids…
    static void ReadEventDescription(ReadOnlySpan<byte> bytes, EventRegistry events)
    {
        if (bytes.Length < 8)
            return;
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint attrSize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        bytes = bytes[8..];
        for (uint i = 0; i < count; i++)
        {
            if (attrSize > (uint)bytes.Length || bytes.Length - attrSize < 4)
                return;
            bool ok = PerfEventAttr.TryRead(bytes[..(int)attrSize], out var attr, out _);
            bytes = bytes[(int)attrSize..];
            uint ids = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[4..];
            if (ReadString(ref bytes) is not { } name || ids > (uint)bytes.Length / 8)
                return;
            if (ok)
                events.OnDescription(attr, name, bytes[..((int)ids * 8)]);
            bytes = bytes[((int)ids * 8)..];
        }
    }

    // Records: header(8) · s32 pid · u8 build_id[20], u8 size, 3 reserved · file name
    static void ReadBuildIds(ReadOnlySpan<byte> bytes, AddressSpaces spaces)
    {
        while (bytes.Length > 36)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
            if (size < 36 || size > bytes.Length)
                return;
            bool sized = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) & (1 << 15)) != 0;
            int length = sized ? Math.Min((int)bytes[32], 20) : 20;
            spaces.OnBuildId(Text(bytes[36..size]), Convert.ToHexStringLower(bytes.Slice(12, length)));
            bytes = bytes[size..];
        }
    }

    /// <summary>u32 length, then bytes padded with NULs.</summary>
    static string? ReadString(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        if (length > (uint)bytes.Length)
            return null;
        string text = Text(bytes[..(int)length]);
        bytes = bytes[(int)length..];
        return text;
    }

    public static string Text(ReadOnlySpan<byte> bytes)
    {
        int nul = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(nul < 0 ? bytes : bytes[..nul]);
    }
}
