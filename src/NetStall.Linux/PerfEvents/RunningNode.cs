// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using NetStall.Linux.Symbols;
using NetStall.Model;
using NetStall.PerfData.Writing;

namespace NetStall.Linux.PerfEvents;

/// <summary>Writes down what was there before a recording began: the kernel and its modules, tasks with their names and code, cgroups.</summary>
/// <remarks>All of it changes while it is read; whatever is gone by then is left out. Where the kernel lies is asked for once: its list is long.</remarks>
sealed class RunningNode
{
    readonly Lazy<(ulong Text, ulong End)> _kernel = new(FindKernel);

    public PerfSideRecords Describe()
    {
        var records = new PerfSideRecords();
        DescribeKernel(records);
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                DescribeProcess(records, new Pid(pid), folder);
        }
        foreach (string root in new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" })
        {
            if (File.Exists(Path.Combine(root, "cgroup.controllers")))
                DescribeCgroups(records, root);
        }
        return records;
    }

    // ffffffff81000000 T _text    all zero for whom kptr_restrict keeps them from
    static (ulong Text, ulong End) FindKernel()
    {
        var (text, end) = (0ul, 0ul);
        foreach (string line in ReadLines(KernelSymbolFile.OfThisKernel))
        {
            if (line.EndsWith(" _text", StringComparison.Ordinal))
                text = Hex(line.AsSpan(0, 16));
            else if (line.EndsWith(" _etext", StringComparison.Ordinal))
                end = Hex(line.AsSpan(0, 16));
            if (text != 0 && end != 0)
                break;
        }
        return (text, end);
    }

    void DescribeKernel(PerfSideRecords records)
    {
        var (text, end) = _kernel.Value;
        if (text != 0 && end > text)
            records.Kernel(text, end);

        // veth 45056 0 - Live 0xffffffffc0201000
        foreach (string line in ReadLines("/proc/modules"))
        {
            string[] words = line.Split(' ');
            if (words.Length >= 6 && ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong size) && Hex(words[5].AsSpan(2)) is var address and not 0)
                records.Module(address, size, Encoding.UTF8.GetBytes($"[{words[0]}]"));
        }
    }

    static void DescribeProcess(PerfSideRecords records, Pid pid, string folder)
    {
        try
        {
            var parent = ParentOf(folder);
            foreach (string task in Directory.EnumerateDirectories(Path.Combine(folder, "task")))
            {
                if (!int.TryParse(Path.GetFileName(task.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int tid))
                    continue;
                // A thread's parent is its process; a process's is another.
                records.Fork(pid, tid == pid.Value ? parent : pid, new Tid(tid), new Tid(tid == pid.Value ? parent.Value : pid.Value));
                ReadOnlySpan<byte> comm = File.ReadAllBytes(Path.Combine(task, "comm"));
                records.Comm(pid, new Tid(tid), comm.TrimEnd((byte)'\n'));
            }
            ReadOnlySpan<byte> maps = File.ReadAllBytes(Path.Combine(folder, "maps"));
            foreach (var range in maps.Split((byte)'\n'))
            {
                if (ProcessMap.TryParse(maps[range], out var map) && map.IsExecutable)
                    records.Map(pid, map);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
        }
    }

    // 4711 (a (strange) name) S 1 …
    static Pid ParentOf(string folder)
    {
        string stat = File.ReadAllText(Path.Combine(folder, "stat"));
        string[] words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 3);
        return new Pid(int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    static void DescribeCgroups(PerfSideRecords records, string root)
    {
        // Pods nest four deep or so; a tree without end is none.
        const int Most = 100_000;
        var waiting = new Stack<string>();
        waiting.Push(root);
        for (int seen = 0; seen < Most && waiting.TryPop(out string? folder); seen++)
        {
            try
            {
                if (FileIdentity.InodeOf(folder) is { } inode)
                    records.Cgroup(new CgroupId(inode), Encoding.UTF8.GetBytes(folder.Length == root.Length ? "/" : folder[root.Length..]));
                foreach (string child in Directory.EnumerateDirectories(folder))
                    waiting.Push(child);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It was removed meanwhile.
            }
        }
    }

    static IEnumerable<string> ReadLines(string path)
    {
        try
        {
            return File.ReadLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static ulong Hex(ReadOnlySpan<char> digits) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : 0;
}
