// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace NetStall.PerfData.Writing;

/// <summary>Bytes in the making, little-endian as all that perf writes here.</summary>
sealed class PerfBytes
{
    byte[] _bytes = new byte[1024];

    public int Length { get; private set; }
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);
    public ReadOnlyMemory<byte> ToMemory() => _bytes.AsMemory(0, Length);

    public PerfBytes U8(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    public PerfBytes U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value);
        return this;
    }

    public PerfBytes U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
        return this;
    }

    public PerfBytes S32(int value) => U32((uint)value);

    public PerfBytes U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
        return this;
    }

    public PerfBytes Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return this;
    }

    public PerfBytes Zeros(int count)
    {
        Take(count).Clear();
        return this;
    }

    /// <summary>Fills in what was not known when it was written.</summary>
    public void SetU16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(at), (ushort)value);

    /// <summary>A name with its NUL, padded to a multiple of <paramref name="alignment"/>.</summary>
    public PerfBytes Name(ReadOnlySpan<byte> name, int alignment) => Bytes(name).Zeros(alignment - name.Length % alignment);

    /// <summary>A feature's string: u32 length with padding, then the bytes (tools/perf/util/header.c, do_write_string).</summary>
    public PerfBytes Text(string text)
    {
        const int Alignment = 64;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return U32((uint)(bytes.Length + Alignment - bytes.Length % Alignment)).Name(bytes, Alignment);
    }

    Span<byte> Take(int count)
    {
        int begin = Length;
        Length += count;
        if (Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(Length, _bytes.Length * 2));
        return _bytes.AsSpan(begin, count);
    }
}
