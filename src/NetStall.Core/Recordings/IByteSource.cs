// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Recordings;

/// <summary>The bytes of a recording, wherever they lie. The edge implements it over files and pipes; tests over arrays.</summary>
public interface IByteSource
{
    /// <summary>What to call it in sentences: a path, or <c>standard input</c>.</summary>
    string Name { get; }

    /// <summary>Bytes in all, or null where only the end will tell (a pipe).</summary>
    long? Length { get; }

    /// <summary>Reads on from where the last call stopped. Blocks on a pipe. Returns 0 only at the end.</summary>
    int Read(Span<byte> into);

    /// <summary>Reads at an offset, without moving <see cref="Read"/>; may return less at the end.</summary>
    /// <exception cref="NotSupportedException"><see cref="Length"/> is null: a pipe has no offsets.</exception>
    int ReadAt(long offset, Span<byte> into);
}
