// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>What was mapped where, in each process and in the kernel, at each time: MMAP, MMAP2, FORK, COMM with EXEC, KSYMBOL.</summary>
/// <remarks>
/// Records of several CPUs arrive interleaved, so all of it is kept with its time and looked up by time. A process's past is
/// one list:
/// <code>
///     fork(from 7)   map libc   exec   map app   map libc   map jit      t
///                               |&lt;--------- here an address is sought ---|     exec: nothing before counts
///     |  fork: what the parent had then counts, too
/// </code>
/// A pid that is used twice begins with a fork each time. Not thread-safe.
/// </remarks>
public sealed class AddressSpaces
{
    enum Change : byte
    {
        Map,
        Exec,
        Fork,
    }

    // Fork: Start is the parent's pid.
    readonly record struct Entry(ulong Start, ulong End, ulong PageOffset, int File, Change Change);

    sealed class Process
    {
        public readonly TimeOrdered<Entry> Past = new();

        /// <summary>What is mapped after the first <see cref="Until"/> entries of the past; true while the epoch lasts.</summary>
        public MapSnapshot? Snapshot;

        public int Until;
        public int Epoch;
    }

    /// <summary>Stretches in the snapshots of all processes; beyond, all are dropped and made anew when asked for.</summary>
    const int MostStretches = 1 << 20;

    // A chain of forks without exec is rarely longer than three.
    const int MostForks = 64;

    readonly Dictionary<int, Process> _byPid = [];
    readonly List<string> _files = [];
    readonly Dictionary<string, int> _fileIds = [];
    readonly Dictionary<string, string> _buildIds = [];

    int _stretches;
    int _epoch;
    KernelTime _asked = new(long.MinValue);
    Pid _lastPid;
    Process? _last;

    public KernelAreas Kernel { get; } = new();

    /// <summary>A mapping of a process, or of the kernel by the record's cpumode. Those made before the recording began are told with time 0.</summary>
    public void OnMmap(Pid pid, KernelTime time, ulong start, ulong length, ulong pageOffset, string file, bool kernel)
    {
        ulong end = KernelAreas.Add(start, length);
        if (kernel)
            Kernel.OnMmap(new RecordedMap(start, end, pageOffset, file));
        else
            Add(pid, time, new Entry(start, end, pageOffset, FileId(file), Change.Map));
    }

    /// <summary>A new process with its parent's mappings. A new thread (child and parent the same) changes nothing.</summary>
    public void OnFork(Pid child, Pid parent, KernelTime time)
    {
        if (child != parent)
            Add(child, time, new Entry(unchecked((ulong)parent.Value), 0, 0, 0, Change.Fork));
    }

    /// <summary>The process runs another program from now on; its mappings are told anew.</summary>
    public void OnExec(Pid pid, KernelTime time) => Add(pid, time, new Entry(0, 0, 0, 0, Change.Exec));

    /// <summary>Code that the kernel made or dropped at run time: BPF programs, trampolines.</summary>
    public void OnKsymbol(ulong address, uint length, string name, bool unregister, KernelTime time) =>
        Kernel.OnKsymbol(address, length, name, unregister, time);

    /// <summary>The build id of a mapped file, in lower-case hexadecimal: the BUILD_ID feature, or an MMAP2 record that carries one.</summary>
    public void OnBuildId(string file, string buildId) => _buildIds[file] = buildId;

    /// <summary>The file's build id; null when the recording does not tell.</summary>
    public string? BuildId(string file) => _buildIds.GetValueOrDefault(file);

    /// <summary>What was mapped at that address in that process then; null when nothing that we were told of.</summary>
    public RecordedMap? Find(Pid pid, KernelTime time, ulong address)
    {
        _asked = KernelTime.Max(_asked, time);
        return At(pid, time, forks: 0)?.Find(address);
    }

    /// <summary>
    /// What was found of this process at or after <c>LastChange</c> stays true while this stays the same; null while nothing has been told of it.
    /// </summary>
    public (int Epoch, int Told, KernelTime LastChange)? StateOf(Pid pid) => ProcessOf(pid) is { } process ? (_epoch, process.Past.Count, process.Past.Latest) : null;

    // A chain's frames are all of one process.
    Process? ProcessOf(Pid pid)
    {
        if (_last is not null && _lastPid == pid)
            return _last;
        if (!_byPid.TryGetValue(pid.Value, out var process))
            return null;
        (_lastPid, _last) = (pid, process);
        return process;
    }

    // Mostly asked forward in time: then the last answer is carried on by what happened since.
    MapSnapshot? At(Pid pid, KernelTime time, int forks)
    {
        if (forks == MostForks || ProcessOf(pid) is not { } process)
            return null;
        var known = process.Epoch == _epoch ? process.Snapshot : null;
        if (known is not null && process.Until == process.Past.Count && time >= process.Past.Latest)
            return known;
        int until = process.Past.After(time);
        var (snapshot, from) = known is not null && process.Until <= until ? (known, process.Until) : (new MapSnapshot(), 0);
        int before = snapshot.Count;
        // A pid that was used twice may be its own grandparent, and is then asked again while this goes on.
        process.Snapshot = null;

        // An exec or a fork makes all before it void.
        int begin = until;
        while (begin > from && process.Past[begin - 1].Value.Change == Change.Map)
            begin--;
        if (begin > from)
        {
            var (when, entry) = process.Past[begin - 1];
            snapshot.Clear();
            if (entry.Change == Change.Fork && At(new Pid(unchecked((int)entry.Start)), when, forks + 1) is { } parent)
                snapshot.CopyFrom(parent);
        }
        for (int i = begin; i < until; i++)
        {
            var entry = process.Past[i].Value;
            snapshot.Add(new RecordedMap(entry.Start, entry.End, entry.PageOffset, _files[entry.File]));
        }
        (process.Snapshot, process.Until, process.Epoch) = (snapshot, until, _epoch);
        _stretches += snapshot.Count - before;
        if (_stretches > MostStretches)
            DropSnapshots();
        return snapshot;
    }

    void DropSnapshots()
    {
        foreach (var process in _byPid.Values)
            process.Snapshot = null;
        _stretches = 0;
    }

    void Add(Pid pid, KernelTime time, Entry entry)
    {
        if (!_byPid.TryGetValue(pid.Value, out var process))
            _byPid.Add(pid.Value, process = new Process());
        process.Past.Add(time, entry);
        // Told late: what has been found may have been wrong, here and in the children that were born of it.
        if (time <= _asked)
            _epoch++;
    }

    int FileId(string file)
    {
        if (!_fileIds.TryGetValue(file, out int id))
        {
            id = _files.Count;
            _files.Add(file);
            _fileIds.Add(file, id);
        }
        return id;
    }
}
