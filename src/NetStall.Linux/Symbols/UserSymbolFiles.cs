// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NetStall.Model;
using NetStall.Recordings;
using NetStall.Symbols;

namespace NetStall.Linux.Symbols;

/// <summary>Finds symbols in this machine's files: the program itself, its detached debug file, a compiler's map in /tmp.</summary>
/// <remarks>
/// Files of containers are not at the recorded path here. Where the recording tells no build id, a file of the same path
/// is believed; so do not ask on another machine than the recorded one.
/// </remarks>
public sealed class UserSymbolFiles : IUserSymbols
{
    const long LargestPerfMap = 1 << 28;

    readonly string _debugFolder;
    readonly string _perfMapFolder;

    /// <param name="debugFolder">Where distributions put debug files by build id.</param>
    /// <param name="perfMapFolder">Where compilers write <c>perf-PID.map</c>.</param>
    public UserSymbolFiles(string debugFolder = "/usr/lib/debug/.build-id", string perfMapFolder = "/tmp")
    {
        _debugFolder = debugFolder;
        _perfMapFolder = perfMapFolder;
    }

    public ElfSymbols? Elf(string path, string? buildId)
    {
        // A path comes from a file that somebody sent: only plain files are opened, a FIFO would hold us for ever.
        if (ReadElf(path) is not { } elf || (buildId is not null && !SameBuild(elf.BuildId, buildId)))
            return null;
        return elf.BuildId is { Length: > 2 } id
            && ReadElf(Path.Combine(_debugFolder, id[..2], id[2..] + ".debug")) is { Count: > 0 } debug
            ? elf.WithFunctionsOf(debug)
            : elf;
    }

    public PerfMap? PerfMap(Pid pid)
    {
        string path = Path.Combine(_perfMapFolder, string.Create(CultureInfo.InvariantCulture, $"perf-{pid.Value}.map"));
        using var file = Open(path, out long length);
        if (file is null || length > LargestPerfMap)
            return null;
        byte[] text = new byte[length];
        int read = new OpenFile(path, file, length).Read(text);
        return NetStall.Symbols.PerfMap.Parse(text.AsSpan(0, read));
    }

    static ElfSymbols? ReadElf(string path)
    {
        using var file = Open(path, out long length);
        return file is null ? null : ElfSymbols.Read(new OpenFile(path, file, length)).Symbols;
    }

    // perf pads build ids of 16 bytes with zeros to 20 in some records.
    static bool SameBuild(string? found, string wanted) =>
        found is not null && string.Equals(found.PadRight(40, '0'), wanted.PadRight(40, '0'), StringComparison.OrdinalIgnoreCase);

    // Null when there is no such file, or it may not be read: then frames are known by the file's name.
    static SafeFileHandle? Open(string path, out long length)
    {
        length = 0;
        try
        {
            if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.Device)) != 0 || !IsPlain(path))
                return null;
            var handle = File.OpenHandle(path);
            length = RandomAccess.GetLength(handle);
            return handle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // .NET calls FIFOs and devices "normal"; only plain files have a length here that is not 0.
    static bool IsPlain(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target
        ? target is FileInfo { Length: > 0 }
        : new FileInfo(path).Length > 0;

    sealed class OpenFile(string name, SafeFileHandle handle, long length) : IByteSource
    {
        long _position;

        public string Name => name;
        public long? Length => length;

        public int Read(Span<byte> into)
        {
            int read = ReadAt(_position, into);
            _position += read;
            return read;
        }

        public int ReadAt(long offset, Span<byte> into)
        {
            try
            {
                return RandomAccess.Read(handle, into, offset);
            }
            catch (IOException)
            {
                // The disk or the network share failed: as if the file ended here.
                return 0;
            }
        }
    }
}
