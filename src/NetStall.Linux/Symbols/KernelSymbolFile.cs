// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using NetStall.Symbols;

namespace NetStall.Linux.Symbols;

/// <summary>Reads a copy of <c>/proc/kallsyms</c>, plain or gzipped, or the running kernel's own.</summary>
public static class KernelSymbolFile
{
    /// <summary>The running kernel's list.</summary>
    public const string OfThisKernel = "/proc/kallsyms";

    /// <summary>A kernel's list has some ten million bytes.</summary>
    const int Most = 1 << 28;

    /// <exception cref="IOException">The file cannot be read; also when its gzip is broken (<see cref="InvalidDataException"/>).</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Kallsyms Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return Parse(ReadToEnd(file, file.CanSeek ? file.Length : 0));
    }

    /// <param name="bytes">A copy, plain or gzipped.</param>
    /// <exception cref="InvalidDataException">Its gzip is broken, or it holds more than any list.</exception>
    public static Kallsyms Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span is [0x1f, 0x8b, ..])
        {
            using var gzip = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            bytes = ReadToEnd(gzip, bytes.Length * 5L);
        }
        return Kallsyms.Parse(bytes.Span);
    }

    // procfs says length 0 of everything, and gzip says nothing: the length is a guess only.
    static ReadOnlyMemory<byte> ReadToEnd(Stream stream, long guess)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(guess + 1, 1 << 16, 1 << 26));
        int length = 0;
        while (true)
        {
            int read = stream.Read(bytes, length, bytes.Length - length);
            if (read == 0)
                return bytes.AsMemory(0, length);
            length += read;
            if (length > Most)
                throw new InvalidDataException($"it holds more than {Most} bytes, which no kernel's symbol list does.");
            if (length == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 2);
        }
    }
}
