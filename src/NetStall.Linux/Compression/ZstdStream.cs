// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using NetStall.PerfData;

namespace NetStall.Linux.Compression;

/// <summary>libzstd's streaming decompression. The library comes with the ZstdNet package, or is the system's libzstd.so.1.</summary>
public sealed partial class ZstdStream : IZstdStream
{
    const string Library = "libzstd";

    // struct ZSTD_inBuffer_s, ZSTD_outBuffer_s in zstd.h: pointer, size, position.
    [StructLayout(LayoutKind.Sequential)]
    unsafe struct NativeBuffer
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }

    nint _stream;

    static ZstdStream() => NativeLibrary.SetDllImportResolver(typeof(ZstdStream).Assembly, Resolve);

    /// <exception cref="DllNotFoundException">There is no libzstd on this machine.</exception>
    public ZstdStream()
    {
        _stream = CreateStream();
        if (_stream == 0)
            throw new InvalidOperationException("libzstd could not make a decompression stream.");
    }

    public unsafe bool TryDecompress(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int produced)
    {
        ObjectDisposedException.ThrowIf(_stream == 0, this);
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            var source = new NativeBuffer { Bytes = from, Size = (nuint)input.Length };
            var target = new NativeBuffer { Bytes = to, Size = (nuint)output.Length };
            nuint result = Decompress(_stream, ref target, ref source);
            consumed = (int)source.Position;
            produced = (int)target.Position;
            return IsError(result) == 0;
        }
    }

    public void Dispose()
    {
        if (_stream != 0)
            _ = FreeStream(_stream);
        _stream = 0;
    }

    static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        return NativeLibrary.TryLoad(Library, assembly, path, out nint handle) || NativeLibrary.TryLoad("libzstd.so.1", out handle) ? handle : 0;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    private static partial nint CreateStream();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    private static partial nuint FreeStream(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    private static partial nuint Decompress(nint stream, ref NativeBuffer output, ref NativeBuffer input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);
}
