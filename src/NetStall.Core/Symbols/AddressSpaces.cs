// SPDX-License-Identifier: Apache-2.0
using NetStall.Model;

namespace NetStall.Symbols;

/// <summary>What was mapped where, in each process and in the kernel, at each time: MMAP, MMAP2, FORK, COMM with EXEC, KSYMBOL.</summary>
/// <remarks>
/// Records of several CPUs arrive interleaved, so all of it is kept with its time and looked up by time. A process's past is
/// one list; looking up walks it backwards:
/// <code>
///     fork(from 7)   map libc   exec   map app   map libc   map jit      t
///                               |&lt;--------- here an address is sought ---|     exec: nothing before counts
///     |  fork: what the parent had then counts
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

    // A chain of forks without exec is rarely longer than three.
    const int MostForks = 64;

    readonly Dictionary<int, TimeOrdered<Entry>> _byPid = [];
    readonly List<string> _files = [];
    readonly Dictionary<string, int> _fileIds = [];
    readonly Dictionary<string, string> _buildIds = [];

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
        for (int forks = 0; forks < MostForks; forks++)
        {
            if (!_byPid.TryGetValue(pid.Value, out var entries))
                return null;

            bool forked = false;
            for (int i = entries.After(time) - 1; i >= 0 && !forked; i--)
            {
                var (when, entry) = entries[i];
                switch (entry.Change)
                {
                    case Change.Map when address >= entry.Start && address < entry.End:
                        return new RecordedMap(entry.Start, entry.End, entry.PageOffset, _files[entry.File]);
                    case Change.Exec:
                        return null;
                    case Change.Fork:
                        pid = new Pid(unchecked((int)entry.Start));
                        time = when;
                        forked = true;
                        break;
                }
            }
            if (!forked)
                return null;
        }
        return null;
    }

    void Add(Pid pid, KernelTime time, Entry entry)
    {
        if (!_byPid.TryGetValue(pid.Value, out var entries))
            _byPid.Add(pid.Value, entries = new TimeOrdered<Entry>());
        entries.Add(time, entry);
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
