// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using NetStall.Recordings;

namespace NetStall.PerfData;

/// <summary>The first bytes of a perf.data file: where its parts lie.</summary>
/// <remarks>
/// <code>
/// u64 magic "PERFILE2" · u64 size (104) · u64 attr_size · section attrs · section data · section event_types · 256 feature bits
/// </code>
/// A pipe has only magic and size (16); the rest comes as records.
/// (tools/perf/Documentation/perf.data-file-format.txt, tools/perf/util/header.c)
/// </remarks>
sealed record PerfFileHeader(bool IsPipe, int HeaderSize, ulong AttrSize, FileSection Attrs, FileSection Data, byte[] FeatureBits)
{
    public const int PipeSize = 16;
    public const int FileSize = 104;

    public static bool LooksLikePerfData(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PERFILE2"u8) || bytes.StartsWith("2ELIFREP"u8) || bytes.StartsWith("PERFFILE"u8);

    /// <exception cref="UnreadableRecordingException">It is no perf.data that we can read; the message says why.</exception>
    public static PerfFileHeader Parse(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.StartsWith("2ELIFREP"u8))
        {
            throw new UnreadableRecordingException(
                $"{name} was recorded on a big-endian machine, which netstall does not read. Use `perf script -i FILE | netstall analyze -` on a machine whose perf reads it.");
        }
        if (bytes.StartsWith("PERFFILE"u8))
            throw new UnreadableRecordingException($"{name} is in the first perf.data format, of kernels before 2.6.35. Convert it with `perf script` first.");
        if (bytes.Length < PipeSize || !bytes.StartsWith("PERFILE2"u8))
            throw new UnreadableRecordingException($"{name} is no perf.data file.");

        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        if (size == PipeSize)
            return new PerfFileHeader(true, PipeSize, 0, default, default, []);
        if (bytes.Length < FileSize || size < FileSize)
            throw new UnreadableRecordingException($"{name} ends inside its own header: the recording was cut off before it began. Record again.");

        return new PerfFileHeader(
            IsPipe: false,
            HeaderSize: FileSize,
            AttrSize: BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            Attrs: Section(bytes[24..]),
            Data: Section(bytes[40..]),
            FeatureBits: bytes.Slice(72, 32).ToArray());
    }

    public bool HasFeature(int bit) => bit < FeatureBits.Length * 8 && (FeatureBits[bit / 8] & (1 << (bit % 8))) != 0;

    public static FileSection Section(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
}
