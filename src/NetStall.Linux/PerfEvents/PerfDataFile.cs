// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>A perf.data file in the making. It has the name <c>….partial</c> until it is whole.</summary>
sealed class PerfDataFile : IDisposable
{
    /// <summary>What the end of a file may need, kept free for it when the disk is full.</summary>
    const int RoomForEnd = 1 << 20;

    readonly PerfDataLayout _layout;
    readonly SafeFileHandle _file;
    readonly string _path;
    readonly Queue<long> _rounds = new();
    long _size;

    public PerfDataFile(string path, PerfDataLayout layout)
    {
        _path = path;
        _layout = layout;
        _file = File.OpenHandle(PartialPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(_file, layout.Front(0, []).Span, 0);
    }

    public string PartialPath => _path + ".partial";

    /// <summary>Bytes of records.</summary>
    public long DataSize => _size;

    /// <exception cref="IOException">The disk is full, or worse.</exception>
    public void Write(ReadOnlySpan<byte> records)
    {
        RandomAccess.Write(_file, records, _layout.DataOffset + _size);
        _size += records.Length;
    }

    public void FinishRound()
    {
        Write(PerfSideRecords.RoundFinished);
        _rounds.Enqueue(_size);
        // Rounds beyond those that could be given up are of no use.
        while (_rounds.Count > 2 && _size - _rounds.ElementAt(1) > RoomForEnd)
            _rounds.Dequeue();
    }

    /// <summary>Gives up the last rounds, so that a full disk has room for the file's end.</summary>
    public void MakeRoom()
    {
        _size = _rounds.Count > 0 ? _rounds.Peek() : 0;
        RandomAccess.SetLength(_file, _layout.DataOffset + _size);
        _rounds.Clear();
    }

    /// <summary>Writes the end, then the beginning, and gives the file its name: from then on it is whole.</summary>
    /// <exception cref="IOException">The disk is full, or worse. The file keeps its partial name.</exception>
    public void Finish(IReadOnlyList<PerfFeature> features)
    {
        RandomAccess.Write(_file, _layout.Features(_size, features).Span, _layout.DataOffset + _size);
        RandomAccess.FlushToDisk(_file);
        RandomAccess.Write(_file, _layout.Front(_size, features.Select(f => f.Number)).Span, 0);
        RandomAccess.FlushToDisk(_file);
        File.Move(PartialPath, _path, overwrite: true);
    }

    public void Dispose() => _file.Dispose();
}
