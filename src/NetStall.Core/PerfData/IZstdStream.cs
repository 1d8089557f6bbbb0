// SPDX-License-Identifier: Apache-2.0
namespace NetStall.PerfData;

/// <summary>Decompresses one zstd stream piece by piece: what <c>perf record -z</c> writes. Native, so the edge brings it.</summary>
public interface IZstdStream : IDisposable
{
    /// <summary>Decompresses the next piece of the stream.</summary>
    /// <param name="input">Compressed bytes; <paramref name="consumed"/> of them were used.</param>
    /// <param name="output">Where to; <paramref name="produced"/> bytes were written. Call again while input is left or output was filled.</param>
    /// <returns>False when the bytes are no zstd stream: nothing after this piece can be read.</returns>
    bool TryDecompress(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int produced);
}
